// SPDX-License-Identifier: AGPL-3.0-or-later
import { record } from '../../../db/queries/events.ts'
import { insertHelp } from '../../../db/queries/help.ts'
import type { Deps } from '../../deps.ts'
import { TRAP, emailKey } from '../../web/fields.ts'
import { makeOnce, type SentForm } from '../../web/once.ts'
import { transact } from '../../web/transact.ts'
import type { HelpInput } from '../forms.ts'
import { tellHelpers } from '../mails.ts'

type Setting = { locale: string; personId: string | null }

/** No mail leaves for the mailbox that was given, which nobody has proved: a person answers. @returns the id. */
export async function askForHelp(deps: Deps, input: HelpInput, setting: Setting, sent?: SentForm): Promise<string> {
  return transact(deps, (tx) =>
    makeOnce(tx, deps, sent, async () => {
      const [id, at] = [deps.newId(), deps.clock.iso()]
      const { [TRAP]: _, form_id: __, ...said } = input
      await insertHelp(tx, {
        id,
        state: 'open',
        ...said,
        email_key: emailKey(said.email),
        locale: setting.locale,
        person_id: setting.personId,
        created_at: at,
        updated_at: at,
      })
      await record(tx, { type: 'help.asked', at, actorId: setting.personId, subject: id, details: {} })
      await tellHelpers(tx, deps, { id })
      return id
    }),
  )
}
