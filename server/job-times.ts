// SPDX-License-Identifier: AGPL-3.0-or-later
// Instances of one process spread their jobs, so that they do not all work in the same minute.
import { createHash } from 'node:crypto'
import { MINUTE } from './base/clock.ts'
import { wallClock } from './base/days.ts'

export type When = {
  /** Minutes between two runs. */
  every: number
  /** First and last hour of the day (0–23) in which it may run, in the association's time zone. */
  hours?: readonly [first: number, last: number]
  /** At the same minute in every instance, because people expect it then. */
  onTheDot?: true
}

const HOURS_A_DAY = 24

/** Minutes after the round hour: the same at every start, another for each job and `instance` (its PUBLIC_URL). */
export function offsetOf(instance: string, job: string, { every, onTheDot }: When): number {
  if (onTheDot) return 0
  return createHash('sha256').update(`${instance}\n${job}`).digest().readUInt32BE(0) % every
}

/** The first due instant after `now`, as ISO text. @param offset minutes, from `offsetOf`. */
export function dueAfter(when: When, now: Date, offset: number, timeZone: string): string {
  const period = when.every * MINUTE
  let at = (Math.floor((now.getTime() - offset * MINUTE) / period) + 1) * period + offset * MINUTE
  const last = at + (HOURS_A_DAY + 1) * 60 * MINUTE
  while (!mayRun(when, new Date(at), timeZone) && at < last) at += period
  return new Date(at).toISOString()
}

export function mayRun({ hours }: When, now: Date, timeZone: string): boolean {
  if (!hours) return true
  const hour = new Date(wallClock(now.getTime(), timeZone)).getUTCHours()
  return hour >= hours[0] && hour <= hours[1]
}
