// SPDX-License-Identifier: AGPL-3.0-or-later
import { z } from 'zod'
import { times } from '../hours/forms.ts'
import { code, day, lines, optionalInteger, optionalLines, optionalText, text, tick } from '../web/fields.ts'
import { yearOfCode } from './rules.ts'

const first = (value: unknown) => (Array.isArray(value) ? value[0] : value)

/** Typed as `12 500` or `12500,50 €`; the value is cents, null when it is empty. */
const optionalSum = z.preprocess(
  (value) =>
    String(first(value) ?? '')
      .replaceAll(/[\s\u00a0\u202f€$]/g, '')
      .replace(',', '.'),
  z
    .string()
    .regex(/^(\d{1,9}(\.\d{1,2})?)?$/, 'years.error.sum')
    .transform((typed) => (typed === '' ? null : Math.round(Number(typed) * 100))),
)

const account = z.preprocess(
  (value) => String(first(value) ?? '').replaceAll(/\s/g, ''),
  z.string().regex(/^(\d{3,12})?$/, 'years.error.account'),
)

const missing = (field: string) => ({ path: [field], error: 'years.error.account_missing', when: () => true })
const sumsOf = (typed: unknown): unknown[] => {
  const { budget, subsidies, others } = typed as Record<string, unknown>
  return [budget, subsidies, others]
}

export const yearForm = z
  .object({
    valued: code(['yes', 'no'], 'years.error.valued'),
    why: optionalLines(1000),
    method_note: optionalLines(2000),
    debit_account: account,
    credit_account: account,
    budget: optionalSum,
    subsidies: optionalSum,
    others: optionalSum,
  })
  // Also beside other faults; what is no answer to `valued` may become a yes.
  .refine((typed) => typed.valued === 'no' || typed.debit_account !== '', missing('debit_account'))
  .refine((typed) => typed.valued === 'no' || typed.credit_account !== '', missing('credit_account'))
  .refine(({ budget, subsidies, others }) => budget === null || (subsidies ?? 0) + (others ?? 0) <= budget, {
    path: ['budget'],
    error: 'years.error.budget_small',
    when: ({ value }) => sumsOf(value).every((sum) => sum === null || typeof sum === 'number'),
  })
export type YearInput = z.output<typeof yearForm>

export const monthForm = z.object({
  month: optionalInteger(1, 12, 'years.error.month').pipe(z.number('years.error.month')),
})
export const closingForm = z.object({ agreed: tick })
export const postingForm = z.object({ posted_as: optionalText(80) })
export const reopeningForm = z.object({ reason: lines(500, 'years.error.reason_missing') })

const NAMES = { times, replacement: optionalSum, scale: optionalSum } as const

/** @param levels ids; '' for hours without one. A field of its own for each: « times_ID ». */
export const simulationForm = (levels: readonly string[]) =>
  z.object({
    year: text(7, 'years.error.year').pipe(
      z.string().refine((typed) => yearOfCode(typed) !== undefined, 'years.error.year'),
    ),
    wage: optionalSum,
    flat: optionalSum,
    ...Object.fromEntries(
      levels.flatMap((id) => Object.entries(NAMES).map(([name, schema]) => [`${name}_${id}`, schema] as const)),
    ),
  })

export const adoptionForm = z.object({
  valid_from: day('hours.error.day_missing'),
  source: text(300, 'hours.error.source_missing'),
  decision: optionalText(200),
  agreed: optionalText(64),
  amounts: optionalText(64),
})
