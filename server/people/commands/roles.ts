// SPDX-License-Identifier: AGPL-3.0-or-later
// Roles that the association makes, and who has them.
import { getAssociation } from '../../../db/queries/association.ts'
import { record } from '../../../db/queries/events.ts'
import { findPerson, type PersonRow } from '../../../db/queries/people.ts'
import * as roles from '../../../db/queries/roles.ts'
import { deleteSessionsOf } from '../../../db/queries/sessions.ts'
import { limits } from '../../../config/limits.ts'
import type { Deps } from '../../deps.ts'
import { isStaff, knownRights } from '../../model/rights.ts'
import { hasRight, type Viewer } from '../../model/viewer.ts'
import { Forbidden, Invalid, NotFound, Refused } from '../../web/errors.ts'
import { makeOnce, type SentForm } from '../../web/once.ts'
import { transact, type Tx } from '../../web/transact.ts'
import { keepingARoleKeeper } from '../last-keeper.ts'
import { mayKeep, rightsToGive } from '../policy.ts'
import { endRights, refuseRestricted } from './manage.ts'

export type RoleInput = { name: string; rights: readonly string[] }

/** @returns its id. @throws Forbidden; Invalid for a name that is taken, and for a right that this viewer may not give. */
export async function addRole(deps: Deps, viewer: Viewer, input: RoleInput, sent?: SentForm): Promise<string> {
  if (!hasRight(viewer, 'roles')) throw new Forbidden()
  return transact(deps, (tx) =>
    makeOnce(tx, deps, sent, async () => {
      if ((await roles.countRoles(tx)) >= limits.mostRoles)
        throw new Invalid({ name: { key: 'people.roles.error.too_many', params: { most: limits.mostRoles } } })
      return save(tx, deps, viewer, deps.newId(), input)
    }),
  )
}

/** Whoever has the role has its rights as they are then. @throws as addRole; NotFound, Refused. */
export async function changeRole(deps: Deps, viewer: Viewer, id: string, input: RoleInput): Promise<void> {
  await transact(deps, async (tx) => {
    const before = await load(tx, viewer, id)
    await keepingARoleKeeper(tx, () => save(tx, deps, viewer, id, input))
    if (input.rights.every((right) => (before.rights as string[]).includes(right))) return
    // A session name from before does not get to see more (ASVS 7).
    for (const person of await roles.listPeopleGiven(tx, id))
      if (person !== viewer.personId) await deleteSessionsOf(tx, person)
  })
}

async function save(tx: Tx, deps: Deps, viewer: Viewer, id: string, { name, rights: wanted }: RoleInput) {
  const rights = knownRights(wanted)
  const mayGive = rightsToGive(viewer, await getAssociation(tx))
  if (rights.length === 0) throw new Invalid({ rights: 'people.roles.error.no_right' })
  if (!rights.every((right) => mayGive.includes(right))) throw new Invalid({ rights: 'people.roles.error.not_yours' })
  const known = await roles.findRoleNamed(tx, name)
  if (known && known.id !== id) throw new Invalid({ name: 'people.roles.error.taken' })
  const at = deps.clock.iso()
  await roles.saveRole(tx, { id, name, rights, at })
  const fact = { at, actorId: viewer.personId, subject: id }
  await record(tx, { ...fact, type: 'role.saved', details: { rights: rights.join(' ') } })
  return id
}

/** @throws Forbidden, NotFound; Refused while somebody has it. */
export async function removeRole(deps: Deps, viewer: Viewer, id: string): Promise<void> {
  await transact(deps, async (tx) => {
    const { people } = await load(tx, viewer, id)
    if (people > 0) throw new Refused('people.roles.refused.held')
    await roles.deleteRole(tx, id)
    await record(tx, { type: 'role.removed', at: deps.clock.iso(), actorId: viewer.personId, subject: id })
  })
}

/** Whoever gets one signs in again. @throws Forbidden, NotFound, Refused. */
export async function giveRole(deps: Deps, viewer: Viewer, personId: string, roleId: string): Promise<void> {
  await transact(deps, async (tx) => {
    const { role, person } = await loadBoth(tx, viewer, personId, roleId)
    const given = { person_id: person.id, role_id: role.id, granted_by: viewer.personId }
    if (!(await roles.giveOwnRole(tx, { ...given, granted_at: deps.clock.iso() }))) return
    if (person.id !== viewer.personId) await deleteSessionsOf(tx, person.id)
    await tell(tx, deps, viewer, person, { added: role.id })
  })
}

/** @throws as giveRole. */
export async function takeRole(deps: Deps, viewer: Viewer, personId: string, roleId: string): Promise<void> {
  await transact(deps, async (tx) => {
    const { role, person } = await loadBoth(tx, viewer, personId, roleId)
    if (!(await keepingARoleKeeper(tx, () => roles.takeOwnRole(tx, person.id, role.id)))) return
    const left = { ...person, given: person.given.filter(({ id }) => id !== role.id) }
    const ended = isStaff(left) ? [] : await endRights(tx, person)
    await tell(tx, deps, viewer, person, { added: '', removed: [role.id, ...ended].join(' ') })
  })
}

async function load(tx: Tx, viewer: Viewer, id: string) {
  if (!hasRight(viewer, 'roles')) throw new Forbidden()
  const role = await roles.findRole(tx, id)
  if (!role) throw new NotFound()
  if (!mayKeep(viewer, role)) throw new Refused('people.roles.refused.more_than_you')
  return role
}

async function loadBoth(tx: Tx, viewer: Viewer, personId: string, roleId: string) {
  const role = await load(tx, viewer, roleId)
  const person = await findPerson(tx, personId)
  if (!person) throw new NotFound()
  refuseRestricted(person)
  return { role, person }
}

function tell(tx: Tx, deps: Deps, viewer: Viewer, { id }: PersonRow, details: { added: string; removed?: string }) {
  const fact = { at: deps.clock.iso(), actorId: viewer.personId, subject: id }
  return record(tx, { ...fact, type: 'person.roles_changed', details })
}
