// SPDX-License-Identifier: AGPL-3.0-or-later
// What another set of rates does to a year of approved hours. Pure.
import type { RateRow } from '../../db/queries/hours.ts'
import { createStatement, rateOn, type Rate, type Statement, type Worked } from './statement.ts'

/** `lines`: approved lines whose hour is worth something else; sums of the year in cents, null without any value. */
export type YearChange = { year: number; lines: number; from: number | null; to: number | null }

export const toRate = (row: Pick<RateRow, 'category_id' | 'level_id' | 'cents_per_hour' | 'valid_from'>): Rate => ({
  categoryId: row.category_id,
  levelId: row.level_id,
  centsPerHour: row.cents_per_hour,
  validFrom: row.valid_from,
})

/** What comes in parts is added up under both sets of rates; each part lies in the time of one rate of either set. */
export function createYearChange(before: readonly Rate[], after: readonly Rate[], valued: ReadonlySet<string>) {
  const sums = [createStatement(before, valued), createStatement(after, valued)] as const
  let lines = 0
  return {
    add(worked: readonly (Worked & { lines: number })[]): void {
      for (const sum of sums) sum.add(worked)
      for (const { categoryId, workedOn, levelId, lines: some } of worked) {
        if (!valued.has(categoryId)) continue
        const [old, now] = [before, after].map((rates) => rateOn(rates, categoryId, workedOn, levelId))
        if (old !== now) lines += some
      }
    },
    result: (year: number): YearChange => ({
      year,
      lines,
      from: worthOf(sums[0].result()),
      to: worthOf(sums[1].result()),
    }),
  }
}

/** Of the lines that have a rate. */
function worthOf({ lines }: Statement): number | null {
  const cents = lines.flatMap((line) => (line.cents === null ? [] : [line.cents]))
  return cents.length === 0 ? null : cents.reduce((total, value) => total + value, 0)
}
