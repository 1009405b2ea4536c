// SPDX-License-Identifier: AGPL-3.0-or-later
import { revokeRole } from '../../db/queries/people.ts'
import { giveOwnRole, saveRole } from '../../db/queries/roles.ts'
import { ROLES, type Right } from '../../server/model/rights.ts'
import type { World } from './app.ts'
import type { Name } from './world.ts'

/** Somebody with this one role. @returns the id of the role. */
export async function giveOnly(world: World, name: Name, rights: readonly Right[], as = 'Rôle'): Promise<string> {
  const { db } = world.deps
  const at = world.clock.iso()
  const id = world.deps.newId()
  for (const role of ROLES) await revokeRole(db, world.id(name), role)
  await saveRole(db, { id, name: as, rights, at })
  await giveOwnRole(db, { person_id: world.id(name), role_id: id, granted_at: at, granted_by: null })
  return id
}
