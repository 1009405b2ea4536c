// SPDX-License-Identifier: AGPL-3.0-or-later
// Values and lines of iCalendar (RFC 5545).

/** YYYY-MM-DD as a DATE value. */
export const day = (date: string): string => date.replaceAll('-', '')
/** An ISO instant as a DATE-TIME value. */
export const instant = (iso: string): string => iso.replace(/\.\d+/, '').replaceAll(/[-:]/g, '')
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

/** Lines of at most 75 octets, never broken inside a character (RFC 5545 §3.1). */
export function fold(line: string): string {
  const parts: string[] = []
  let part = ''
  let octets = 0
  for (const character of line) {
    const size = Buffer.byteLength(character)
    if (octets + size > 75) {
      parts.push(part)
      part = ' '
      octets = 1
    }
    part += character
    octets += size
  }
  return [...parts, part].join('\r\n')
}
