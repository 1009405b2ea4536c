// SPDX-License-Identifier: AGPL-3.0-or-later
// When is a group complete? A commit costs as much for one letter as for ten, so those that come together go together.

const PATIENCE_MS = 2

/**
 * @param waiting how many wait now. @param work takes them all.
 * @returns call it for each that comes. Work begins at once for one that comes alone; when many came together last
 * time, as many are waited for, two milliseconds at most.
 */
export function gathering(waiting: () => number, work: () => Promise<void>): () => void {
  let expected = 1
  let isWorking = false
  let timer: NodeJS.Timeout | undefined

  function begin(): void {
    clearTimeout(timer)
    timer = undefined
    isWorking = true
    // After this turn of the loop: whatever else has already arrived comes along.
    setImmediate(async () => {
      const count = waiting()
      expected = Math.max(count, Math.floor(expected * 0.75), 1)
      await work()
      isWorking = false
      if (waiting() > 0) come()
    })
  }

  function come(): void {
    if (isWorking) return
    if (waiting() >= expected) begin()
    else timer ??= setTimeout(begin, PATIENCE_MS)
  }
  return come
}
