// SPDX-License-Identifier: AGPL-3.0-or-later
// iCalendar (RFC 5545). An offer without a date is shown on the last day to apply.
import { address, CALENDAR_HEAD, eventLines, fold, text } from '../../text/icalendar.ts'
import { createYielding } from '../../queue/event-loop.ts'
import type { Entry, Feed } from './entries.ts'

/** `about`: what the calendar leaves out; '' for nothing. */
type Words = { deadline: (title: string) => string; about: string }

/** Written a few events at a time, so that others are served meanwhile. */
export async function toCalendar(
  feed: Pick<Feed, 'title' | 'page'>,
  entries: readonly Entry[],
  words: Words,
): Promise<string> {
  const yieldLoop = createYielding()
  const head = [
    ...CALENDAR_HEAD,
    'CALSCALE:GREGORIAN',
    `NAME:${text(feed.title)}`,
    `X-WR-CALNAME:${text(feed.title)}`,
    `URL:${address(feed.page)}`,
    ...(words.about ? [`X-WR-CALDESC:${text(words.about)}`] : []),
    'REFRESH-INTERVAL;VALUE=DURATION:PT6H',
  ]
  const parts = [head.map(fold).join('\r\n')]
  for (const entry of entries) {
    parts.push(event(entry, words).join('\r\n'))
    await yieldLoop()
  }
  return [...parts, 'END:VCALENDAR', ''].join('\r\n')
}

function event(entry: Entry, words: Words): string[] {
  const { first, last, isDeadline } = entry.days
  const { uri: uid, url, updated, revision, title, where, point, categories } = entry
  return eventLines({
    uid,
    url,
    updated,
    revision,
    first,
    last,
    where,
    title: isDeadline ? words.deadline(title) : title,
    description: [entry.association.name, entry.summary, ...entry.facts, url],
    more: [
      ...(point ? [`GEO:${point.latitude};${point.longitude}`] : []),
      ...(categories.length > 0 ? [`CATEGORIES:${categories.map(({ label }) => text(label)).join(',')}`] : []),
      'STATUS:CONFIRMED',
      'TRANSP:TRANSPARENT',
    ],
  })
}
