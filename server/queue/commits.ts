// SPDX-License-Identifier: AGPL-3.0-or-later
// Wakes the queues after a commit, so that they need not wait for their timer.

export type Commits = {
  /** Call after a commit that another queue may have to look at. */
  notify(): void
  /** @returns a function that removes the listener. */
  onCommit(listener: () => void): () => void
}

export function createCommits(): Commits {
  const listeners = new Set<() => void>()
  return {
    notify: () => listeners.forEach((listener) => listener()),
    onCommit(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
