// SPDX-License-Identifier: AGPL-3.0-or-later
import { addCounted, addShown } from '../../db/queries/counts.ts'
import { listedNow } from '../../db/queries/demo.ts'
import { DAY } from '../base/clock.ts'
import { shareEndedDays } from '../statistics/commands/share.ts'
import { transact } from '../web/transact.ts'
import { CLOSED_ON, type Setting } from './fill.ts'

const MONTH = 28

/**
 * Counts since each offer was listed, and the events that send them to the partners.
 * @param ids of our own offers by their keys.
 */
export async function fillVisits(
  { deps, clock, today, instance }: Setting,
  ids: Record<string, string>,
): Promise<void> {
  clock.set(today.toISOString())
  const closed = new Set((instance.offers ?? []).flatMap((one) => (one.closed ? [ids[one.key]] : [])))
  const offers = await listedNow(deps.db)
  await transact(deps, async (tx) => {
    for (const [rank, { offer_uri, offer_id, centre, since }] of offers.entries()) {
      for (let back = 1; back < MONTH; back++) {
        const day = new Date(today.getTime() - back * DAY).toISOString().slice(0, 10)
        if (day < since.slice(0, 10)) break
        if (closed.has(offer_id ?? '') && -back > CLOSED_ON) continue
        const people = peopleOn(day, rank)
        const views = offer_id ? 0 : Math.ceil(people / 3)
        await addShown(tx, [{ day, offer: offer_uri, impressions: people, views }])
        if (!offer_id) continue
        const own = { offerId: offer_id, day }
        await addCounted(tx, [
          { ...own, channel: 'own', views: Math.ceil(people / 4), apply_starts: people % 2 },
          ...(centre ? [{ ...own, channel: centre, apply_starts: people % 3 }] : []),
        ])
      }
    }
  })
  await shareEndedDays(deps)
}

/** More on Monday than on Sunday, different for each offer, and the same at every filling. */
function peopleOn(day: string, rank: number): number {
  const weekday = (new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7
  return 4 + (7 - weekday) + ((rank * 5 + Number(day.slice(8)) * 3) % 11)
}
