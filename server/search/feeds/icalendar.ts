// SPDX-License-Identifier: AGPL-3.0-or-later
// iCalendar (RFC 5545). An offer without a date is shown on the last day to apply.
import { address, CALENDAR_HEAD, eventLines, fold, text } from '../../text/icalendar.ts'
import type { WrittenEvent } from '../../memory.ts'
import type { Entry, Feed } from './entries.ts'

/** @param about what the calendar leaves out; '' for nothing. */
export function toCalendar(feed: Pick<Feed, 'title' | 'page'>, events: readonly WrittenEvent[], about: string): Buffer {
  const head = [
    ...CALENDAR_HEAD,
    'CALSCALE:GREGORIAN',
    `NAME:${text(feed.title)}`,
    `X-WR-CALNAME:${text(feed.title)}`,
    `URL:${address(feed.page)}`,
    ...(about ? [`X-WR-CALDESC:${text(about)}`] : []),
    'REFRESH-INTERVAL;VALUE=DURATION:PT6H',
  ]
  return Buffer.concat([linesOf(head.map(fold)), ...events.map(({ lines }) => lines), linesOf(['END:VCALENDAR'])])
}

const linesOf = (lines: readonly string[]): Buffer => Buffer.from(lines.map((line) => `${line}\r\n`).join(''))

/** @param deadline the title of an offer that is shown on its last day. */
export function writeEvent(entry: Entry, deadline: (title: string) => string): WrittenEvent {
  const { first, last, isDeadline } = entry.days
  const { uri: uid, url, updated, revision, title, where, point, categories } = entry
  const lines = eventLines({
    uid,
    url,
    updated,
    revision,
    first,
    last,
    where,
    title: isDeadline ? deadline(title) : title,
    description: [entry.association.name, entry.summary, ...entry.facts, url],
    more: [
      ...(point ? [`GEO:${point.latitude};${point.longitude}`] : []),
      ...(categories.length > 0 ? [`CATEGORIES:${categories.map(({ label }) => text(label)).join(',')}`] : []),
      'STATUS:CONFIRMED',
      'TRANSP:TRANSPARENT',
    ],
  })
  return { uri: uid, first, last, lines: linesOf(lines) }
}
