// SPDX-License-Identifier: AGPL-3.0-or-later
import { setImmediate } from 'node:timers/promises'
import { findAssociation, findFact, saveFact } from '../../../db/queries/association.ts'
import { record } from '../../../db/queries/events.ts'
import * as counts from '../../../db/queries/shared-counts.ts'
import { dateIn } from '../../base/clock.ts'
import { addDays } from '../../base/days.ts'
import type { Deps } from '../../deps.ts'
import { offerUri } from '../../public-offer/public-offer.ts'
import { ROWS_AT_ONCE, transact, type Handle } from '../../web/transact.ts'
import type { Reported } from '../../model/counts.ts'
import { BELIEVED_FOR, CAUGHT_UP_FOR, isDue } from '../rules.ts'
import { writeCounts } from '../count.ts'

export type SentLine = { offer: string; day: string; counts: Partial<Record<Reported, number>> }

const DONE = 'statistics told on'

/** Records an event for each partner and ended day with something new. A second call on one day does nothing. */
export async function shareEndedDays(deps: Deps): Promise<void> {
  const association = await findAssociation(deps.db)
  if (!association || !deps.config.federation) return
  const today = dateIn(association.time_zone, deps.clock.now())
  if ((await findFact(deps.db, DONE)) === today) return
  await writeCounts(deps)
  const yesterday = addDays(today, -1)
  for (let back = CAUGHT_UP_FOR - 1; back >= 0; back--) await shareDay(deps, addDays(yesterday, -back), yesterday)
  await transact(deps, async (tx) => {
    await counts.deleteSharedDaysBefore(tx, addDays(today, -2 * BELIEVED_FOR))
    await saveFact(tx, DONE, today)
  })
}

async function shareDay(deps: Deps, day: string, yesterday: string): Promise<void> {
  const sent = await counts.listSharedDays(deps.db, day)
  const sums = await counts.listSumsOfDay(deps.db, day)
  const due = sums.filter((one) => isDue(day, yesterday, one.sums, sent.get(one.partner)?.sums))
  for (let from = 0; from < due.length; from += ROWS_AT_ONCE) {
    await shareWith(deps, day, due.slice(from, from + ROWS_AT_ONCE))
    await setImmediate()
  }
}

async function shareWith(deps: Deps, day: string, due: { partner: string; sums: string }[]): Promise<void> {
  await transact(deps, async (tx) => {
    const active = new Set((await counts.listActivePartners(tx)).map((row) => row.partner_uri))
    const at = deps.clock.iso()
    for (const { partner, sums } of due.filter((one) => active.has(one.partner))) {
      const sending = await counts.saveSharedDay(tx, { day, partner_uri: partner, sums, sent_at: at })
      await record(tx, { type: 'statistics.day_ended', at, details: { partner, day, sending } })
    }
  })
}

/** Empty when the relation has ended meanwhile. */
export async function sentLines(db: Handle, deps: Deps, partner: string, day: string): Promise<SentLine[]> {
  const lines: SentLine[] = []
  for (const { partner_is } of await counts.listActivePartners(db, partner)) {
    if (partner_is === 'centre') {
      for (const { offer_id, views, apply_starts, applications, accepted } of await counts.listOwnLines(
        db,
        day,
        partner,
      ))
        lines.push({ offer: offerUri(deps, offer_id), day, counts: { views, apply_starts, applications, accepted } })
    } else {
      for (const { offer_uri, impressions, views } of await counts.listShownLines(db, day, partner))
        lines.push({ offer: offer_uri, day, counts: { impressions, views } })
    }
  }
  return lines
}
