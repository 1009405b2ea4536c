// SPDX-License-Identifier: AGPL-3.0-or-later
// Years of hours, the share of volunteering in them, and the entry in the accounts. Pure. Money is in cents.
import { addDays } from '../base/days.ts'

/** Twelve months. `code`: « 2026 » for a civil year, « 2025-09 » for one that begins in another month. */
export type HoursYear = { code: string; from: string; until: string }

/** The oldest day of an entry is 1 January 2000: in a year that begins in another month, it lies in the one of 1999. */
const FIRST = 1999

export function yearOfCode(code: string): HoursYear | undefined {
  const [, year, month = '01'] = /^(\d{4})(?:-(0[2-9]|1[0-2]))?$/.exec(code) ?? []
  if (year === undefined || Number(year) < FIRST) return undefined
  const from = `${year}-${month}-01`
  return { code, from, until: addDays(`${Number(year) + 1}-${month}-01`, -1) }
}

/** The year that begins in that month and has this day. @param month 1 to 12. */
export function yearAt(day: string, month: number): HoursYear {
  const year = Number(day.slice(0, 4)) - (Number(day.slice(5, 7)) < month ? 1 : 0)
  return yearOfCode(month === 1 ? String(year) : `${year}-${String(month).padStart(2, '0')}`)!
}

/**
 * The years that have hours and the one of today, newest first. The hours of a civil year lie in two years of an
 * association that begins its own in another month.
 * @param civil civil years with hours. @param month in which a year begins, 1 to 12.
 */
export function yearsWithHours(civil: readonly number[], month: number, today: string): HoursYear[] {
  const days = [today, ...civil.flatMap((year) => [`${year}-12-31`, `${year}-01-01`])]
  const years = new Map(days.map((day) => yearAt(day, month)).map((year) => [year.code, year]))
  return [...years.values()].filter(({ from }) => from <= today).sort((a, b) => (a.from < b.from ? 1 : -1))
}

/** Of days YYYY-MM-DD: a civil year has the number of its year, another both. */
export const isCivil = ({ from }: Pick<HoursYear, 'from'>): boolean => from.endsWith('-01-01')

/** Accounts of volunteer work in class 8 (France, ANC 2018-06); in Québec each association has its own. */
export const usualAccounts = (country: 'FR' | 'CA') =>
  country === 'FR' ? { debit: '864', credit: '875' } : { debit: '', credit: '' }

/** Hours of a full year of paid work (France: 1 607 h), by which hours are shown as people at work. */
export const FULL_YEAR_HOURS = 1607

export type Money = { budget: number | null; subsidies: number | null; others: number | null }

/**
 * The share of volunteering in the whole, in tenths of a per cent: its value against the money of the year and that
 * value. The money is the budget, or else subsidies and other resources.
 * @returns null when nothing was typed, or hours have no value.
 */
export function shareOf(
  value: number | null,
  { budget, subsidies, others }: Money,
): { money: number; share: number } | null {
  const money = budget ?? (subsidies === null && others === null ? null : (subsidies ?? 0) + (others ?? 0))
  if (value === null || money === null || value + money <= 0) return null
  return { money, share: Math.floor((value * 1000) / (value + money) + 0.5) }
}

/** In tenths of a per cent. */
export const partOf = (part: number | null, whole: number): number | null =>
  part === null || whole <= 0 ? null : Math.floor((part * 1000) / whole + 0.5)

/** People at work for a full year, in hundredths. */
export const fullYears = (minutes: number): number => Math.round((minutes * 100) / 60 / FULL_YEAR_HOURS)

export type PostedLine = { label: string; cents: number }
export type Posting = { account: string; side: 'debit' | 'credit'; label: string; debit: number; credit: number }

/**
 * The entry of a statement: each line at the debit, their sum at the credit, so that both sides are equal to the cent.
 * A statement that takes another back has the sides changed, because no amount is negative.
 */
export function postingsOf(
  lines: readonly PostedLine[],
  accounts: { debit: string; credit: string },
  label: string,
): Posting[] {
  const of = (cents: number, side: 'debit' | 'credit') => {
    const isDebit = (side === 'debit') === cents >= 0
    return { debit: isDebit ? Math.abs(cents) : 0, credit: isDebit ? 0 : Math.abs(cents) }
  }
  const valued = lines.filter(({ cents }) => cents !== 0)
  const total = valued.reduce((sum, { cents }) => sum + cents, 0)
  if (valued.length === 0) return []
  return [
    ...valued.map((line) => ({
      account: accounts.debit,
      side: 'debit' as const,
      label: line.label,
      ...of(line.cents, 'debit'),
    })),
    ...(total === 0 ? [] : [{ account: accounts.credit, side: 'credit' as const, label, ...of(total, 'credit') }]),
  ]
}

type Standing = { state: string; is_in_force: number; reverses_id: string | null; posted_at: string | null }
type Refusal = 'years.refused.closing' | 'years.refused.posted' | 'years.refused.reversed' | 'years.refused.no_value'

/**
 * Whether a statement may be marked as posted. One that was taken back before it was posted has nothing to post, and
 * neither has what takes it back.
 * @param reversed the one that it takes back.
 */
export function postingRefusal(
  statement: Standing & { is_valued: number },
  reversed: Pick<Standing, 'posted_at'> | undefined,
): Refusal | undefined {
  if (statement.state !== 'closed') return 'years.refused.closing'
  if (statement.is_valued === 0) return 'years.refused.no_value'
  if (statement.posted_at !== null) return 'years.refused.posted'
  if (reversed) return reversed.posted_at === null ? 'years.refused.reversed' : undefined
  return statement.is_in_force === 1 ? undefined : 'years.refused.reversed'
}

export function reopeningRefusal(statement: Standing): Refusal | undefined {
  if (statement.state !== 'closed') return 'years.refused.closing'
  return statement.is_in_force === 1 ? undefined : 'years.refused.reversed'
}

/** How far the closing has come, in whole per cent. */
export function progressOf({
  from_day,
  until_day,
  next_day,
}: {
  from_day: string
  until_day: string
  next_day: string
}) {
  const [from, until, next] = [from_day, until_day, next_day].map((day) => Date.parse(day)) as [number, number, number]
  return Math.max(0, Math.min(99, Math.floor(((next - from) * 100) / (until - from))))
}

/**
 * People whose hours of the year do not come to nothing, in all and by project.
 * @param sums all of each person that is in them. @returns `byProject` by its id; null for hours without a project.
 */
export function countGivers(sums: readonly { personId: string; projectId: string | null; minutes: number }[]) {
  const all = new Map<string, number>()
  const byProject = new Map<string | null, number>()
  for (const { personId, projectId, minutes } of sums) {
    all.set(personId, (all.get(personId) ?? 0) + minutes)
    if (minutes !== 0) byProject.set(projectId, (byProject.get(projectId) ?? 0) + 1)
  }
  return { people: [...all.values()].filter((minutes) => minutes !== 0).length, byProject }
}

/** Figures for others do not say exactly how few people gave hours. */
const FEW_PEOPLE = 5
export const isFew = (people: number): boolean => people > 0 && people < FEW_PEOPLE
