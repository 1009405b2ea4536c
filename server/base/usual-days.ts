// SPDX-License-Identifier: AGPL-3.0-or-later
import { DAY } from './clock.ts'

/** Median in days, at least 1; undefined below five answers, which are too few. @param delays milliseconds. */
export function usualDays(delays: readonly number[]): number | undefined {
  if (delays.length < 5) return undefined
  const sorted = delays.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  const median = sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2
  return Math.max(1, Math.ceil(median / DAY))
}
