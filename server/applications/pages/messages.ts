// SPDX-License-Identifier: AGPL-3.0-or-later
// The conversation as either side reads it.
import type { ApplicationMessage } from '../../../db/queries/application-messages.ts'
import type { ApplicationRow } from '../../../db/queries/applications.ts'
import type { Translator } from '../../text/i18n.ts'
import { emptyForm, type Form } from '../../web/forms.ts'
import { mayWrite } from '../rules.ts'

/** The latest of one conversation that a page shows. */
export const MOST_MESSAGES = 100

/** `names` of the team by id; `formId` of the next form; `form`, `refused`: what was typed, and why it was not sent. */
export type Talk = {
  messages: readonly ApplicationMessage[]
  names: ReadonlyMap<string, string>
  formId: string
  form?: Form | undefined
  refused?: string | undefined
}

type Reader = { side: 'person' | 'team'; action: string; t: Translator }

/** @param reader.side who reads the page. */
export function talkOf({ messages, names, formId, form, refused }: Talk, application: ApplicationRow, reader: Reader) {
  const { side, action, t } = reader
  const given = application.given_name
  const isOpen = mayWrite(application.state) && (side === 'person' || application.email !== '')
  const last = messages.at(-1)?.id ?? ''
  const hasUnread = messages.some((one) => one.side === 'person' && one.read_at === null)
  const whoOf = (one: ApplicationMessage): string => {
    if (one.side === 'person') return side === 'person' ? t('applications.messages.you') : given
    const name = one.sent_by ? names.get(one.sent_by) : undefined
    return name ?? t('applications.messages.team')
  }
  return {
    items: messages.map((one) => ({
      who: whoOf(one),
      body: one.body,
      at: one.sent_at,
      isUnread: side === 'team' && one.side === 'person' && one.read_at === null,
    })),
    isMore: messages.length === MOST_MESSAGES,
    action: isOpen ? action : null,
    reading: side === 'team' && hasUnread ? `${action}/reading` : null,
    last,
    formId,
    form: form ?? emptyForm(),
    refused: refused ?? '',
    label: side === 'person' ? t('applications.messages.label') : t('applications.messages.label_team', { given }),
    hint: side === 'person' ? t('applications.messages.hint') : t('applications.messages.hint_team', { given }),
    noAddress: side === 'team' && application.email === '' && mayWrite(application.state),
    isOver: !mayWrite(application.state) && messages.length > 0,
  }
}
