// SPDX-License-Identifier: AGPL-3.0-or-later
import { z } from 'zod'
import { code, day, lines, optionalLines } from '../../web/fields.ts'
import { KINDS } from './rules.ts'

const LONG = 4000
const asked = { kind: code(KINDS, 'privacy.error.kind'), said: lines(LONG, 'privacy.error.said') }

export const ownRequestForm = z.object(asked)
export const notedRequestForm = z.object({ ...asked, received_on: day('privacy.error.received_on') })
export const answerForm = z
  .object({ decision: code(['done', 'refused'], 'privacy.error.decision'), answer: optionalLines(LONG) })
  .refine(({ decision, answer }) => decision === 'done' || answer !== '', {
    path: ['answer'],
    message: 'privacy.error.answer',
  })
