// SPDX-License-Identifier: AGPL-3.0-or-later
// Long work shares the thread: SQLite answers at once, so a loop over rows would otherwise keep every request waiting.

const AT_MOST_MS = 10

/** @returns await it in a loop: once the loop has held the thread for 10 ms, requests and timers go first. */
export function sharesThread(): () => Promise<void> {
  let since = performance.now()
  return async () => {
    if (performance.now() - since < AT_MOST_MS) return
    await new Promise((done) => setImmediate(done))
    since = performance.now()
  }
}
