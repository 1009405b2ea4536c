// SPDX-License-Identifier: AGPL-3.0-or-later
// When an offer takes place, for readers of events: they want a begin and a later end, and some drop what has begun.
import { dateIn } from '../../server/base/clock.ts'
import { addDays, endOfDay, startOfDay } from '../../server/base/days.ts'
import type { PublicOffer } from '../../server/model/offer/content.ts'
import { lastEventDay } from '../../server/model/offer/event-days.ts'

/** ISO instants; `end` is later. */
type Times = { start: string; end: string }

/** An offer without days begins with the first day after it was last written about, and ends with its publication. */
export function timesOf(offer: PublicOffer, timeZone: string): Times {
  const { starts_on } = offer.content
  if (!starts_on) return openTimes(offer, timeZone)
  const start = startOfDay(starts_on, timeZone)
  const last = lastEventDay(offer.content)
  const end = last ? endOfDay(last, timeZone) : offer.standing.publish_until
  return { start, end: end > start ? end : endOfDay(starts_on, timeZone) }
}

function openTimes({ published_at, updated_at, standing }: PublicOffer, timeZone: string): Times {
  const { publish_from, publish_until: end } = standing
  const said = [published_at, updated_at, publish_from].toSorted().at(-1)!
  const next = startOfDay(addDays(dateIn(timeZone, new Date(said)), 1), timeZone)
  if (next < end) return { start: next, end }
  // It is over, or ends today.
  if (published_at < end) return { start: published_at, end }
  return { start: published_at, end: startOfDay(addDays(dateIn(timeZone, new Date(published_at)), 1), timeZone) }
}
