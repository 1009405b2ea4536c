// SPDX-License-Identifier: AGPL-3.0-or-later
import { z } from 'zod'
import { day, optionalLines, optionalText } from '../web/fields.ts'
import { CEC_ACTIONS } from './rules.ts'

const first = (value: unknown) => (Array.isArray(value) ? value[0] : value)
const MOST_HOURS = 8784

/** Typed as `80` or `80 h`; the value is minutes. */
export const elsewhereForm = z.object({
  elsewhere: z.preprocess(
    (value) => String(first(value) ?? '').replaceAll(/[\s\u00a0\u202fh]/gi, ''),
    z
      .string()
      .regex(/^\d{0,4}$/, 'cec.error.elsewhere')
      .transform((typed) => Number(typed) * 60)
      .pipe(z.number().max(MOST_HOURS * 60, 'cec.error.elsewhere')),
  ),
})
export const declarationForm = z.object({ day: day('hours.error.day_missing') })

/** Of the validator; `day` for what was declared or decided. */
export const stepForm = z
  .object({
    action: z.preprocess((value) => CEC_ACTIONS.find((one) => one === first(value)), z.enum(CEC_ACTIONS).optional()),
    day: optionalText(10),
    reason: optionalLines(500),
  })
  .transform(({ action, ...others }, context) => {
    if (action !== undefined) return { ...others, action }
    // Said beside the first field, because buttons have no place for a fault.
    context.addIssue({ code: 'custom', path: ['day'], message: 'cec.error.action' })
    return z.NEVER
  })
  .refine(({ action, reason }) => action !== 'refuse' || reason !== '', {
    path: ['reason'],
    message: 'cec.error.reason',
  })
export type StepInput = z.output<typeof stepForm>
