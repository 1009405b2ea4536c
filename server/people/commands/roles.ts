// SPDX-License-Identifier: AGPL-3.0-or-later
// Roles that the association makes, and who has them.
import { getAssociation } from '../../../db/queries/association.ts'
import { record } from '../../../db/queries/events.ts'
import type { PersonRow } from '../../../db/queries/people.ts'
import { findProject } from '../../../db/queries/projects.ts'
import * as roles from '../../../db/queries/roles.ts'
import { findTeam } from '../../../db/queries/teams.ts'
import { deleteSessionsOf, deleteSessionsOfHolders } from '../../../db/queries/sessions.ts'
import { limits } from '../../../config/limits.ts'
import type { Deps } from '../../deps.ts'
import {
  forPart,
  isStaff,
  knownRights,
  PART_ROLES,
  RIGHTS_OF_ROLE,
  ROLES,
  type LimitedRole,
  type Part,
} from '../../model/rights.ts'
import { hasRight, type Viewer } from '../../model/viewer.ts'
import { Forbidden, Invalid, NotFound, Refused } from '../../web/errors.ts'
import { makeOnce, type SentForm } from '../../web/once.ts'
import { transact, type Tx } from '../../web/transact.ts'
import { keepingARoleKeeper } from '../last-keeper.ts'
import { mayKeep, rightsToGive } from '../policy.ts'
import { endRights, getOpen, giveRoleOfProduct } from './manage.ts'

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
    await deleteSessionsOfHolders(tx, id, viewer.personId ?? '')
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

/** `role`: the id of one that the association made, or one of the product. `where`: '' or the project or team for which alone. */
export type Given = { role: string; where: string }

/** Whoever gets one signs in again. @returns the person as they are then. @throws Forbidden, NotFound, Refused; Invalid for a role that is none for a part. */
export async function giveRole(
  deps: Deps,
  viewer: Viewer,
  personId: string,
  { role, where }: Given,
): Promise<PersonRow> {
  if (!hasRight(viewer, 'roles')) throw new Forbidden()
  return transact(deps, async (tx) => {
    const person = await getOpen(tx, personId)
    const ofProduct = ROLES.find((one) => one === role)
    if (where !== '') await giveForPart(tx, deps, viewer, person, { role, where })
    else if (ofProduct) await giveRoleOfProduct(tx, deps, viewer, personId, ofProduct)
    else await giveEverywhere(tx, deps, viewer, person, role)
    return getOpen(tx, personId)
  })
}

async function giveEverywhere(tx: Tx, deps: Deps, viewer: Viewer, person: PersonRow, roleId: string): Promise<void> {
  const role = await load(tx, viewer, roleId)
  const given = { person_id: person.id, role_id: role.id, granted_by: viewer.personId }
  if (!(await roles.giveOwnRole(tx, { ...given, granted_at: deps.clock.iso() }))) return
  await deleteSessionsOf(tx, person.id)
  await tell(tx, deps, viewer, person, { added: role.id })
}

async function giveForPart(tx: Tx, deps: Deps, viewer: Viewer, person: PersonRow, { role: word, where }: Given) {
  const part = await findPart(tx, where)
  const role = PART_ROLES.find((one) => one === word) ?? null
  const rights = forPart(role ? RIGHTS_OF_ROLE[role] : (await find(tx, word)).rights, part.kind)
  if (rights.length === 0) throw new Invalid({ own_role: 'people.roles.error.not_for_part' })
  if (!mayKeep(viewer, { rights })) throw new Refused('people.roles.refused.more_than_you')
  const of = part.kind === 'project' ? { project_id: part.id, team_id: null } : { project_id: null, team_id: part.id }
  const given = { person_id: person.id, role, role_id: role ? null : word, ...of }
  const by = { granted_at: deps.clock.iso(), granted_by: viewer.personId }
  if (!(await roles.insertLimited(tx, { id: deps.newId(), ...given, ...by }))) return
  await deleteSessionsOf(tx, person.id)
  await tell(tx, deps, viewer, person, { added: word, part: part.id })
}

/** @throws Invalid for what is no project or team, or is archived. */
async function findPart(tx: Tx, id: string): Promise<Part> {
  const [project, team] = [await findProject(tx, id), await findTeam(tx, id)]
  const found = project ?? team
  if (!found || found.archived_at !== null) throw new Invalid({ where: 'people.roles.error.part_unknown' })
  return { kind: project ? 'project' : 'team', id }
}

/**
 * @param id of a role that the association made, or of a role for a part; one that is no longer there is taken already.
 * @throws as giveRole.
 */
export async function takeRole(deps: Deps, viewer: Viewer, personId: string, id: string): Promise<void> {
  await transact(deps, async (tx) => {
    if (!hasRight(viewer, 'roles')) throw new Forbidden()
    const person = await getOpen(tx, personId)
    const limited = person.limited.find((one) => one.id === id)
    if (limited) return takeLimited(tx, deps, viewer, { person, limited })
    if (!(await roles.findRole(tx, id))) return
    const role = await load(tx, viewer, id)
    if (!(await keepingARoleKeeper(tx, () => roles.takeOwnRole(tx, person.id, role.id)))) return
    const left = { ...person, given: person.given.filter((one) => one.id !== role.id) }
    const ended = isStaff(left) ? [] : await endRights(tx, person)
    await tell(tx, deps, viewer, person, { added: '', removed: [role.id, ...ended].join(' ') })
  })
}

type Taken = { person: PersonRow; limited: LimitedRole }
async function takeLimited(tx: Tx, deps: Deps, viewer: Viewer, { person, limited }: Taken): Promise<void> {
  if (!mayKeep(viewer, limited)) throw new Refused('people.roles.refused.more_than_you')
  await roles.deleteLimited(tx, limited.id)
  const left = { ...person, limited: person.limited.filter((one) => one !== limited) }
  const ended = isStaff(left) ? [] : await endRights(tx, person)
  const removed = [limited.role ?? limited.id, ...ended].join(' ')
  await tell(tx, deps, viewer, person, { added: '', removed, part: limited.part.id })
}

async function find(tx: Tx, id: string) {
  const role = await roles.findRole(tx, id)
  if (!role) throw new NotFound()
  return role
}

async function load(tx: Tx, viewer: Viewer, id: string) {
  if (!hasRight(viewer, 'roles')) throw new Forbidden()
  const role = await find(tx, id)
  if (!mayKeep(viewer, role)) throw new Refused('people.roles.refused.more_than_you')
  return role
}

type Change = { added: string; removed?: string; part?: string }
function tell(tx: Tx, deps: Deps, viewer: Viewer, { id }: PersonRow, details: Change) {
  const fact = { at: deps.clock.iso(), actorId: viewer.personId, subject: id }
  return record(tx, { ...fact, type: 'person.roles_changed', details })
}
