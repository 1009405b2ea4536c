// SPDX-License-Identifier: AGPL-3.0-or-later
// Pages work without this. It spares a second sending and a lost text, and takes the eye to what is missing.
'use strict'
;(() => {
  const faults = document.querySelector('[data-focus]')
  if (faults) faults.focus()

  let changed = null
  document.addEventListener('input', (event) => {
    const form = event.target.form
    if (form && form.method === 'post') changed = form
  })
  addEventListener('beforeunload', (event) => {
    if (changed) event.preventDefault()
  })

  document.addEventListener('submit', (event) => {
    const form = event.target
    if (form.method !== 'post') return
    if (form.dataset.sent) return event.preventDefault()
    form.dataset.sent = 'yes'
    changed = null
    // A file to save leaves the page where it is.
    setTimeout(() => delete form.dataset.sent, 5000)
  })
  // The page may come back from the browser's memory.
  addEventListener('pageshow', () => {
    for (const form of document.forms) delete form.dataset.sent
  })
})()
