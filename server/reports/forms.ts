// SPDX-License-Identifier: AGPL-3.0-or-later
import { z } from 'zod'
import type { Taxonomies } from '../../db/reference/taxonomies.ts'
import { removalForm } from '../moderation/forms.ts'
import { REPORT_REASONS } from '../model/report.ts'
import { TRAP, code, optionalEmail, optionalLines, optionalText } from '../web/fields.ts'
import { parseForm, type Parsed } from '../web/forms.ts'
import { askMailbox } from '../web/mailboxes.ts'

const shape = z
  .object({
    reason: code(REPORT_REASONS, 'reports.error.reason'),
    said: optionalLines(2000),
    email: optionalEmail(),
    form_id: optionalText(64),
    [TRAP]: optionalText(400),
  })
  .refine(({ reason, said }) => reason !== 'else' || said !== '', { path: ['said'], error: 'reports.error.said' })
export type ReportInput = z.output<typeof shape>

export const readReport = (body: unknown): Parsed<ReportInput> => askMailbox(body, (asked) => parseForm(shape, asked))

/** Reports about one offer that its page shows, the one it is about included. */
export const SHOWN_AT_ONCE = 20

/** `answer`: a word for whoever reported it and left an address. `also`: ids of the others that the page showed. */
export function decisionForm(taxonomies: Taxonomies) {
  const answer = optionalLines(1000)
  const also = z.preprocess((value) => [value ?? []].flat(), z.array(z.string().max(64)).max(SHOWN_AT_ONCE)).catch([])
  return z.discriminatedUnion(
    'decision',
    [
      removalForm(taxonomies).extend({ decision: z.literal('suspended'), answer, also }),
      z.object({ decision: z.literal('changed'), answer, also }),
      z.object({ decision: z.literal('kept'), answer, also }),
    ],
    { error: 'moderation.error.decision' },
  )
}
export type Decision = z.output<ReturnType<typeof decisionForm>>
