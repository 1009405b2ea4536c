// SPDX-License-Identifier: AGPL-3.0-or-later

/** What a partner may report of one offer and day. */
export const REPORTED = ['impressions', 'views', 'apply_starts', 'applications', 'accepted'] as const
export type Reported = (typeof REPORTED)[number]
export type Line = { offer: string; day: string } & Record<Reported, number>

/** In the order in which they happen. */
export const FUNNEL = ['listed', 'viewed', 'begun', 'applied', 'accepted'] as const
export type Step = (typeof FUNNEL)[number]
export type Funnel = Record<Step, number>

/** Totals of others below this are hidden, because a small number could identify a person. */
export const SMALLEST = 5

/** A total as others may read it: exact, at least `count`, below five, or below five in each part. */
export type MaskedSum = { is: 'exact' | 'at_least'; count: number } | { is: 'small' | 'small_each' }

/**
 * Adds up cells, each of one association, town and period, so that no hidden one can be calculated: a cell below five
 * is left out of every sum, and the sum is marked. Subtracting any two numbers of the page gives only cells that are
 * shown anyway.
 * @param agreed cells of associations that agree to be shown exactly; they count whole.
 */
export function maskedSum(cells: readonly number[], agreed: readonly number[] = []): MaskedSum {
  const large = cells.filter((count) => count >= SMALLEST)
  const hidden = cells.length - large.length
  const shown = [...large, ...agreed]
  const count = shown.reduce((all, one) => all + one, 0)
  if (hidden === 0 && shown.length > 0) return { is: 'exact', count }
  if (count > 0) return { is: 'at_least', count }
  return { is: hidden > 1 ? 'small_each' : 'small' }
}
