// SPDX-License-Identifier: AGPL-3.0-or-later
// A parent or guardian permits that somebody comes, or does so no more.
import { findApplication, type ApplicationRow } from '../../../db/queries/applications.ts'
import { record } from '../../../db/queries/events.ts'
import { findGuarded, findGuardian, saveGuardian, type GuardianRow } from '../../../db/queries/guardians.ts'
import type { Deps } from '../../deps.ts'
import { newEvent } from '../../model/events.ts'
import type { Viewer } from '../../model/viewer.ts'
import { NotFound, Refused } from '../../web/errors.ts'
import { transact, type Handle, type Tx } from '../../web/transact.ts'
import { guardianState } from '../guardian.ts'
import { mayWrite } from '../rules.ts'
import { load } from './answer.ts'

export type Guarded = { application: ApplicationRow; guardian: GuardianRow }

/** @throws NotFound in the same way for a wrong link and for what is gone. */
export async function findGuardedApplication(db: Handle, deps: Deps, token: string): Promise<Guarded> {
  const id = await findGuarded(db, deps.secrets.hash(token), deps.clock.iso())
  const application = id ? await findApplication(db, id) : undefined
  const guardian = application && (await findGuardian(db, application.id))
  if (!guardian) throw new NotFound('applications.guardian.link_over')
  return { application, guardian }
}

/** @param wording what they read and agreed to. @throws NotFound; Refused once the application is over. */
export async function giveConsent(deps: Deps, token: string, wording: string): Promise<void> {
  await transact(deps, async (tx) => {
    const { application, guardian } = await findGuardedApplication(tx, deps, token)
    await give(tx, deps, { application, guardian }, wording, null)
  })
}

/** Of a permission that came on paper or by telephone. @throws Refused once the application is over. */
export async function noteConsent(deps: Deps, viewer: Viewer, id: string, wording: string): Promise<void> {
  await transact(deps, async (tx) => {
    const application = await load(tx, viewer, id)
    const guardian = await findGuardian(tx, id)
    if (!guardian) throw new NotFound()
    await give(tx, deps, { application, guardian }, wording, viewer.personId)
  })
}

async function give(tx: Tx, deps: Deps, { application, guardian }: Guarded, wording: string, by: string | null) {
  if (!mayWrite(application.state)) throw new Refused('applications.guardian.over')
  if (guardianState(guardian) === 'given') return
  const at = deps.clock.iso()
  await saveGuardian(tx, application.id, { wording, given_at: at, noted_by: by, withdrawn_at: null })
  const details = { offer: application.offer_id }
  await record(tx, newEvent('application.consent_given', { at, actorId: by, subject: application.id, details }))
}

/** Also before it was given, which says no. @throws NotFound; Refused once the application is over. */
export async function withdrawConsent(deps: Deps, token: string): Promise<void> {
  await transact(deps, async (tx) => {
    const { application, guardian } = await findGuardedApplication(tx, deps, token)
    if (!mayWrite(application.state)) throw new Refused('applications.guardian.over')
    if (guardianState(guardian) === 'withdrawn') return
    const at = deps.clock.iso()
    await saveGuardian(tx, application.id, { withdrawn_at: at })
    const details = { offer: application.offer_id }
    await record(tx, newEvent('application.consent_withdrawn', { at, subject: application.id, details }))
  })
}
