// SPDX-License-Identifier: AGPL-3.0-or-later
// What the person and the team write to each other about one application, each by mail and on the other's page.
import { insertApplicationMessage, markMessagesRead } from '../../../db/queries/application-messages.ts'
import { findApplicationByToken, type ApplicationRow } from '../../../db/queries/applications.ts'
import { record } from '../../../db/queries/events.ts'
import type { Deps } from '../../deps.ts'
import { newEvent } from '../../model/events.ts'
import type { Viewer } from '../../model/viewer.ts'
import { NotFound, Refused } from '../../web/errors.ts'
import { makeOnce, type SentForm } from '../../web/once.ts'
import { transact, type Tx } from '../../web/transact.ts'
import { findAnswering } from '../answer-link.ts'
import { mayWrite } from '../rules.ts'
import { load } from './answer.ts'

/** `read`: the latest message that the page showed, or ''. */
export type TeamMessage = { body: string; read: string }

/** @throws NotFound when the link of the person has expired; Refused once the application is over. */
export async function writeToTeam(deps: Deps, token: string, body: string, sent?: SentForm): Promise<void> {
  await transact(deps, async (tx) => {
    const application = await findApplicationByToken(tx, deps.secrets.hash(token), deps.clock.iso())
    if (!application) throw new NotFound('applications.link_over.text')
    await makeOnce(tx, deps, sent, () => write(tx, deps, application, { side: 'person', body, by: null }))
  })
}

/** What the page showed is read by that. @throws Refused once it is over, or when the person has no address. */
export async function writeToPerson(deps: Deps, viewer: Viewer, id: string, said: TeamMessage, sent?: SentForm) {
  await transact(deps, async (tx) => writeIn(tx, deps, await load(tx, viewer, id), viewer, said, sent))
}

/** As writeToPerson. @throws NotFound for a link that is over. */
export async function writeByLink(deps: Deps, token: string, said: TeamMessage, sent?: SentForm): Promise<void> {
  await transact(deps, async (tx) => {
    const { application, viewer, canTalk } = await findAnswering(tx, deps, token)
    if (!canTalk) throw new Refused('applications.messages.over')
    await writeIn(tx, deps, application, viewer, said, sent)
  })
}

async function writeIn(
  tx: Tx,
  deps: Deps,
  application: ApplicationRow,
  viewer: Viewer,
  { body, read }: TeamMessage,
  sent: SentForm | undefined,
): Promise<void> {
  if (application.email === '') throw new Refused('applications.messages.no_address')
  await makeOnce(tx, deps, sent, () => write(tx, deps, application, { side: 'team', body, by: viewer.personId }))
  await markMessagesRead(tx, application.id, read, deps.clock.iso())
}

type Said = { side: 'person' | 'team'; body: string; by: string | null }

/** In the transaction of the caller, whose right was checked. @returns its id. @throws Refused once it is over. */
export async function write(
  tx: Tx,
  deps: Deps,
  application: ApplicationRow,
  { side, body, by }: Said,
): Promise<string> {
  if (!mayWrite(application.state)) throw new Refused('applications.messages.over')
  const [id, at] = [deps.newId(), deps.clock.iso()]
  await insertApplicationMessage(tx, { id, application_id: application.id, side, body, sent_by: by, sent_at: at })
  const details = { offer: application.offer_id, message: id }
  const type = side === 'person' ? 'application.person_wrote' : 'application.team_wrote'
  await record(tx, newEvent(type, { at, actorId: by, subject: application.id, details }))
  return id
}

/** There is nothing to answer. @param last the latest message that the page showed. */
export async function readMessages(deps: Deps, viewer: Viewer, id: string, last: string): Promise<void> {
  await transact(deps, async (tx) => {
    await load(tx, viewer, id)
    await markMessagesRead(tx, id, last, deps.clock.iso())
  })
}

/** As readMessages. @throws NotFound for a link that is over. */
export async function readByLink(deps: Deps, token: string, last: string): Promise<void> {
  await transact(deps, async (tx) => {
    const { application, canTalk } = await findAnswering(tx, deps, token)
    if (canTalk) await markMessagesRead(tx, application.id, last, deps.clock.iso())
  })
}
