// SPDX-License-Identifier: AGPL-3.0-or-later
// Wakes the queues after a commit, so that they need not wait for their timer.

export type Commits = {
  /** Call after a commit that another queue may have to look at. */
  notify(): void
  /** Listens to each commit. @returns a function that removes the listener. */
  onCommit(listener: () => void): () => void
  /** For queues: called at once after a commit that comes alone, and then once for all commits of `gapMs`. */
  onWake(listener: () => void): () => void
}

export function createCommits(gapMs = 50): Commits {
  const listeners = new Set<() => void>()
  const queues = new Set<() => void>()
  let wokenAt = -Infinity
  let timer: NodeJS.Timeout | undefined
  const add = (to: Set<() => void>) => (listener: () => void) => {
    to.add(listener)
    return () => void to.delete(listener)
  }

  function wake(): void {
    timer = undefined
    wokenAt = performance.now()
    queues.forEach((listener) => listener())
  }

  return {
    notify() {
      listeners.forEach((listener) => listener())
      const wait = wokenAt + gapMs - performance.now()
      if (wait <= 0 && !timer) wake()
      else timer ??= setTimeout(wake, wait).unref()
    },
    onCommit: add(listeners),
    onWake: add(queues),
  }
}
