// SPDX-License-Identifier: AGPL-3.0-or-later

/** First answers to people, by the days (begun ones too) that they waited for it. */
export const ANSWERED = ['answered_1', 'answered_3', 'answered_7', 'answered_14', 'answered_later'] as const
export type Answered = (typeof ANSWERED)[number]
export type Answers = Record<Answered, number>
const WITHIN_DAYS = [1, 3, 7, 14]

/** @param passed milliseconds from the application to the answer. */
export function answeredAfter(passed: number): Answered {
  const days = passed / 86_400_000
  return ANSWERED[WITHIN_DAYS.findIndex((most) => days <= most)] ?? 'answered_later'
}

export const answersIn = (counts: Partial<Answers>): number =>
  ANSWERED.reduce((sum, name) => sum + (counts[name] ?? 0), 0)

/** Which of them holds the answer in the middle: half of the people waited no longer. Undefined without answers. */
export function usualAnswer(counts: Partial<Answers>): Answered | undefined {
  const all = answersIn(counts)
  let before = 0
  return ANSWERED.find((name) => (before += counts[name] ?? 0) * 2 >= all && all > 0)
}

/** What a partner may report of one offer and day. */
export const REPORTED = [
  'impressions',
  'views',
  'apply_starts',
  'applications',
  'accepted',
  'completed',
  ...ANSWERED,
] as const
export type Reported = (typeof REPORTED)[number]
/** Left out when it is 0: partners of before do not send it. */
export const SOMETIMES = ['completed', ...ANSWERED] as const satisfies Reported[]
type Sometimes = (typeof SOMETIMES)[number]
export type Line = { offer: string; day: string } & Record<Exclude<Reported, Sometimes>, number> &
  Partial<Record<Sometimes, number>>

/** In the order in which they happen. */
export const FUNNEL = ['listed', 'viewed', 'begun', 'applied', 'accepted', 'came'] as const
export type Step = (typeof FUNNEL)[number]
export type Funnel = Record<Step, number>

/**
 * Minutes of approved hours that were given for an offer, helpers without a name included. `minutes_of_many`: those of
 * days on which five people or more gave some.
 */
export const OFFER_HOURS = ['minutes', 'minutes_of_many'] as const
export type OfferHours = Record<(typeof OFFER_HOURS)[number], number>

/** Sums to which nothing was added yet. */
export const zeroes = <Name extends string>(names: readonly Name[]) =>
  Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>

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
