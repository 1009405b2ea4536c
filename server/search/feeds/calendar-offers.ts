// SPDX-License-Identifier: AGPL-3.0-or-later
import { dateIn } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import { createYielding } from '../../queue/event-loop.ts'
import { search, type FoundOffer, type Query } from '../search.ts'
import type { Entry } from './entries.ts'

/** More than a person reads in a calendar; of more offers, those that end last are left out, and the calendar says so. */
export const MOST_IN_CALENDAR = 500
const AT_ONCE = 100

/** What fits and is not over, by its first day. A few at a time, so that others are served meanwhile. */
export async function listToCome(
  deps: Deps,
  query: Query,
  timeZone: string,
  entryOf: (offer: FoundOffer) => Entry,
): Promise<{ entries: Entry[]; isCut: boolean }> {
  const now = deps.clock.iso()
  const today = dateIn(timeZone, new Date(now))
  const yieldLoop = createYielding()
  // By its address, because offers may come and go between two pages.
  const entries = new Map<string, Entry>()
  let isMore = true
  for (let page = 1; isMore && entries.size < MOST_IN_CALENDAR; page++) {
    const asked = { ...query.asked, sort: 'ending' as const, page }
    const found = await search(deps, { ...query, asked }, now, { perPage: AT_ONCE })
    for (const offer of found.offers) {
      const entry = entryOf(offer)
      if (entry.days.last >= today) entries.set(entry.uri, entry)
      await yieldLoop()
    }
    isMore = page < found.pages
  }
  const byDay = [...entries.values()].toSorted((a, b) => compare(a.days.first, b.days.first) || compare(a.uri, b.uri))
  return { entries: byDay.slice(0, MOST_IN_CALENDAR), isCut: isMore || byDay.length > MOST_IN_CALENDAR }
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
