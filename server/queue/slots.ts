// SPDX-License-Identifier: AGPL-3.0-or-later
// How many may be under way at once, in all and of one owner (a host, an actor)? One that is slow gives its slot back.

/**
 * `atOnce` slots are for owners that are prompt. Who is not done after `PROMPT_MS` gives the slot back and goes on in one
 * of these, so that an owner that hangs keeps nobody waiting; at most the sum of both is under way.
 */
export const SLOW_SLOTS = 32
/** Beyond these, slots for partners alone: unknown peers may bring any number of hosts that hang. */
const PARTNER_SLOTS = 16
const PROMPT_MS = 1_000

export type SlotLimits = {
  atOnce: number
  /** How many one owner may have once it was prompt; one until then. */
  perOwner: number
}

export type Slot = {
  /** One thing is done and the next begins in the same slot. */
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
    /** How many more of this owner may begin. */
    freeOf,
    /** Owners of whom none may begin. */
    busy: () => [...underWay.keys()].filter((owner) => freeOf(owner) <= 0),
    free: () => Math.max(0, atOnce - (taken - Math.min(overdue, SLOW_SLOTS))),
    freeForPartners: () => Math.max(0, atOnce + SLOW_SLOTS + PARTNER_SLOTS - taken),
    isEmpty: () => taken === 0,
    /** Who was prompt is remembered during one round only: a host may have changed until the next. */
    forget: () => prompt.clear(),
  }
}

export type Slots = ReturnType<typeof openSlots>
