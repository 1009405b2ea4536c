// SPDX-License-Identifier: AGPL-3.0-or-later
// What is counted about an offer, by day and channel: views, begun forms, confirmed and accepted applications.
import type { Request } from 'express'
import { findAssociation } from '../../db/queries/association.ts'
import { addToCount, type Counted } from '../../db/queries/counts.ts'
import { dateIn } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import type { Handle } from '../web/transact.ts'

/**
 * Adds one.
 * @param what.day calendar day of the association, YYYY-MM-DD (see todayOf)
 * @param what.channel 'own', or the address of the centre a visitor came from (public-offer/via.ts)
 */
export function countFor(
  db: Handle,
  what: { offerId: string; day: string; channel: string; what: Counted },
): Promise<void> {
  return addToCount(db, what, what.what)
}

/** Counts a visit to a page; a count that fails never costs the visitor the page. */
export async function countVisit(
  deps: Deps,
  req: Pick<Request, 'method' | 'get'>,
  visit: { offerId: string; channel: string; what: 'views' | 'apply_starts' },
): Promise<void> {
  if (!isVisit(req)) return
  try {
    await countFor(deps.db, { ...visit, day: await todayOf(deps.db, deps) })
  } catch (error) {
    deps.log.warn('a visit could not be counted', { error: String(error) })
  }
}

/** Today's date where the association is. */
export async function todayOf(db: Handle, deps: Pick<Deps, 'clock'>): Promise<string> {
  const association = await findAssociation(db)
  return dateIn(association?.time_zone ?? 'Europe/Paris', deps.clock.now())
}

const PROGRAM = /bot|crawl|spider|slurp|preview|fetch|scan|monitor|curl|wget|python|java\/|okhttp|mainforte/i

/** True for a visit that is worth counting: a person's browser that asks for the page itself, not ahead of time. */
export function isVisit(req: Pick<Request, 'method' | 'get'>): boolean {
  const agent = req.get('user-agent') ?? ''
  const ahead = /prefetch|prerender|preview/i.test(req.get('sec-purpose') ?? req.get('purpose') ?? '')
  return req.method === 'GET' && agent !== '' && !PROGRAM.test(agent) && !ahead
}
