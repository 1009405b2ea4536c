// SPDX-License-Identifier: AGPL-3.0-or-later
import { findAssociation } from '../../../db/queries/association.ts'
import { record } from '../../../db/queries/events.ts'
import * as people from '../../../db/queries/people.ts'
import { deleteSessionsOf } from '../../../db/queries/sessions.ts'
import { mailInvitation } from '../../accounts/mails.ts'
import { refuseTooMany } from '../../limits.ts'
import { endAccess } from '../../accounts/end-access.ts'
import { cancelLinks } from '../../accounts/tokens.ts'
import type { Deps } from '../../deps.ts'
import { Forbidden, Invalid, NotFound, Refused } from '../../web/errors.ts'
import { emailKey } from '../../web/fields.ts'
import { makeOnce, type SentForm } from '../../web/once.ts'
import { transact, type Handle, type Tx } from '../../web/transact.ts'
import { markOfNote } from '../../model/team-note.ts'
import { isStaff, type Role } from '../../model/rights.ts'
import { hasRight, type Viewer } from '../../model/viewer.ts'
import { addPerson, askWho, findKnown, findNamesake, type NewPerson } from './add.ts'
import { keepingARoleKeeper } from '../last-keeper.ts'
import { canCorrect, canManage, grantable, wasNeverInvited } from '../policy.ts'
import { roleChanges } from '../rules.ts'

/**
 * @param input.who answer to the question of askWho. @returns the id of the new person, or of the known one that was
 * chosen. @throws Invalid when a person of that mailbox and name is here already, or one of a similar name.
 */
export async function invitePerson(
  deps: Deps,
  viewer: Viewer,
  { roles, who = '', ...input }: NewPerson & { roles: string[]; who?: string },
  sent?: SentForm,
) {
  return transact(deps, (tx) =>
    makeOnce(tx, deps, sent, async () => {
      if (await findNamesake(tx, input)) throw new Invalid({ email: 'people.error.already_here' })
      const known = await askWho(tx, input, who)
      if (known) return known.id
      const { added } = roleChanges([], roles, await rolesToGive(tx, viewer))
      return addPerson(tx, deps, input, added, viewer.personId)
    }),
  )
}

/** The link sent before becomes invalid. @throws NotFound, Refused, TooMany. */
export async function inviteAgain(deps: Deps, viewer: Viewer, id: string, sent?: SentForm): Promise<void> {
  const known = await getManaged(deps.db, viewer, id)
  await refuseTooMany(deps, [{ limit: 'mails to a mailbox', of: known.email_key }])
  await transact(deps, async (tx) => {
    const person = await getManaged(tx, viewer, id)
    refuseRestricted(person)
    const mayCome = person.invited_at !== null || wasNeverInvited(person)
    if (!mayCome || !person.email || person.disabled_at) throw new Refused('people.refused.not_invited')
    await makeOnce(tx, deps, sent, async () => {
      await cancelLinks(tx, id, ['welcome'])
      await people.updatePerson(tx, id, { invited_at: deps.clock.iso() })
      await mailInvitation(tx, deps, person)
      await tell(tx, deps, viewer, id, 'person.invited')
      return id
    })
  })
}

/** Only the roles that this viewer may give. Whoever gains one signs in again. @returns the person as they are then. */
export async function changeRoles(deps: Deps, viewer: Viewer, id: string, wanted: string[]) {
  return transact(deps, async (tx) => {
    const person = await getOpen(tx, id)
    const changes = roleChanges(person.roles, wanted, await rolesToGive(tx, viewer))
    return saveRoles(tx, deps, viewer, person, changes)
  })
}

/** One role of the product, everywhere. @throws Forbidden, NotFound; Refused for one that this viewer may not give. */
export async function giveRoleOfProduct(tx: Tx, deps: Deps, viewer: Viewer, id: string, role: Role): Promise<void> {
  if (!(await rolesToGive(tx, viewer)).includes(role)) throw new Refused('people.roles.refused.more_than_you')
  const person = await getOpen(tx, id)
  const added = person.roles.includes(role) ? [] : [role]
  await saveRoles(tx, deps, viewer, person, { added, removed: [] })
}

