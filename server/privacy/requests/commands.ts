// SPDX-License-Identifier: AGPL-3.0-or-later
import { getAssociation } from '../../../db/queries/association.ts'
import { record } from '../../../db/queries/events.ts'
import { findPerson, updatePerson, type PersonRow } from '../../../db/queries/people.ts'
import * as requests from '../../../db/queries/requests.ts'
import { DAY, dateIn, later } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import { IS_ANSWER } from '../../mail/answers.ts'
import { fullName } from '../../model/person.ts'
import type { Viewer } from '../../model/viewer.ts'
import { Forbidden, Invalid, NotFound, Refused } from '../../web/errors.ts'
import { makeOnce, type SentForm } from '../../web/once.ts'
import { transact, transactInParts, type Tx } from '../../web/transact.ts'
import { keepingARoleKeeper } from '../../people/last-keeper.ts'
import { mayAskFor, mayKeepPrivacyDesk } from '../policy.ts'
import { mailAnswer, mailLifting, mailRequest } from './mails.ts'
import { dueOn, LIFTING_DAYS, MOST_OPEN, type KINDS } from './rules.ts'

/** `received_on`: absent for what the person sends themselves, which is received today. */
type Asked = { kind: (typeof KINDS)[number]; said: string; received_on?: string }

/** @returns the id of the request. @throws Forbidden, NotFound, Invalid for a day to come, and when too many wait already. */
export async function takeRequest(
  deps: Deps,
  viewer: Viewer,
  personId: string,
  { received_on, ...asked }: Asked,
  sent: SentForm,
): Promise<string> {
  if (!mayAskFor(viewer, personId)) throw new Forbidden()
  return transact(deps, (tx) =>
    makeOnce(tx, deps, sent, async () => {
      const person = await subject(tx, personId)
      const { country, time_zone: zone } = await getAssociation(tx)
      const today = dateIn(zone, deps.clock.now())
      const received = received_on ?? today
      if (received > today) throw new Invalid({ received_on: 'privacy.error.day_future' })
      if ((await requests.countOpenRequests(tx, person.id)) >= MOST_OPEN)
        throw new Invalid({ said: 'privacy.error.too_many_open' })
      const [id, at] = [deps.newId(), deps.clock.iso()]
      const request = { id, ...asked, received_on: received, due_on: dueOn(received, country) }
      const by =
        person.id === viewer.personId
          ? ({ source: 'self' } as const)
          : ({ source: 'coordinator', entered_by: viewer.personId } as const)
      await requests.insertRequest(tx, { ...request, ...by, person_id: person.id, state: 'open', created_at: at })
      const details = { kind: asked.kind }
      await record(tx, { type: 'request.received', at, actorId: viewer.personId, subject: person.id, details })
      await mailRequest(tx, deps, person, request)
      return id
    }),
  )
}

/** A restriction that is granted begins at once. @throws Forbidden, NotFound, Refused when it is answered already. */
export async function answer(
  deps: Deps,
  viewer: Viewer,
  id: string,
  given: { decision: 'done' | 'refused'; answer: string },
): Promise<void> {
  if (!mayKeepPrivacyDesk(viewer)) throw new Forbidden()
  await transact(deps, async (tx) => {
    const request = await requests.findRequest(tx, id)
    if (!request) throw new NotFound()
    if (request.state !== 'open') throw new Refused('privacy.refused.answered')
    const person = await subject(tx, request.person_id)
    const at = deps.clock.iso()
    const isDone = given.decision === 'done'
    await requests.answerRequest(tx, id, {
      state: given.decision,
      answer: given.answer,
      decided_at: at,
      decided_by: viewer.personId,
    })
    const fact = { at, actorId: viewer.personId, subject: person.id }
    await record(tx, { ...fact, type: 'request.answered', details: { kind: request.kind, state: given.decision } })
    if (isDone && request.kind === 'restriction') {
      await restrict(tx, person, at)
      await record(tx, { ...fact, type: 'restriction.began' })
    }
    await mailAnswer(tx, deps, person, { id, kind: request.kind, isDone, answer: given.answer })
  })
}

async function restrict(tx: Tx, person: PersonRow, at: string): Promise<void> {
  const change = { restricted_at: at, restriction_ends_at: null }
  await keepingARoleKeeper(tx, () => updatePerson(tx, person.id, change))
  const notAnswers = Object.entries(IS_ANSWER).flatMap(([template, isAnswer]) => (isAnswer ? [] : [template]))
  await requests.deleteWaitingMails(tx, { email: person.email, name: fullName(person) }, notAnswers)
}

/** The person is told first; the restriction ends some days later. @throws Forbidden, NotFound, Refused. */
export async function announceLifting(deps: Deps, viewer: Viewer, personId: string): Promise<void> {
  if (!mayKeepPrivacyDesk(viewer)) throw new Forbidden()
  await transact(deps, async (tx) => {
    const person = await subject(tx, personId)
    if (!person.restricted_at || person.restriction_ends_at) throw new Refused('privacy.refused.not_restricted')
    const at = deps.clock.iso()
    const until = later(at, LIFTING_DAYS * DAY)
    await updatePerson(tx, person.id, { restriction_ends_at: until })
    await record(tx, { type: 'restriction.lifting', at, actorId: viewer.personId, subject: person.id })
    await mailLifting(tx, deps, person, until)
  })
}

/** Job. */
export async function endRestrictions(deps: Deps): Promise<void> {
  await transactInParts(deps, async (tx, most) => {
    const at = deps.clock.iso()
    const ids = await requests.endRestrictions(tx, at, most)
    for (const subject of ids) await record(tx, { type: 'restriction.ended', at, subject })
    return ids.length
  })
}

async function subject(tx: Tx, id: string): Promise<PersonRow> {
  const person = await findPerson(tx, id)
  if (!person || person.member_number === 0) throw new NotFound()
  return person
}
