// SPDX-License-Identifier: AGPL-3.0-or-later
// When an offer takes place, for readers of events: they want a begin and a later end, and some drop what has begun.
import { dateIn } from '../../base/clock.ts'
import { addDays, endOfDay, startOfDay } from '../../base/days.ts'
import type { PublicOffer } from './content.ts'
import { lastEventDay } from './event-days.ts'

/** ISO instants; `end` is later. */
type Times = { start: string; end: string }

/**
 * An offer without days begins with the first of its weekdays (any day when none is said) after it was last written
 * about, and ends with its publication.
 */
export function timesOf(offer: PublicOffer, timeZone: string): Times {
  const { starts_on } = offer.content
  if (!starts_on) return openTimes(offer, timeZone)
  const start = startOfDay(starts_on, timeZone)
  const last = lastEventDay(offer.content)
  const end = last ? endOfDay(last, timeZone) : offer.standing.publish_until
  return { start, end: end > start ? end : endOfDay(starts_on, timeZone) }
}

function openTimes({ published_at, updated_at, standing, content }: PublicOffer, timeZone: string): Times {
  const { publish_from, publish_until: end } = standing
  const said = [published_at, updated_at, publish_from].toSorted().at(-1)!
  const next = startOfDay(nextDay(dateIn(timeZone, new Date(said)), content.slots), timeZone)
  if (next < end) return { start: next, end }
  // It is over, or ends today.
  if (published_at < end) return { start: published_at, end }
  return { start: published_at, end: startOfDay(addDays(dateIn(timeZone, new Date(published_at)), 1), timeZone) }
}

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']

/** The day after, or the first after it that is a weekday of `slots` (`saturday-morning`). */
function nextDay(day: string, slots: readonly string[]): string {
  const wanted = WEEKDAYS.flatMap((name, number) => (slots.some((slot) => slot.startsWith(`${name}-`)) ? [number] : []))
  const next = addDays(day, 1)
  const weekday = new Date(`${next}T00:00:00Z`).getUTCDay()
  const ahead = wanted.map((one) => (one - weekday + 7) % 7)
  return addDays(next, Math.min(...(ahead.length > 0 ? ahead : [0])))
}
