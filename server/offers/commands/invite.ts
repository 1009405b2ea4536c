// SPDX-License-Identifier: AGPL-3.0-or-later
import { insertInvitation, listTakenUp } from '../../../db/queries/invitations.ts'
import { countSeatsTaken } from '../../../db/queries/applications.ts'
import { record } from '../../../db/queries/events.ts'
import { findOffer, type OfferRow } from '../../../db/queries/offers.ts'
import { findPerson, type PersonRow } from '../../../db/queries/people.ts'
import type { Deps } from '../../deps.ts'
import { enqueueMail } from '../../mail/queue.ts'
import { choiceFor } from '../../model/notice-choices.ts'
import { closedWhy } from '../../model/offer/standing.ts'
import { fullName } from '../../model/person.ts'
import { hasRight, type Viewer } from '../../model/viewer.ts'
import { pickText, type Locale } from '../../text/i18n.ts'
import { Forbidden, NotFound, Refused } from '../../web/errors.ts'
import { transact, type Tx } from '../../web/transact.ts'

/** Mails in one transaction. */
const AT_ONCE = 8

/**
 * One mail to each, once for an offer. Left out: who was invited or has applied, wants no such message, or cannot be
 * written to. @returns how many were invited.
 * @throws Refused `offers.invite.closed` when nobody can apply now.
 */
export async function inviteToOffer(
  deps: Deps,
  viewer: Viewer,
  offerId: string,
  { people, word }: { people: readonly string[]; word: string },
): Promise<number> {
  if (!hasRight(viewer, 'offers') || !hasRight(viewer, 'see_people')) throw new Forbidden()
  let invited = 0
  for (let at = 0; at < people.length; at += AT_ONCE) {
    const some = people.slice(at, at + AT_ONCE)
    invited += await transact(deps, (tx) => inviteSome(tx, deps, viewer, { offerId, some, word }))
  }
  return invited
}

type Some = { offerId: string; some: readonly string[]; word: string }

async function inviteSome(tx: Tx, deps: Deps, viewer: Viewer, { offerId, some, word }: Some): Promise<number> {
  const now = deps.clock.iso()
  const offer = await findOffer(tx, offerId)
  if (!offer || offer.state === 'archived') throw new NotFound()
  if (closedWhy(offer, await countSeatsTaken(tx, offerId), now)) throw new Refused('offers.invite.closed')
  const taken = await listTakenUp(tx, offerId, some)
  const writer = viewer.personId ? await findPerson(tx, viewer.personId) : undefined
  let invited = 0
  for (const id of some) {
    const person = taken.has(id) ? undefined : await findPerson(tx, id)
    if (!person || !mayBeInvited(person)) continue
    const row = { offer_id: offerId, person_id: id, sent_by: viewer.personId, sent_at: now }
    if (!(await insertInvitation(tx, row))) continue
    await mailInvitation(tx, deps, { offer, person, word, writer })
    invited += 1
  }
  const details = { people: invited }
  if (invited > 0)
    await record(tx, { type: 'offer.invited', at: now, actorId: viewer.personId, subject: offerId, details })
  return invited
}

const mayBeInvited = (person: PersonRow): boolean =>
  person.email !== '' &&
  person.disabled_at === null &&
  person.restricted_at === null &&
  choiceFor(person.notice_choices, 'invitations') !== 'none'

type Invitation = { offer: OfferRow; person: PersonRow; word: string; writer: PersonRow | undefined }

async function mailInvitation(tx: Tx, deps: Deps, { offer, person, word, writer }: Invitation): Promise<void> {
  const url = `${deps.config.publicUrl}/offers/${offer.id}`
  await enqueueMail(tx, deps, {
    dedupe: `offer:${offer.id}:invitation:${person.id}`,
    to: person.email,
    name: fullName(person),
    locale: person.locale,
    template: 'offers/invitation',
    notice: { kind: 'invitations', link: url, of: person },
    ...(writer?.email && { replyTo: { name: fullName(writer), address: writer.email } }),
    params: {
      given: person.given_name,
      title: pickText(offer.content.title, person.locale as Locale).text,
      word,
      writer: writer ? fullName(writer) : '',
      url,
    },
  })
}
