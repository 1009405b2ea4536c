// SPDX-License-Identifier: AGPL-3.0-or-later
// How much may be under way, and for one host or actor? Who takes their time makes room for the others.

/**
 * `AT_ONCE` places are for those who are prompt. Who is not done after `PROMPT_MS` gives the place back and waits on in
 * one of `PATIENT` others, so that who hangs holds up nobody, and at most their sum is under way.
 */
export const PATIENT = 32
/** Beyond these, places for partners alone: a stranger may bring any number of hosts that hang. */
const PARTNERS = 16
const PROMPT_MS = 1_000

/**
 * @param atOnce how many have a place. @param perOne how many of these one may have once it was prompt; one until then.
 * @param onRoom called when a place becomes free although nothing has ended.
 */
export function openPlaces({ atOnce, perOne }: { atOnce: number; perOne: number }, onRoom: () => void) {
  const underWay = new Map<string, number>()
  const prompt = new Set<string>()
  let taken = 0
  let overdue = 0

  const roomAt = (who: string) => (prompt.has(who) ? perOne : 1) - (underWay.get(who) ?? 0)

  function leave(who: string): void {
    taken -= 1
    const left = (underWay.get(who) ?? 1) - 1
    if (left > 0) underWay.set(who, left)
    else underWay.delete(who)
  }

  /** @returns `end` with true when there was an answer; `again` when one thing is done and the next begins. */
  function take(who: string): { end(hasAnswered: boolean): void; again(): void } {
    taken += 1
    underWay.set(who, (underWay.get(who) ?? 0) + 1)
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      overdue += 1
      prompt.delete(who)
      onRoom()
    }, PROMPT_MS)
    return {
      end(hasAnswered) {
        clearTimeout(timer)
        if (isLate) overdue -= 1
        else if (hasAnswered) prompt.add(who)
        if (!hasAnswered) prompt.delete(who)
        leave(who)
      },
      again() {
        if (isLate) overdue -= 1
        isLate = false
        timer.refresh()
      },
    }
  }

  return {
    take,
    roomAt,
    busy: () => [...underWay.keys()].filter((who) => roomAt(who) <= 0),
    free: () => Math.max(0, atOnce - (taken - Math.min(overdue, PATIENT))),
    freeForPartners: () => Math.max(0, atOnce + PATIENT + PARTNERS - taken),
    isEmpty: () => taken === 0,
    /** Nothing is remembered beyond one rush: a host may have changed until the next. */
    forget: () => prompt.clear(),
  }
}
