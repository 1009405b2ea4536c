// SPDX-License-Identifier: AGPL-3.0-or-later
// When does a calendar day begin, as an instant? Our offers know days, events on the wire want instants.

/** The instant at which the date (YYYY-MM-DD) begins in a time zone, as ISO text. */
export function startOfDay(date: string, timeZone: string): string {
  const wanted = Date.parse(`${date}T00:00:00Z`)
  let at = wanted
  // Twice, because the first guess may lie on the other side of a clock change.
  for (let round = 0; round < 2; round++) at = wanted - (wallClock(at, timeZone) - at)
  return new Date(at).toISOString()
}

/** The last second of the date in a time zone. */
export function endOfDay(date: string, timeZone: string): string {
  const next = new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10)
  return new Date(Date.parse(startOfDay(next, timeZone)) - 1000).toISOString()
}

function wallClock(at: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
  return Date.parse(`${format.format(at).replace(' ', 'T')}Z`)
}
