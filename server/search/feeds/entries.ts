// SPDX-License-Identifier: AGPL-3.0-or-later
import type { ListingRow } from '../../../db/queries/listings.ts'
import { dateIn } from '../../base/clock.ts'
import { isDated } from '../../model/offer/event-days.ts'
import { label, seatsText, whenText, whereText, type Wording } from '../../public-offer/words.ts'

export type Feed = {
  title: string
  /** As an HTML lang. */
  lang: string
  author: { name: string; url: string }
  /** URLs: of the feed, of the page with the same search, of the next page of the feed. */
  self: string
  page: string
  next: string | null
  updated: string
  entries: Entry[]
}
export type Entry = {
  uri: string
  url: string
  homeUrl: string
  title: string
  summary: string
  facts: string[]
  association: { name: string; url: string }
  categories: { term: string; label: string }[]
  published: string
  updated: string
  revision: number
  /** Calendar days: of the event, else the last day to apply. */
  days: { first: string; last: string; isDeadline: boolean }
  where: string
  point: { latitude: number; longitude: number } | null
}

export function entryOf(wording: Wording, publicUrl: string, timeZone: string, offer: ListingRow): Entry {
  const { t } = wording
  const { content } = offer
  const where = whereText(wording, content)
  return {
    uri: offer.offer_uri,
    url: `${publicUrl}/offers/${offer.public_id}`,
    homeUrl: offer.home_url,
    title: t.text(content.title).text,
    summary: t.text(content.summary).text,
    facts: [whenText(wording, content), where, seatsText(wording, offer)].filter(Boolean),
    association: { name: offer.association_name, url: offer.association_url },
    categories: [
      ...content.causes.map((code) => ({ term: code, label: label(wording, 'cause', code) })),
      ...content.activities.map((code) => ({ term: code, label: label(wording, 'activity', code) })),
    ],
    published: offer.published_at,
    updated: offer.updated_at,
    revision: offer.revision,
    days: daysOf(offer, timeZone),
    where: content.work_mode === 'remote' ? where : content.places.map(({ name }) => name).join(', '),
    point: pointOf(offer),
  }
}

function daysOf({ content, visible_until }: ListingRow, timeZone: string): Entry['days'] {
  const { starts_on, ends_on } = content
  if (starts_on && isDated(content)) return { first: starts_on, last: ends_on ?? starts_on, isDeadline: false }
  // The window ends with the first instant after its last day.
  const last = dateIn(timeZone, new Date(Date.parse(visible_until) - 1))
  return { first: last, last, isDeadline: true }
}

function pointOf({ content }: ListingRow): Entry['point'] {
  const [place] = content.places
  if (!place || place.latitude === null || place.longitude === null || content.work_mode === 'at_beneficiary_home')
    return null
  return { latitude: place.latitude, longitude: place.longitude }
}
