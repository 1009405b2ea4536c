// SPDX-License-Identifier: AGPL-3.0-or-later
// The waiting list of an offer: who comes onto it, who is put first, and who takes the place that is held.
import {
  findApplicationByToken,
  findFirstInLine,
  saveApplication,
  type ApplicationRow,
} from '../../../db/queries/applications.ts'
import { record } from '../../../db/queries/events.ts'
import { later } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import type { Viewer } from '../../model/viewer.ts'
import { SOMEBODY_ELSE } from '../../people/commands/add.ts'
import { Conflict, NotFound, Refused } from '../../web/errors.ts'
import { transact, type Tx } from '../../web/transact.ts'
import { closedToApplicants, findHomeOffer } from '../offer.ts'
import { acceptIn, load } from './answer.ts'
import { move, offerPlaces } from './move.ts'

/** By the team; with a free place, that is held for them at once. @throws Refused when it was answered, or nobody can wait. */
export async function putInLine(deps: Deps, viewer: Viewer, id: string): Promise<void> {
  await transact(deps, async (tx) => waitIn(tx, deps, await load(tx, viewer, id), viewer.personId))
}

/** In the transaction of the caller, whose right was checked. @throws Refused as putInLine. */
export async function waitIn(tx: Tx, deps: Deps, application: ApplicationRow, by: string | null): Promise<void> {
  const offer = await findHomeOffer(tx, application.offer_id)
  if (!offer || closedToApplicants(offer, deps.clock.iso(), application.seats))
    throw new Refused('applications.refused.full')
  await move(tx, deps, application, 'wait', { by })
  await offerPlaces(tx, deps, application.offer_id, 'freed')
}

/**
 * The next place that is free goes to this person, whoever came earlier; with a free place, at once.
 * @param reason code of the list `place_reason`. @throws Refused when they do not wait for a place any more.
 */
export async function putFirst(deps: Deps, viewer: Viewer, id: string, reason: string): Promise<void> {
  await transact(deps, async (tx) => {
    const application = await load(tx, viewer, id)
    const { state, offer_id } = application
    if (state !== 'waitlisted') throw new Refused(`applications.refused.${state}`)
    const first = await findFirstInLine(tx, offer_id, Number.MAX_SAFE_INTEGER)
    const now = deps.clock.iso()
    const before = first && first.id !== id ? later(first.waitlisted_at ?? now, -1) : application.waitlisted_at
    if (!(await saveApplication(tx, id, state, { waitlisted_at: before, updated_at: now }))) throw new Conflict()
    const about = { at: now, actorId: viewer.personId, subject: id }
    await record(tx, { type: 'application.put_first', ...about, details: { offer: offer_id, reason } })
    await offerPlaces(tx, deps, offer_id, 'freed')
  })
}

/**
 * The person confirms that they take the place that is held for them; a second time changes nothing.
 * @throws NotFound when the link has expired; Refused when the place is not held any more.
 */
export async function takePlace(deps: Deps, token: string): Promise<void> {
  await transact(deps, async (tx) => {
    const now = deps.clock.iso()
    const application = await findApplicationByToken(tx, deps.secrets.hash(token), now)
    if (!application) throw new NotFound('applications.link_over.text')
    const { state, held_until } = application
    if (state === 'accepted') return
    if (state !== 'place_offered') throw new Refused(`applications.refused.${state}`)
    if (held_until !== null && held_until <= now) throw new Refused('applications.refused.lapsed')
    // Nobody of the team is there to say whether somebody of a similar name is the same person.
    await acceptIn(tx, deps, application, { by: null, word: '', who: SOMEBODY_ELSE })
  })
}
