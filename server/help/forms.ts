// SPDX-License-Identifier: AGPL-3.0-or-later
import { z } from 'zod'
import { isTelephone } from '../model/telephone.ts'
import { TRAP, code, lines, optionalEmail, optionalText } from '../web/fields.ts'
import { parseForm, type Parsed } from '../web/forms.ts'
import { askMailbox } from '../web/mailboxes.ts'
import { maskSecrets } from '../web/shown-path.ts'

const LONG = 2000

const shape = z.object({
  said: lines(LONG, 'help.error.said'),
  name: optionalText(80),
  email: optionalEmail(),
  phone: optionalText(40).pipe(z.string().refine((typed) => typed === '' || isTelephone(typed), 'help.error.phone')),
  /** Filled in by the link that leads here; what somebody made of it is masked again. */
  page: optionalText(400)
    .catch('')
    .transform((path) => maskSecrets(path)),
  reference: optionalText(400)
    .catch('')
    .transform((typed) => readReference(typed)),
  form_id: optionalText(64),
  [TRAP]: optionalText(400),
})
export type HelpInput = z.output<typeof shape>

/** Of an error page, as in the log; '' for another text. */
export const readReference = (typed: string): string => (/^[\da-f]{12}$/.test(typed) ? typed : '')

export const readHelp = (body: unknown): Parsed<HelpInput> => askMailbox(body, (asked) => parseForm(shape, asked))

export const answerForm = z.object({ body: lines(LONG, 'help.error.body') })
export const stateForm = z.object({ state: code(['open', 'done'], 'help.error.state') })
