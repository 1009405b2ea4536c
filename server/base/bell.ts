// SPDX-License-Identifier: AGPL-3.0-or-later
// Rung after a commit, so that queues look at once instead of waiting for their next turn.

export type Bell = { ring(): void; onRing(listener: () => void): () => void }

export function createBell(): Bell {
  const listeners = new Set<() => void>()
  return {
    ring: () => listeners.forEach((listener) => listener()),
    onRing(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}
