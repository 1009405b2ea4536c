// SPDX-License-Identifier: AGPL-3.0-or-later
import { DAY_MINUTES } from '../hours/rules.ts'

/** Days for which the rows of a file are kept. */
export const FILE_DAYS = 30
/** Different words of one column; with more it is no category, level or project. */
export const MOST_WORDS = 100

type DayLine = { line: number; party: number; day: string; minutes: number; there: number }

/**
 * The lines that would make more than a day of one day of a person, with what is there and the lines before that fit.
 * @param lines day by day of each person, as they stand in the file.
 */
export function linesOverADay(lines: readonly DayLine[]): number[] {
  const sums = new Map<string, number>()
  return lines.flatMap(({ line, party, day, minutes, there }) => {
    const sum = (sums.get(`${party} ${day}`) ?? there) + minutes
    if (sum > DAY_MINUTES) return line
    sums.set(`${party} ${day}`, sum)
    return []
  })
}
