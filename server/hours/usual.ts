// SPDX-License-Identifier: AGPL-3.0-or-later
// When somebody is asked about their usual hours, about which day, and at which figures they are thanked. Pure.
import { HOUR, MINUTE } from '../base/clock.ts'
import { addDays } from '../base/days.ts'

/** Days of the month on which the mails leave. */
const ASKED_ON = { first: 2, last: 7 }
/** A link of the mail works for so long. */
export const USUAL_LINK_DAYS = 31

/** `from`: its first day, YYYY-MM-DD. @param back months before the one of `day`. */
export function monthBefore(day: string, back: number): { month: string; from: string; until: string } {
  let from = `${day.slice(0, 7)}-01`
  let until = from
  for (let left = back; left > 0; left -= 1) {
    until = addDays(from, -1)
    from = `${until.slice(0, 7)}-01`
  }
  return { month: from.slice(0, 7), from, until }
}

/**
 * What is asked on that day; undefined when nobody is asked on it. Two months with hours, then one without: whoever stops is
 * asked about two months at most, and again once they recorded something; the mail says so.
 */
export function askingOn(day: string) {
  const date = Number(day.slice(8))
  if (date < ASKED_ON.first || date > ASKED_ON.last) return undefined
  const quiet = monthBefore(day, 1)
  return { quiet, usual: { from: monthBefore(day, 3).from, until: monthBefore(day, 2).until } }
}

/** The last day of a month with the weekday of `like`. @param until the last day of that month. */
export function sameWeekday(like: string, until: string): string {
  const weekday = (day: string) => new Date(`${day}T00:00:00Z`).getUTCDay()
  return addDays(until, -((weekday(until) - weekday(like) + 7) % 7))
}

/** Whole hours at which somebody is thanked; beyond the last one, at each thousand. */
const ROUND = [10, 50, 100, 250, 500]
const EACH = 1000

/** The greatest round figure in so many minutes; 0 before the first one. */
export function roundIn(minutes: number): number {
  const hours = Math.floor(minutes / (HOUR / MINUTE))
  if (hours >= EACH) return hours - (hours % EACH)
  return ROUND.findLast((round) => round <= hours) ?? 0
}
