// SPDX-License-Identifier: AGPL-3.0-or-later
// The conversation about an application, from the database.
import { listApplicationMessages } from '../../db/queries/application-messages.ts'
import { listNames } from '../../db/queries/hours.ts'
import type { Deps } from '../deps.ts'
import { MOST_MESSAGES, type Talk } from './pages/messages.ts'

export async function readTalk({ db, newId }: Pick<Deps, 'db' | 'newId'>, applicationId: string): Promise<Talk> {
  const messages = await listApplicationMessages(db, applicationId, MOST_MESSAGES)
  const senders = messages.flatMap(({ sent_by }) => (sent_by ? [sent_by] : []))
  return { messages, names: await listNames(db, [...new Set(senders)]), formId: newId() }
}
