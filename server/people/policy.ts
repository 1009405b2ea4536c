// SPDX-License-Identifier: AGPL-3.0-or-later
import type { MessageKey } from '../text/message-keys.ts'
import { isStaff, RIGHTS_OF_ROLE, RIGHTS, ROLES, type Held, type Right, type Role } from '../model/rights.ts'
import { hasRight, viewerOf, type Beside, type Viewer } from '../model/viewer.ts'

export type Subject = Held & Beside & { id: string; invited_at: string | null; disabled_at: string | null }
type Answer = { ok: true } | { ok: false; reason: MessageKey }
const no = (reason: MessageKey): Answer => ({ ok: false, reason })
type Site = { kind: 'association' | 'centre' | 'both'; country: 'FR' | 'CA' }

/** Nobody gives, changes or takes away a right that they do not have. */
export const hasAll = (viewer: Viewer, rights: Iterable<Right>): boolean =>
  [...rights].every((right) => hasRight(viewer, right))

/** The roles of the product that this viewer may give and take away. */
export function grantable(viewer: Viewer, kind: Site['kind']): Role[] {
  const mayGive = (role: Role) =>
    role === 'volunteer'
      ? hasRight(viewer, 'manage_people', 'roles')
      : hasRight(viewer, 'roles') && hasAll(viewer, RIGHTS_OF_ROLE[role])
  return ROLES.filter((role) => (role !== 'moderator' || kind !== 'association') && mayGive(role))
}

/** What there is at this site, and what this viewer may put into a role. */
export function rightsToGive(viewer: Viewer, { kind, country }: Site): Right[] {
  const isHere = (right: Right) =>
    (right !== 'moderation' || kind !== 'association') && (right !== 'cec' || country === 'FR')
  return RIGHTS.filter((right) => isHere(right) && hasRight(viewer, right))
}

/** A role that the association made may be changed, given and taken away by whoever has all that is in it. */
export const mayKeep = (viewer: Viewer, role: { rights: readonly Right[] }): boolean =>
  hasRight(viewer, 'roles') && hasAll(viewer, role.rights)

export function canManage(viewer: Viewer, person: Subject): Answer {
  if (!hasRight(viewer, 'manage_people')) return no('people.refused.not_yours')
  if (person.id === viewer.personId) return no('people.refused.yourself')
  const { rights, parts } = viewerOf(person.id, '', person.roles, person)
  const mayManageTeam = hasRight(viewer, 'roles') && hasAll(viewer, [...rights, ...parts.keys()])
  if (isStaff(person) && !mayManageTeam) return no('people.refused.not_yours')
  return { ok: true }
}

/** Only an address that was never confirmed may be corrected by others, because the address opens the account. */
export function canCorrect(viewer: Viewer, person: Subject & { email_verified_at: string | null }): boolean {
  const isUnproved = person.email_verified_at === null && !isStaff(person)
  return isUnproved && canManage(viewer, person).ok
}

type Unasked = Subject & { email: string; email_verified_at: string | null; password_hash: string | null }

/** Somebody who came with a file of another tool: they have an address, and were never invited. */
export const wasNeverInvited = (person: Unasked): boolean =>
  person.email !== '' &&
  person.invited_at === null &&
  person.email_verified_at === null &&
  person.password_hash === null