type RoleChanges = ReturnType<typeof roleChanges>
async function saveRoles(tx: Tx, deps: Deps, viewer: Viewer, person: people.PersonRow, changes: RoleChanges) {
  const { added, removed } = changes
  const { id } = person
  for (const role of added) await people.grantRole(tx, id, role, deps.clock.iso(), viewer.personId)
  await keepingARoleKeeper(tx, async () => {
    for (const role of removed) await people.revokeRole(tx, id, role)
  })
  if (added.length + removed.length === 0) return person
  // A session name from before does not get to see more (ASVS 7).
  if (added.length > 0) await deleteSessionsOf(tx, id)
  const left = [...person.roles.filter((role) => !removed.includes(role)), ...added]
  const ended = isStaff({ ...person, roles: left }) ? [] : await endRights(tx, person)
  const details = { added: added.join(' '), removed: [...removed, ...ended].join(' ') }
  const fact = { at: deps.clock.iso(), actorId: viewer.personId, subject: id }
  await record(tx, { ...fact, type: 'person.roles_changed', details })
  return (await people.findPerson(tx, id))!
}

/** Rights beside roles: the column of each, and how events name it. */
const RIGHTS = {
  help_desk: { column: 'keeps_help', name: 'help desk', right: 'help' },
  cec: { column: 'validates_cec', name: 'CEC validator', right: 'cec' },
} as const
export type Right = keyof typeof RIGHTS

/**
 * Gives somebody of the team a right, or takes it back: the desk for help with the site, or validating declarations
 * for the CEC. Whoever gains it signs in again.
 * @throws Refused for somebody without a role in the team.
 */
export async function giveRight(deps: Deps, viewer: Viewer, id: string, right: Right, isGiven: boolean): Promise<void> {
  if (!hasRight(viewer, 'roles') || !hasRight(viewer, RIGHTS[right].right)) throw new Forbidden()
  await transact(deps, async (tx) => {
    const person = await getOpen(tx, id)
    if (isGiven && !isStaff(person)) throw new Refused('people.help_desk.not_team')
    const { column, name } = RIGHTS[right]
    if ((person[column] === 1) === isGiven) return
    await people.updatePerson(tx, id, { [column]: isGiven ? 1 : 0 })
    if (isGiven && id !== viewer.personId) await deleteSessionsOf(tx, id)
    const fact = { at: deps.clock.iso(), actorId: viewer.personId, subject: id }
    const details = isGiven ? { added: name } : { added: '', removed: name }
    await record(tx, { ...fact, type: 'person.roles_changed', details })
  })
}

/** Whoever comes back later does not have them again. @returns what ended, as events name it. */
export async function endRights(tx: Tx, person: people.PersonRow): Promise<string[]> {
  const held = Object.values(RIGHTS).filter(({ column }) => person[column] === 1)
  for (const { column } of held) await people.updatePerson(tx, person.id, { [column]: 0 })
  return held.map(({ name }) => name)
}

/** Sessions and mailed links end at once, and rights beside roles; hours, roles and history stay. */
export async function shutOut(deps: Deps, viewer: Viewer, id: string): Promise<void> {
  await transact(deps, async (tx) => {
    const person = await getManaged(tx, viewer, id)
    if (person.disabled_at) return
    await keepingARoleKeeper(tx, () => people.updatePerson(tx, id, { disabled_at: deps.clock.iso() }))
    await endAccess(tx, id)
    const removed = (await endRights(tx, person)).join(' ')
    const fact = { at: deps.clock.iso(), actorId: viewer.personId, subject: id }
    if (removed) await record(tx, { ...fact, type: 'person.roles_changed', details: { added: '', removed } })
    await tell(tx, deps, viewer, id, 'person.disabled')
  })
}

