// SPDX-License-Identifier: AGPL-3.0-or-later
import { setImmediate } from 'node:timers/promises'
import { findAssociation, findFact, saveFact } from '../../../db/queries/association.ts'
import { record } from '../../../db/queries/events.ts'
import * as counts from '../../../db/queries/shared-counts.ts'
import { dateIn } from '../../base/clock.ts'
import { addDays } from '../../base/days.ts'
import type { Deps } from '../../deps.ts'
import { offerUri } from '../../public-offer/public-offer.ts'
import { forEachYielding } from '../../queue/event-loop.ts'
import { ROWS_AT_ONCE, transact, type Handle } from '../../web/transact.ts'
import { SOMETIMES, type Reported } from '../../model/counts.ts'
import { BELIEVED_FOR, CAUGHT_UP_FOR, isDue, MOST_LINES } from '../rules.ts'
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
  const due = (await sumDay(deps, day)).filter((one) => isDue(day, yesterday, one.sums, sent.get(one.partner)?.sums))
  for (let from = 0; from < due.length; from += ROWS_AT_ONCE) {
    await shareWith(deps, day, due.slice(from, from + ROWS_AT_ONCE))
    await setImmediate()
  }
}

/** The sums for each partner as one text: the same text again means nothing new. */
async function sumDay(deps: Deps, day: string): Promise<{ partner: string; sums: string }[]> {
  const all = new Map<string, Map<string, number[]>>()
  await forEachYielding(counts.readPartsOfDay(deps.db, day), async (parts) => {
    for (const { partner, kind, sums } of parts) {
      const kinds = all.get(partner) ?? new Map<string, number[]>()
      all.set(partner, kinds)
      const before = kinds.get(kind)
      const [longer, shorter] = before && before.length > sums.length ? [before, sums] : [sums, before]
      kinds.set(
        kind,
        longer.map((one, at) => one + (shorter?.[at] ?? 0)),
      )
    }
  })
  return [...all].map(([partner, kinds]) => ({
    partner,
    sums: [...kinds].map(([kind, sums]) => kind + sums.join('.')).join(' '),
  }))
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

/**
 * The lines of one document about a day, the first one has the number 0. Empty behind the last one, and when the
 * relation has ended meanwhile.
 */
export async function sentLines(
  db: Handle,
  deps: Deps,
  { partner, day, document }: { partner: string; day: string; document: number },
): Promise<SentLine[]> {
  const relations = await counts.listActivePartners(db, partner)
  // With several relations a document has lines of each.
  const limit = Math.floor(MOST_LINES / relations.length)
  const page = { limit, offset: document * limit }
  const lines: SentLine[] = []
  for (const { partner_is } of relations) {
    if (partner_is === 'centre') {
      for (const row of await counts.listOwnLines(db, day, partner, page)) {
        const { offer_id, views, apply_starts, applications, accepted } = row
        const sometimes = Object.fromEntries(SOMETIMES.filter((name) => row[name] > 0).map((name) => [name, row[name]]))
        const told = { views, apply_starts, applications, accepted, ...sometimes }
        lines.push({ offer: offerUri(deps, offer_id), day, counts: told })
      }
    } else {
      for (const { offer_uri, impressions, views } of await counts.listShownLines(db, day, partner, page))
        lines.push({ offer: offer_uri, day, counts: { impressions, views } })
    }
  }
  return lines
}
