// SPDX-License-Identifier: AGPL-3.0-or-later
import { DAY, HOUR, MINUTE } from '../base/clock.ts'
import { addDays } from '../base/days.ts'

// The states of a line of hours. An approved line never changes: a correction is a reversing line and a new one.

export const HOURS_STATES = ['submitted', 'approved', 'returned', 'replaced', 'withdrawn'] as const
export type HoursState = (typeof HOURS_STATES)[number]
export const HOURS_ACTIONS = ['approve', 'return', 'confirm', 'replace', 'withdraw', 'reverse'] as const
export type HoursAction = (typeof HOURS_ACTIONS)[number]
export type HoursFact =
  'hours.approved' | 'hours.returned' | 'hours.confirmed' | 'hours.replaced' | 'hours.withdrawn' | 'hours.reversed'
type Step = { to: HoursState; fact: HoursFact }
type Refusal =
  | 'hours.refused.already_approved'
  | 'hours.refused.returned'
  | 'hours.refused.replaced'
  | 'hours.refused.withdrawn'
  | 'hours.refused.not_approved'
  | 'hours.refused.submitted'
  | 'hours.refused.not_returned'

const NO: Record<HoursState, Refusal> = {
  submitted: 'hours.refused.submitted',
  approved: 'hours.refused.already_approved',
  returned: 'hours.refused.returned',
  replaced: 'hours.refused.replaced',
  withdrawn: 'hours.refused.withdrawn',
}

const STEPS: Record<HoursState, Partial<Record<HoursAction, Step>>> = {
  submitted: {
    approve: { to: 'approved', fact: 'hours.approved' },
    return: { to: 'returned', fact: 'hours.returned' },
    replace: { to: 'replaced', fact: 'hours.replaced' },
    withdraw: { to: 'withdrawn', fact: 'hours.withdrawn' },
  },
  returned: {
    confirm: { to: 'submitted', fact: 'hours.confirmed' },
    replace: { to: 'replaced', fact: 'hours.replaced' },
    withdraw: { to: 'withdrawn', fact: 'hours.withdrawn' },
  },
  approved: { reverse: { to: 'approved', fact: 'hours.reversed' } },
  replaced: {},
  withdrawn: {},
}

export function step(state: HoursState, action: HoursAction): ({ ok: true } & Step) | { ok: false; reason: Refusal } {
  const found = STEPS[state][action]
  if (found) return { ok: true, ...found }
  if (action === 'reverse') return { ok: false, reason: 'hours.refused.not_approved' }
  return { ok: false, reason: action === 'confirm' ? 'hours.refused.not_returned' : NO[state] }
}

/** A line can be reversed only once. @returns why the action is not allowed, or undefined. */
export function refusalOf(
  entry: { state: HoursState; reverses_id: string | null; reversed_by: string | null },
  action: HoursAction,
): Refusal | 'hours.refused.reversed' | undefined {
  if (action === 'reverse' && (entry.reverses_id || entry.reversed_by)) return 'hours.refused.reversed'
  const result = step(entry.state, action)
  return result.ok ? undefined : result.reason
}

/** How long several lines that were approved together can be given back together, by whoever approved them. */
export const UNDO_FOR = 10 * MINUTE

/** A line is at most one day, because it never crosses midnight. */
export const DAY_MINUTES = 1440
export const FIRST_DAY = '2000-01-01'

export type DayFault = 'hours.error.day_future' | 'hours.error.day_old'

/** @param today the calendar date where the association is. */
export function dayFault(workedOn: string, today: string): DayFault | undefined {
  if (workedOn > today) return 'hours.error.day_future'
  if (workedOn < FIRST_DAY) return 'hours.error.day_old'
  return undefined
}

export type DayDoubt = 'hours.doubt.before_arrival' | 'hours.doubt.old' | 'hours.doubt.lone_year'
/** `closed`: the year is closed, and the line can no longer be approved. */
export type LineDoubt = DayDoubt | 'hours.doubt.closed'
/** Many people are entered some time after their first day. */
const ENTERED_WITHIN = 31 * DAY

/**
 * Why a day is asked about: more than a year ago, long before the person came, or in a year with no other line.
 * @param workedOn and the other days are YYYY-MM-DD. @returns undefined for a usual day.
 */
export function dayDoubt(
  workedOn: string,
  about: { today: string; joinedOn: string; hasOthersInYear: boolean },
): DayDoubt | undefined {
  const earliest = new Date(Date.parse(about.joinedOn) - ENTERED_WITHIN).toISOString().slice(0, 10)
  if (workedOn < earliest) return 'hours.doubt.before_arrival'
  const year = Number(about.today.slice(0, 4))
  if (workedOn < `${year - 1}${about.today.slice(4)}`) return 'hours.doubt.old'
  const isLone = workedOn.slice(0, 4) !== about.today.slice(0, 4) && !about.hasOthersInYear
  return isLone ? 'hours.doubt.lone_year' : undefined
}

/** A line that counts, or will when it is approved. */
export type LivingLine = { minutes: number; offerId: string | null; isReversed: boolean }

/** All lines of a person on one day are at most that day. Lines that take others out count too. */
export function isDayFull(lines: readonly LivingLine[], minutes: number): boolean {
  return lines.reduce((sum, line) => sum + line.minutes, minutes) > DAY_MINUTES
}

/** Probably the same time once more: on the same day, as long, or for the same offer. */
export function hasTwin(lines: readonly LivingLine[], { minutes, offerId }: Wanted): boolean {
  const isSame = (line: LivingLine) => line.minutes === minutes || (line.offerId !== null && line.offerId === offerId)
  return lines.some((line) => !line.isReversed && isSame(line))
}
type Wanted = Pick<LivingLine, 'minutes' | 'offerId'>

/** More in a day is asked about once. */
export const LONG_MINUTES = 720

/** One day each: what goes past midnight belongs to two. @param from minutes since midnight, null when unknown. */
export function daysOf(day: string, minutes: number, from: number | null): { day: string; minutes: number }[] {
  const before = from === null ? minutes : Math.min(minutes, DAY_MINUTES - from)
  const first = { day, minutes: before }
  return before === minutes ? [first] : [first, { day: addDays(day, 1), minutes: minutes - before }]
}

/** A timer that ran longer was probably forgotten, so the person says how long it was. */
export const LONGEST_TIMER = 13 * HOUR

/** Days after which lines that wait for an approval are told to the team. */
export const WAITS_TOO_LONG = 2
/** Days after which the team is told again, although nothing new waits too long. */
const TOLD_AGAIN_AFTER = 7

/**
 * @param waiting when the first and the last line was entered that waits too long (ISO instants); null when none does.
 * @param told when the team was told last. @param day the day of an instant at the association.
 */
export function isWaitingNoticeDue(
  { oldest, newest }: { oldest: string | null; newest: string | null },
  told: string | null,
  now: string,
  day: (instant: string) => string,
): boolean {
  if (oldest === null || newest === null) return false
  if (told === null) return true
  if (day(told) === day(now)) return false
  const hasNew = Date.parse(newest) + WAITS_TOO_LONG * DAY > Date.parse(told)
  return hasNew || Date.parse(told) + TOLD_AGAIN_AFTER * DAY <= Date.parse(now)
}
