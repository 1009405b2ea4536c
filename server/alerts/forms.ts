// SPDX-License-Identifier: AGPL-3.0-or-later
import { z } from 'zod'
import { RHYTHMS } from '../model/alerts.ts'
import { TRAP, code, email, optionalText, text } from '../web/fields.ts'
import { parseForm, type Parsed } from '../web/forms.ts'
import { askMailbox } from '../web/mailboxes.ts'

const rhythm = code(RHYTHMS, 'alerts.error.rhythm')
const asked = z.object({
  email: email('alerts.error.email_missing'),
  rhythm,
  /** Query string of the search. */
  search: optionalText(4000),
  [TRAP]: optionalText(400),
})
export type AlertInput = z.output<typeof asked>

export const readAlertForm = (body: unknown): Parsed<AlertInput> => askMailbox(body, (given) => parseForm(asked, given))

export const rhythmForm = z.object({ rhythm })
export const removalForm = z.object({ alert: text(64, 'alerts.error.alert') })
