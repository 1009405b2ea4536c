// SPDX-License-Identifier: AGPL-3.0-or-later
import { findApplication, type ApplicationRow } from '../../../db/queries/applications.ts'
import { findPerson } from '../../../db/queries/people.ts'
import type { Deps } from '../../deps.ts'
import { becomeVolunteer, type NewPerson } from '../../people/commands/add.ts'
import { Forbidden, NotFound } from '../../web/errors.ts'
import { transact, type Tx } from '../../web/transact.ts'
import type { Viewer } from '../../model/viewer.ts'
import { countNow } from '../../statistics/count.ts'
import { refuseWithoutConsent } from '../guardian.ts'
import { mayAnswer } from '../policy.ts'
import { move } from './move.ts'

/** @throws NotFound also while the mailbox is not confirmed, because the association must not see the application. */
export async function load(tx: Tx, viewer: Viewer, id: string): Promise<ApplicationRow> {
  if (!mayAnswer(viewer)) throw new Forbidden()
  const application = await findApplication(tx, id)
  if (!application || application.state === 'unconfirmed') throw new NotFound()
  return application
}

/** Shows colleagues who takes charge of it. Nothing is mailed. */
export async function takeApplication(deps: Deps, viewer: Viewer, id: string): Promise<void> {
  await transact(deps, async (tx) => {
    await move(tx, deps, await load(tx, viewer, id), 'take', { by: viewer.personId })
  })
}

/**
 * @param said `word`: text for the mail to the person, or ''; `who`: answer to the question of askWho.
 * @throws Refused when it was answered, or no seat is left; Invalid at `who` when it is asked who this is.
 */
export async function acceptApplication(
  deps: Deps,
  viewer: Viewer,
  id: string,
  said: { word: string; who?: string },
): Promise<void> {
  await transact(deps, async (tx) => {
    await acceptIn(tx, deps, await load(tx, viewer, id), { by: viewer.personId, ...said })
  })
}

/** In the transaction of the caller, whose right was checked. @throws Refused as acceptApplication. */
export async function acceptIn(
  tx: Tx,
  deps: Deps,
  application: ApplicationRow,
  { by, word, who = '' }: { by: string | null; word: string; who?: string },
): Promise<void> {
  const { channel } = application
  await refuseWithoutConsent(tx, application.id)
  const personId = await becomeVolunteer(tx, deps, await whoApplied(tx, application), { byId: by, who })
  // Throws when somebody else answered first; the rollback then removes the new volunteer too.
  await move(tx, deps, application, 'accept', { by, answer: word, personId })
  await countNow(tx, deps, { offerId: application.offer_id, channel, what: 'accepted', by: application.seats })
}

/** A person who applied while signed in keeps their own name, whatever they typed. */
async function whoApplied(tx: Tx, application: ApplicationRow): Promise<NewPerson> {
  const known = application.person_id ? await findPerson(tx, application.person_id) : undefined
  const { given_name, family_name, email } = known ?? application
  const { phone, locale } = application
  return { given_name, family_name, email, phone, locale }
}

/** @param decision `reason`: code of the list `decline_reason`; `answer`: the sentence that the person reads. */
export async function declineApplication(
  deps: Deps,
  viewer: Viewer,
  id: string,
  decision: { reason: string; answer: string },
): Promise<void> {
  await transact(deps, async (tx) => {
    await move(tx, deps, await load(tx, viewer, id), 'decline', { by: viewer.personId, ...decision })
  })
}
