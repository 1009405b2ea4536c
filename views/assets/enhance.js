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
    if (form?.method === 'post' && !form.matches('[role=search]')) addEventListener('beforeunload', ask)
  })

  document.addEventListener('submit', (event) => {
    const form = event.target
    if (form.method !== 'post') return
    if (form.dataset.sent) return event.preventDefault()
    form.dataset.sent = 'yes'
    removeEventListener('beforeunload', ask)
    // A file to save leaves the page where it is.
    setTimeout(() => delete form.dataset.sent, 5000)
  })
  // The page may come back from the browser's memory.
  addEventListener('pageshow', () => {
    for (const form of document.forms) delete form.dataset.sent
  })
})()
