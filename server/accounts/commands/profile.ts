// SPDX-License-Identifier: AGPL-3.0-or-later
import { record } from '../../../db/queries/events.ts'
import { updatePerson } from '../../../db/queries/people.ts'
import type { Deps } from '../../deps.ts'
import { Forbidden } from '../../web/errors.ts'
import { transact } from '../../web/transact.ts'
import type { Viewer } from '../../model/viewer.ts'

export type Profile = { given_name: string; family_name: string; phone: string; locale: string }

export async function saveProfile(deps: Deps, viewer: Viewer, profile: Profile): Promise<void> {
  const id = viewer.personId
  if (id === null) throw new Forbidden()
  await transact(deps, async (tx) => {
    await updatePerson(tx, id, { ...profile, updated_at: deps.clock.iso() })
    await record(tx, { type: 'person.profile_saved', at: deps.clock.iso(), actorId: id, subject: id })
  })
}
