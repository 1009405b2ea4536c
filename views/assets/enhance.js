// SPDX-License-Identifier: AGPL-3.0-or-later
// Pages work without this. It spares a second sending and a lost text, and takes the eye to what is missing.
'use strict'
;(() => {
  const faults = document.querySelector('[data-focus]')
  if (faults) faults.focus()

  const ask = (event) => event.preventDefault()
  document.addEventListener('input', (event) => {
    const { form } = event.target
    // Words to look for are no loss.
    if (form?.method !== 'post' || form.matches('[role=search]')) return
    addEventListener('beforeunload', ask)
    // A page in another language keeps the form that was written in.
    form.id ||= 'written-form'
    for (const button of document.querySelectorAll('[formaction^="/language"]')) {
      button.setAttribute('form', form.id)
      const address = new URL(button.formAction)
      address.searchParams.set('form', form.getAttribute('action'))
      button.formAction = address.pathname + address.search
    }
  })

  document.addEventListener('submit', (event) => {
    const form = event.target
    if (form.method !== 'post') return
    if (form.dataset.sent) return event.preventDefault()
    const offline = document.querySelector('[data-offline]')
    if (offline) {
      offline.hidden = navigator.onLine
      if (!navigator.onLine) {
        event.preventDefault()
        return offline.scrollIntoView({ block: 'center' })
      }
    }
    form.dataset.sent = 'yes'
    removeEventListener('beforeunload', ask)
    // A file to save leaves the page where it is.
    setTimeout(() => delete form.dataset.sent, 5000)
  })
  // What is typed in a long form is kept by the server at each pause; what is newer is never replaced by what is older.
  const keeping = document.querySelector('form[data-keep]')
  if (keeping) {
    const said = document.querySelector('[data-keep-said]')
    const fault = document.querySelector('[data-keep-fault]')
    let [changes, kept, since, tries, timer, onTheWay] = [0, 0, 0, 0]
    const soon = (wait) => {
      clearTimeout(timer)
      timer = setTimeout(send, wait)
    }
    const send = async (isLeaving) => {
      if (changes === kept || (onTheWay && !isLeaving)) return
      onTheWay?.abort()
      const mine = (onTheWay = new AbortController())
      const [before, sent] = [kept, changes]
      const body = new URLSearchParams(new FormData(keeping))
      body.set('owner', body.get('_owner') ?? '')
      const asked = { method: 'POST', body, headers: { accept: 'application/json' }, signal: mine.signal }
      kept = sent
      const answer = await fetch(keeping.dataset.keep, { ...asked, keepalive: isLeaving === true }).catch(() => null)
      const { text, error } = (await answer?.json().catch(() => null)) ?? {}
      if (onTheWay !== mine) return
      onTheWay = undefined
      if (text) {
        ;[tries, since, said.textContent, fault.textContent] = [0, 0, text, '']
        if (kept === changes) removeEventListener('beforeunload', ask)
        else soon(2000)
        return
      }
      kept = before
      addEventListener('beforeunload', ask)
      fault.textContent =
        (answer?.status === 401 ? keeping.dataset.ended : answer?.status === 409 && error) || keeping.dataset.failed
      if (!answer || answer.status > 409) soon(Math.min(60, 5 * 2 ** tries++) * 1000)
    }
    keeping.addEventListener('input', () => {
      changes++
      since ||= Date.now()
      soon(Math.max(0, Math.min(2000, since + 15000 - Date.now())))
    })
    keeping.addEventListener('submit', () => send(true))
    addEventListener('pagehide', () => send(true))
    addEventListener('online', () => send())
    document.addEventListener('visibilitychange', () => document.hidden && send(true))
  }
  // Hours without an account: a line stays in this browser while there is no network, and is sent when it is back.
  const later = document.querySelector('form[data-later]')
  if (later) {
    const [said, name] = [document.querySelector('[data-later-said]'), `later ${later.getAttribute('action')}`]
    const tell = (text) => {
      said.textContent = text
      said.hidden = text === ''
    }
    const read = () => JSON.parse(localStorage.getItem(name) ?? '[]')
    const write = (lines) => {
      if (lines.length > 0) localStorage.setItem(name, JSON.stringify(lines))
      else localStorage.removeItem(name)
    }
    // A line that is refused for good stays here too, until it was corrected in the form and sent from there.
    let [busy, isTyped, shown] = [false, false, '']
    const without = (line) => read().filter((one) => one !== line)
    const show = (line) => {
      shown = line
      for (const [name, value] of new URLSearchParams(line)) {
        const field = name.startsWith('_') ? null : later.elements[name]
        if (!field) continue
        if (field.type === 'checkbox' || field.type === 'radio') field.checked = field.value === value
        else field.value = value
        // A day that the page offers no more is typed.
        if (name.endsWith('_choice') && field.value !== value) {
          field.value = 'other'
          later.elements[name.slice(0, -'_choice'.length)].value = value
        }
      }
    }
    const sendAll = async () => {
      if (busy) return
      busy = true
      const refused = []
      let [isAway, done] = [false, '']
      for (const line of read()) {
        const asked = { method: 'POST', body: new URLSearchParams(line), headers: { accept: 'application/json' } }
        const answer = await fetch(later.action, asked).catch(() => null)
        isAway = !answer || answer.status === 429 || answer.status > 499
        if (isAway) break
        const { text, error } = await answer.json().catch(() => ({}))
        if (answer.ok && text) {
          write(without(line))
          done = text
        } else refused.push([line, error])
      }
      busy = false
      if (isAway) return tell(later.dataset.later)
      if (refused.length === 0) return done && tell(done)
      const [line, error] = refused[0]
      tell([later.dataset.refused, error].filter(Boolean).join(' '))
      if (!isTyped) show(line)
    }
    later.addEventListener('input', () => (isTyped = true))
    later.addEventListener('submit', (event) => {
      if (navigator.onLine) return shown && write(without(shown))
      event.preventDefault()
      event.stopPropagation()
      const line = new URLSearchParams(new FormData(later))
      const has = (name) => (line.get(name) ?? '') !== ''
      const isNamed =
        !later.elements.person || (has('person') && (line.get('person') !== 'other' || has('family_name')))
      const chosen = line.get('duration_choice') ?? 'other'
      if (!isNamed || (chosen === 'other' && !has('duration'))) return tell(later.dataset.missing)
      line.set('form_id', Date.now() + '-' + Math.random())
      write([...without(shown), line.toString()])
      removeEventListener('beforeunload', ask)
      later.reset()
      ;[isTyped, shown] = [false, '']
      tell(later.dataset.later)
      said.scrollIntoView({ block: 'center' })
    })
    addEventListener('online', sendAll)
    sendAll()
  }
  for (const type of ['keydown', 'keyup', 'mousedown'])
    document.addEventListener(type, (event) => {
      const hint = event.target.closest?.('.field')?.querySelector('[data-caps-lock]')
      if (hint && event.getModifierState) hint.hidden = !event.getModifierState('CapsLock')
    })
  // The position is asked for only by this button, and rounded to about a kilometre before it leaves the browser.
  const near = document.querySelector('[data-near]')
  if (near && navigator.geolocation) {
    const failed = document.querySelector('[data-near-failed]')
    const fail = () => (failed.hidden = false)
    const fill = async ({ coords }) => {
      const rounded = (degrees) => String(Math.round(degrees * 100) / 100)
      const body = new URLSearchParams({ latitude: rounded(coords.latitude), longitude: rounded(coords.longitude) })
      const answer = await fetch('/offers/near', { method: 'POST', body })
      const { town } = answer.ok ? await answer.json() : {}
      if (!town) return fail()
      near.form.elements.place.value = town
      near.form.requestSubmit()
    }
    document.querySelector('[data-near-line]').hidden = false
    near.addEventListener('click', () =>
      navigator.geolocation.getCurrentPosition((position) => fill(position).catch(fail), fail, { maximumAge: 600000 }),
    )
  }
  const end = document.querySelector('[data-session-end]')
  if (end) {
    const left = new Date(end.dataset.sessionEnd) - Date.now() - 600000
    setTimeout(() => (end.hidden = false), Math.max(0, Math.min(left, 2 ** 31 - 1)))
  }
  // Single keys, which can be turned off (WCAG 2.1.4); the choice stays in this browser.
  const keys = document.querySelector('[data-keys]')
  if (keys) {
    const isOn = keys.querySelector('[data-keys-on]')
    keys.hidden = false
    isOn.checked = localStorage.getItem('keys') !== 'off'
    isOn.addEventListener('change', () => localStorage.setItem('keys', isOn.checked ? 'on' : 'off'))
    document.addEventListener('keydown', (event) => {
      const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat && !event.isComposing
      if (!isOn.checked || !isPlain || event.target.closest('input, select, textarea')) return
      document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`)?.click()
    })
  }
  // The page may come back from the browser's memory.
  addEventListener('pageshow', () => {
    for (const form of document.forms) delete form.dataset.sent
  })
})()
