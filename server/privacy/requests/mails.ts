// SPDX-License-Identifier: AGPL-3.0-or-later
import { listPeopleWith, type PersonRow } from '../../../db/queries/people.ts'
import type { RequestRow } from '../../../db/queries/requests.ts'
import type { Deps } from '../../deps.ts'
import { enqueueMail } from '../../mail/queue.ts'
import { fullName } from '../../model/person.ts'
import type { MailOf } from '../../text/message-keys.ts'
import type { Tx } from '../../web/transact.ts'
import { LIST } from './pages.ts'

type Mail = { template: MailOf<'privacy'>; dedupe: string; params: Record<string, unknown> }

function send(tx: Tx, deps: Deps, person: PersonRow, { template, dedupe, params }: Mail): Promise<void> {
  return enqueueMail(tx, deps, {
    dedupe,
    to: person.email,
    name: fullName(person),
    locale: person.locale,
    template: `privacy/${template}`,
    params: { name: person.given_name, ...params },
  })
}

type Asked = { id: string; kind: RequestRow['kind']; due_on: string }

/** To the person, and to the administrators. What they wrote is read on the page only. */
export async function mailRequest(tx: Tx, deps: Deps, person: PersonRow, request: Asked): Promise<void> {
  const asked = { isRestriction: request.kind === 'restriction', due: request.due_on }
  const own = { ...asked, link: `${deps.config.publicUrl}/my/data` }
  await send(tx, deps, person, { template: 'received', dedupe: `request:${request.id}:received`, params: own })
  const link = `${deps.config.publicUrl}${LIST}/${request.id}`
  for (const one of await listPeopleWith(tx, 'association')) {
    const params = { ...asked, who: fullName(person), link }
    await send(tx, deps, one, { template: 'asked', dedupe: `request:${request.id}:asked:${one.id}`, params })
  }
}

export async function mailAnswer(
  tx: Tx,
  deps: Deps,
  person: PersonRow,
  request: { id: string; kind: RequestRow['kind']; isDone: boolean; answer: string },
): Promise<void> {
  const { id, kind, isDone, answer } = request
  const link = `${deps.config.publicUrl}/privacy`
  const params = { isDone, isRestriction: kind === 'restriction', answer, link }
  await send(tx, deps, person, { template: 'answered', dedupe: `request:${id}:answered`, params })
}

/** @param until ISO instant at which the restriction ends. */
export async function mailLifting(tx: Tx, deps: Deps, person: PersonRow, until: string): Promise<void> {
  const params = { until, link: `${deps.config.publicUrl}/my/data/request` }
  await send(tx, deps, person, { template: 'lifting', dedupe: `restriction:${person.id}:${until}`, params })
}
