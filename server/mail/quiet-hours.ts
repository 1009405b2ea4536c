// SPDX-License-Identifier: AGPL-3.0-or-later
// What nobody asked for at that moment does not arrive at night.
import { dateIn } from '../base/clock.ts'
import { addDays, instantIn, wallClock } from '../base/days.ts'

/** Hours of the day in the time zone of the association. */
const FROM = 21
const UNTIL = 7

/** The instant (ISO) itself by day, else seven o’clock of the next morning there. */
export function byDay(at: string, zone: string): string {
  const hour = new Date(wallClock(Date.parse(at), zone)).getUTCHours()
  if (hour >= UNTIL && hour < FROM) return at
  const today = dateIn(zone, new Date(at))
  return instantIn(`${hour < UNTIL ? today : addDays(today, 1)}T0${UNTIL}:00:00`, zone)
}
