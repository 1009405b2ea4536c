// SPDX-License-Identifier: AGPL-3.0-or-later
import { findApplication, findLiveApplication, insertApplication } from '../../../db/queries/applications.ts'
import { record } from '../../../db/queries/events.ts'
import type { Deps } from '../../deps.ts'
import type { Viewer } from '../../model/viewer.ts'
import { countNow } from '../../statistics/count.ts'
import { Forbidden, Invalid } from '../../web/errors.ts'
import { emailKey } from '../../web/fields.ts'
import { makeOnce, type SentForm } from '../../web/once.ts'
import { transact, type Tx } from '../../web/transact.ts'
import type { NoteInput } from '../forms.ts'
import { keepLink } from '../link.ts'
import { closedToApplicants, findHomeOffer, hasSeats } from '../offer.ts'
import { mayAnswer } from '../policy.ts'
import { acceptIn } from './answer.ts'
import { move } from './move.ts'

/**
 * An application that somebody made by telephone or in person: the team knows who it is, so no mailbox is confirmed.
 * @param input `accept`: the place is theirs at once. @returns the id.
 * @throws Invalid at `offer` when nobody can apply for it now, at `given_name` when this person has applied already.
 */
export async function noteApplication(deps: Deps, viewer: Viewer, input: NoteInput, sent?: SentForm): Promise<string> {
  if (!mayAnswer(viewer)) throw new Forbidden()
  return transact(deps, (tx) => makeOnce(tx, deps, sent, () => note(tx, deps, viewer, input)))
}

async function note(tx: Tx, deps: Deps, viewer: Viewer, input: NoteInput): Promise<string> {
  const now = deps.clock.iso()
  const offer = await findHomeOffer(tx, input.offer)
  const why = offer ? closedToApplicants(offer, now, input.seats) : 'closed'
  if (!offer || why) throw new Invalid({ offer: `applications.note.error.${why ?? 'closed'}` })
  const waits = !hasSeats(offer, input.seats)
  if (waits && input.accept) throw new Invalid({ offer: 'applications.note.error.full' })
  const id = deps.newId()
  const { given_name, family_name, email, phone, message } = input
  const row = { given_name, family_name, email, email_key: emailKey(email), phone, message }
  if (await findLiveApplication(tx, offer.id, row)) throw new Invalid({ given_name: 'applications.note.error.known' })
  const instants = { created_at: now, confirmed_at: now, updated_at: now }
  const state = 'submitted' as const
  await insertApplication(tx, {
    id,
    offer_id: offer.id,
    state,
    ...row,
    locale: input.locale,
    ticks: [],
    age_confirmed: 0,
    seats: input.seats,
    channel: 'own',
    person_id: null,
    ...instants,
  })
  await keepLink(tx, deps, id, state)
  const about = { at: now, actorId: viewer.personId, subject: id, details: { offer: offer.id } }
  await record(tx, { type: 'application.noted', ...about })
  await countNow(tx, deps, { offerId: offer.id, channel: 'own', what: 'applications' })
  const by = viewer.personId
  // Nobody waited for this answer.
  const noted = { id, state, offer_id: offer.id, seats: input.seats, channel: 'own', confirmed_at: null }
  if (waits) await move(tx, deps, noted, 'wait', { by })
  const application = input.accept ? await findApplication(tx, id) : undefined
  if (application) await acceptIn(tx, deps, { ...application, confirmed_at: null }, { by, word: '', who: input.who })
  return id
}
