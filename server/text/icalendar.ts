// SPDX-License-Identifier: AGPL-3.0-or-later
// Values, lines and events of iCalendar (RFC 5545).
import { addDays } from '../base/days.ts'

/** YYYY-MM-DD as a DATE value. */
const day = (date: string): string => date.replaceAll('-', '')
/** An ISO instant as a DATE-TIME value. */
const instant = (iso: string): string => iso.replace(/\.\d+/, '').replaceAll(/[-:]/g, '')
/** A URL has no characters to escape, but must not break the line. */
export const address = (url: string): string => url.replaceAll(/\s/g, '%20')

/** TEXT values (RFC 5545 §3.3.11). */
export function text(value: string): string {
  return (
    value
      .replaceAll('\\', '\\\\')
      .replaceAll(';', '\\;')
      .replaceAll(',', '\\,')
      .replaceAll(/\r\n?|\n/g, '\\n')
      // eslint-disable-next-line no-control-regex
      .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '')
  )
}

const LINE_OCTETS = 75
const isInsideCharacter = (octet: number | undefined) => octet !== undefined && (octet & 0xc0) === 0x80

/** Lines of at most 75 octets, never broken inside a character (RFC 5545 §3.1). */
export function fold(line: string): string {
  const octets = Buffer.from(line)
  if (octets.length <= LINE_OCTETS) return line
  const parts: string[] = []
  for (let from = 0; from < octets.length;) {
    // A line that goes on begins with a space.
    let to = from + LINE_OCTETS - (from > 0 ? 1 : 0)
    while (isInsideCharacter(octets[to])) to--
    parts.push(octets.toString('utf8', from, to))
    from = to
  }
  return parts.join('\r\n ')
}

export const CALENDAR_HEAD = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Mainforte//Offers//EN']

/** Whole days, both included (YYYY-MM-DD). `updated`: ISO instant. `url` is the page, `uid` never changes. */
export type CalendarEvent = {
  uid: string
  url: string
  updated: string
  revision: number
  first: string
  last: string
  title: string
  description: readonly string[]
  where: string
  /** Further properties, as whole lines. */
  more?: readonly string[]
}

/** The lines of a VEVENT, folded. */
export function eventLines(event: CalendarEvent): string[] {
  return [
    'BEGIN:VEVENT',
    `UID:${text(event.uid)}`,
    `DTSTAMP:${instant(event.updated)}`,
    `LAST-MODIFIED:${instant(event.updated)}`,
    `SEQUENCE:${event.revision}`,
    `DTSTART;VALUE=DATE:${day(event.first)}`,
    `DTEND;VALUE=DATE:${day(addDays(event.last, 1))}`,
    `SUMMARY:${text(event.title)}`,
    `DESCRIPTION:${text(event.description.filter(Boolean).join('\n'))}`,
    ...(event.where ? [`LOCATION:${text(event.where)}`] : []),
    ...(event.more ?? []),
    `URL:${address(event.url)}`,
    'END:VEVENT',
  ].map(fold)
}
