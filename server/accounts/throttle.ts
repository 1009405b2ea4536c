// SPDX-License-Identifier: AGPL-3.0-or-later
// How many tries before one has to wait? Counted in the database, so that a restart forgives nothing.
import { countTry, forgetTries, forgiveTry } from '../../db/queries/throttle.ts'
import { MINUTE, later } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import { TooMany } from '../web/errors.ts'

type Limit = { most: number; within: number }

export const LIMITS = {
  /** Wrong passwords or codes for one login from one network: its owner elsewhere can still come in. */
  'login from a network': { most: 10, within: 15 * MINUTE },
  network: { most: 30, within: 15 * MINUTE },
  'mails to a mailbox': { most: 5, within: 30 * MINUTE },
  /** Against filling many people's mailboxes. */
  'mails from a network': { most: 20, within: 30 * MINUTE },
  /** Codes of a second factor and passwords asked again, wherever they come from: six digits can be guessed. */
  'proofs of a person': { most: 10, within: 15 * MINUTE },
  'applications from a network': { most: 10, within: 60 * MINUTE },
  'applications of a mailbox': { most: 10, within: 24 * 60 * MINUTE },
} as const satisfies Record<string, Limit>
type LimitName = keyof typeof LIMITS
export type Try = { limit: LimitName; of: string }

/**
 * Counts one try against each limit.
 * @returns seconds to wait before the next, 0 when this one may go on.
 */
export async function countTries(deps: Deps, tries: readonly Try[]): Promise<number> {
  const now = deps.clock.iso()
  let wait = 0
  for (const one of tries) {
    const { most, within } = LIMITS[one.limit]
    const { count, resets_at } = await countTry(deps.db, keyOf(deps, one), now, later(now, within))
    if (count > most) wait = Math.max(wait, Math.ceil((Date.parse(resets_at) - Date.parse(now)) / 1000))
  }
  return wait
}

/** As countTries, but refuses with 429 and the time to wait. */
export async function refuseTooMany(deps: Deps, tries: readonly Try[]): Promise<void> {
  const wait = await countTries(deps, tries)
  if (wait > 0) throw new TooMany(wait)
}

/** The try was a good one: the person's own count starts anew, the network's goes back by one. */
export async function forgive(deps: Deps, tries: readonly Try[]): Promise<void> {
  for (const one of tries) {
    const key = keyOf(deps, one)
    if (one.limit === 'network') await forgiveTry(deps.db, key)
    else await forgetTries(deps.db, key)
  }
}

/** A keyed hash: who holds the file alone cannot try out addresses. */
function keyOf(deps: Deps, { limit, of }: Try): string {
  return deps.secrets.mac(`${limit} ${of}`, 'throttle')
}
