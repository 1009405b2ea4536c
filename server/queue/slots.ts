// SPDX-License-Identifier: AGPL-3.0-or-later
// Limits how many run at once, in all and for one owner (a host, an actor).

/**
 * `atOnce` slots are for prompt owners. Work that is not done after `PROMPT_MS` moves to one of these, so that an owner
 * that hangs delays nobody else; at most the sum of both is under way.
 */
export const SLOW_SLOTS = 32
/** Further slots, for partners only, because unknown peers may name any number of hosts that hang. */
const PARTNER_SLOTS = 16
const PROMPT_MS = 1_000

export type SlotLimits = {
  atOnce: number
  /** For an owner that was prompt; others have one slot. */
  perOwner: number
}

export type Slot = {
  /** The next piece of work begins in the same slot. */
  again(): void
  end(hasAnswered: boolean): void
}

/** @param onFree called when a slot becomes free although nothing has ended. */
export function openSlots({ atOnce, perOwner }: SlotLimits, onFree: () => void) {
  const underWay = new Map<string, number>()
  const prompt = new Set<string>()
  let taken = 0
  let overdue = 0

  const freeOf = (owner: string) => (prompt.has(owner) ? perOwner : 1) - (underWay.get(owner) ?? 0)

  function leave(owner: string): void {
    taken -= 1
    const left = (underWay.get(owner) ?? 1) - 1
    if (left > 0) underWay.set(owner, left)
    else underWay.delete(owner)
  }

  function take(owner: string): Slot {
    taken += 1
    underWay.set(owner, (underWay.get(owner) ?? 0) + 1)
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      overdue += 1
      prompt.delete(owner)
      onFree()
    }, PROMPT_MS)
    return {
      end(hasAnswered) {
        clearTimeout(timer)
        if (isLate) overdue -= 1
        else if (hasAnswered) prompt.add(owner)
        if (!hasAnswered) prompt.delete(owner)
        leave(owner)
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
    freeOf,
    busy: () => [...underWay.keys()].filter((owner) => freeOf(owner) <= 0),
    free: () => Math.max(0, atOnce - (taken - Math.min(overdue, SLOW_SLOTS))),
    freeForPartners: () => Math.max(0, atOnce + SLOW_SLOTS + PARTNER_SLOTS - taken),
    isEmpty: () => taken === 0,
    /** Call before each round: a host may have changed since the last one. */
    forget: () => prompt.clear(),
  }
}

export type Slots = ReturnType<typeof openSlots>
