// SPDX-License-Identifier: AGPL-3.0-or-later
// How many requests may be under way, and of one host? A host that takes its time makes room for the others.

/**
 * `AT_ONCE` places are for hosts that answer promptly. Who has not answered after `PROMPT_MS` gives its place back and
 * waits on in one of `PATIENT` others, so that hanging hosts hold up nobody, and at most their sum is under way.
 * Measured (`npm run bench -- fanout_1000_s`): 8 places take three times as long, 64 no less than 32.
 */
export const AT_ONCE = 32
export const PATIENT = 32
/** Beyond these, places for partners alone: a stranger may bring any number of hosts that hang. */
const PARTNERS = 16
const PROMPT_MS = 1_000
/** Of one host: it has two once it has answered promptly, one until then. */
export const PER_HOST = 2

/** @param onRoom called when a place becomes free although nothing has ended. */
export function openPlaces(onRoom: () => void) {
  const underWay = new Map<string, number>()
  const prompt = new Set<string>()
  let taken = 0
  let overdue = 0

  const roomAt = (host: string) => (prompt.has(host) ? PER_HOST : 1) - (underWay.get(host) ?? 0)

  function leave(host: string): void {
    taken -= 1
    const left = (underWay.get(host) ?? 1) - 1
    if (left > 0) underWay.set(host, left)
    else underWay.delete(host)
  }

  /** @returns call it at the end: true when the host has answered. */
  function take(host: string): (hasAnswered: boolean) => void {
    taken += 1
    underWay.set(host, (underWay.get(host) ?? 0) + 1)
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      overdue += 1
      prompt.delete(host)
      onRoom()
    }, PROMPT_MS)
    return (hasAnswered) => {
      clearTimeout(timer)
      if (isLate) overdue -= 1
      else if (hasAnswered) prompt.add(host)
      if (!hasAnswered) prompt.delete(host)
      leave(host)
    }
  }

  return {
    take,
    roomAt,
    busy: () => [...underWay.keys()].filter((host) => roomAt(host) <= 0),
    free: () => Math.max(0, AT_ONCE - (taken - Math.min(overdue, PATIENT))),
    freeForPartners: () => Math.max(0, AT_ONCE + PATIENT + PARTNERS - taken),
    isEmpty: () => taken === 0,
    /** Nothing is remembered beyond one rush: a host may have changed until the next. */
    forget: () => prompt.clear(),
  }
}