export async function letIn(deps: Deps, viewer: Viewer, id: string): Promise<void> {
  await transact(deps, async (tx) => {
    const person = await getManaged(tx, viewer, id)
    if (!person.disabled_at) return
    await people.updatePerson(tx, id, { disabled_at: null })
    await tell(tx, deps, viewer, id, 'person.enabled')
  })
}

/** For what was mistyped when the person was added; a new address is invited. */
export async function correctContact(deps: Deps, viewer: Viewer, id: string, input: NewPerson): Promise<void> {
  await transact(deps, async (tx) => {
    const person = await getManaged(tx, viewer, id)
    refuseRestricted(person)
    if (!canCorrect(viewer, person)) throw new Refused('people.refused.own_contact')
    const namesake = await findKnown(tx, input)
    if (namesake && namesake.id !== id) throw new Invalid({ email: 'people.error.already_here' })
    const isNewAddress = emailKey(input.email) !== person.email_key
    const now = deps.clock.iso()
    const invited = isNewAddress ? { invited_at: input.email ? now : null } : {}
    await people.updatePerson(tx, id, { ...input, email_key: emailKey(input.email), updated_at: now, ...invited })
    if (isNewAddress) await endAccess(tx, id)
    if (isNewAddress && input.email) await mailInvitation(tx, deps, { ...person, ...input })
    await tell(tx, deps, viewer, id, 'person.corrected')
  })
}

/** Of somebody who has an account too: a number opens nothing. */
export async function savePhone(deps: Deps, viewer: Viewer, id: string, phone: string): Promise<void> {
  await transact(deps, async (tx) => {
    refuseRestricted(await getManaged(tx, viewer, id))
    await people.updatePerson(tx, id, { phone, updated_at: deps.clock.iso() })
    await tell(tx, deps, viewer, id, 'person.corrected')
  })
}

/** @param input.was mark of the note that was shown. @throws Invalid when somebody else changed it since. */
export async function saveNote(deps: Deps, viewer: Viewer, id: string, input: { team_note: string; was: string }) {
  await transact(deps, async (tx) => {
    const person = await getManaged(tx, viewer, id)
    refuseRestricted(person)
    const { team_note: note } = person
    if (note === input.team_note) return
    if (input.was !== markOfNote(note))
      throw new Invalid({ team_note: { key: 'people.note.changed', params: { note } } })
    await people.updatePerson(tx, id, { team_note: input.team_note, updated_at: deps.clock.iso() })
    await tell(tx, deps, viewer, id, 'person.noted')
  })
}

async function rolesToGive(tx: Tx, viewer: Viewer): Promise<Role[]> {
  const roles = grantable(viewer, (await findAssociation(tx))?.kind ?? 'association')
  if (roles.length === 0) throw new Forbidden()
  return roles
}

async function getManaged(tx: Handle, viewer: Viewer, id: string): Promise<people.PersonRow> {
  const person = await people.findPerson(tx, id)
  if (!person) throw new NotFound()
  const answer = canManage(viewer, person)
  if (!answer.ok) throw new Refused(answer.reason)
  return person
}

/** Somebody whose data may be used. @throws NotFound, Refused. */
export async function getOpen(tx: Tx, id: string): Promise<people.PersonRow> {
  const person = await people.findPerson(tx, id)
  if (!person) throw new NotFound()
  refuseRestricted(person)
  return person
}

/** Access may still be closed and opened. @throws Refused. */
function refuseRestricted(person: people.PersonRow): void {
  if (person.restricted_at) throw new Refused('people.refused.restricted')
}

type Plain = `person.${'invited' | 'disabled' | 'enabled' | 'corrected' | 'noted'}`

function tell(tx: Tx, deps: Deps, viewer: Viewer, id: string, type: Plain) {
  return record(tx, { type, at: deps.clock.iso(), actorId: viewer.personId, subject: id })
}
