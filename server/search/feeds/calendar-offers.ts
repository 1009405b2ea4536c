// SPDX-License-Identifier: AGPL-3.0-or-later
import { listListings, listStamps, type ListingRow } from '../../../db/queries/listings.ts'
import { dateIn } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import type { KeptEvent, WrittenEvent } from '../../memory.ts'
import { createYielding } from '../../queue/event-loop.ts'
import { findEnding, type Query } from '../search.ts'

/** Calendar programs read some megabytes; of more offers, those that end last are left out, and the calendar says so. */
export const MOST_IN_CALENDAR = 1_000
const AT_ONCE = 100
/** Of some kilobytes each; the same offers are in the calendars of several towns and causes. */
const MOST_KEPT = 4_000

/** `words`: all that an event depends on beside its offer: language, time zone. */
type Writing = { timeZone: string; words: string; write(offer: ListingRow): WrittenEvent }

/** What fits and is not over, by its first day. A few at a time, so that others are served meanwhile. */
export async function listToCome(
  deps: Deps,
  query: Query,
  writing: Writing,
): Promise<{ events: WrittenEvent[]; isCut: boolean }> {
  const now = deps.clock.iso()
  const today = dateIn(writing.timeZone, new Date(now))
  // By its address, because offers may come and go between two pages.
  const events = new Map<string, WrittenEvent>()
  let isMore = true
  for (let page = 1; isMore && events.size < MOST_IN_CALENDAR; page++) {
    const { ids, pages } = await findEnding(deps, query, now, { page, perPage: AT_ONCE })
    for (const event of await eventsOf(deps, ids, writing)) if (event.last >= today) events.set(event.uri, event)
    isMore = page < pages
  }
  const byDay = [...events.values()].toSorted((a, b) => compare(a.first, b.first) || compare(a.uri, b.uri))
  return { events: byDay.slice(0, MOST_IN_CALENDAR), isCut: isMore || byDay.length > MOST_IN_CALENDAR }
}

/** Those that were written before and whose offer is as it was then are not written again. */
async function eventsOf({ db, memory }: Deps, ids: number[], { words, write }: Writing): Promise<WrittenEvent[]> {
  const yieldLoop = createYielding()
  const stamps = await listStamps(db, ids)
  const keyOf = (id: number) => `${id} ${words}`
  const known = (id: number) => {
    const kept = memory.events.get(keyOf(id))
    return kept?.stamp === stamps.get(id) ? kept : undefined
  }
  const events = new Map<number, WrittenEvent>()
  for (const row of await listListings(
    db,
    ids.filter((id) => !known(id)),
  )) {
    const event = write(row)
    events.set(row.id, event)
    const stamp = stamps.get(row.id)
    if (stamp !== undefined) keep(memory.events, keyOf(row.id), { ...event, stamp })
    await yieldLoop()
  }
  return ids.flatMap((id) => events.get(id) ?? known(id) ?? [])
}

/** The oldest are forgotten first. */
function keep(events: Map<string, KeptEvent>, key: string, event: KeptEvent): void {
  events.delete(key)
  if (events.size >= MOST_KEPT) events.delete(events.keys().next().value ?? '')
  events.set(key, event)
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
