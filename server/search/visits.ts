// SPDX-License-Identifier: AGPL-3.0-or-later
// How many people looked at an offer today, without a cookie and without keeping who: a hash with a salt of the day,
// in memory only, forgotten at midnight (product/offers §7.6).
import { createHash, randomBytes } from 'node:crypto'
import type { Request } from 'express'
import { countFor, isVisit, todayOf } from '../applications/counts.ts'
import type { Deps } from '../deps.ts'
import { channelOf } from '../public-offer/via.ts'
import { query } from '../web/handler.ts'
import { hasRole } from '../model/viewer.ts'

/** Beyond this many different visits a day, a visit counts each time: the memory stays small. */
const MOST_REMEMBERED = 100_000

/** Counts one view of an own offer, once a day for a visitor. Programs and the association's own team do not count. */
export async function countView(deps: Deps, req: Request, offerId: string): Promise<void> {
  if (!isVisit(req) || hasRole(req.viewer, 'coordinator')) return
  try {
    const day = await todayOf(deps.db, deps)
    if (!isFirst(deps, day, `${req.ip ?? ''}\n${req.get('user-agent') ?? ''}\n${offerId}`)) return
    const channel = await channelOf(deps, deps.db, offerId, query(req, 'via'))
    await countFor(deps.db, { offerId, day, channel, what: 'views' })
  } catch (error) {
    // A full disk must not keep people from reading.
    deps.log.warn('a view was not counted', { offer: offerId, error: String(error) })
  }
}

function isFirst(deps: Deps, day: string, visitor: string): boolean {
  const { visits } = deps.memory
  if (visits.today?.day !== day) visits.today = { day, salt: randomBytes(16), seen: new Set() }
  const { today } = visits
  const mark = createHash('sha256').update(today.salt).update(visitor).digest('base64url').slice(0, 16)
  if (today.seen.has(mark)) return false
  if (today.seen.size < MOST_REMEMBERED) today.seen.add(mark)
  return true
}
