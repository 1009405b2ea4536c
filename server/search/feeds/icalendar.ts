// SPDX-License-Identifier: AGPL-3.0-or-later
// iCalendar (RFC 5545). An offer without a date is shown on the last day to apply.
import { addDays } from '../../base/days.ts'
import { address, day, fold, instant, text } from '../../text/icalendar.ts'
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
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Mainforte//Offers//EN',
    'CALSCALE:GREGORIAN',
    `NAME:${text(feed.title)}`,
    `X-WR-CALNAME:${text(feed.title)}`,
    `URL:${address(feed.page)}`,
    ...(words.about ? [`X-WR-CALDESC:${text(words.about)}`] : []),
    'REFRESH-INTERVAL;VALUE=DURATION:PT6H',
  ]
  const parts = [head.map(fold).join('\r\n')]
  for (const entry of entries) {
    parts.push(event(entry, words).map(fold).join('\r\n'))
    await yieldLoop()
  }
  return [...parts, 'END:VCALENDAR', ''].join('\r\n')
}

function event(entry: Entry, words: Words): string[] {
  const { first, last, isDeadline } = entry.days
  return [
    'BEGIN:VEVENT',
    `UID:${text(entry.uri)}`,
    `DTSTAMP:${instant(entry.updated)}`,
    `LAST-MODIFIED:${instant(entry.updated)}`,
    `SEQUENCE:${entry.revision}`,
    `DTSTART;VALUE=DATE:${day(first)}`,
    `DTEND;VALUE=DATE:${day(addDays(last, 1))}`,
    `SUMMARY:${text(isDeadline ? words.deadline(entry.title) : entry.title)}`,
    `DESCRIPTION:${text([entry.association.name, entry.summary, ...entry.facts, entry.url].filter(Boolean).join('\n'))}`,
    ...(entry.where ? [`LOCATION:${text(entry.where)}`] : []),
    ...(entry.point ? [`GEO:${entry.point.latitude};${entry.point.longitude}`] : []),
    ...(entry.categories.length > 0
      ? [`CATEGORIES:${entry.categories.map(({ label }) => text(label)).join(',')}`]
      : []),
    `URL:${address(entry.url)}`,
    'STATUS:CONFIRMED',
    'TRANSP:TRANSPARENT',
    'END:VEVENT',
  ]
}
