// SPDX-License-Identifier: AGPL-3.0-or-later
import type { MessageKey } from '../text/message-keys.ts'
import { ROLES, hasRole, isStaff, type Role, type Viewer } from '../model/viewer.ts'

export type Subject = { id: string; roles: readonly Role[]; invited_at: string | null; disabled_at: string | null }
type Answer = { ok: true } | { ok: false; reason: MessageKey }
const no = (reason: MessageKey): Answer => ({ ok: false, reason })

export function grantable(viewer: Viewer, kind: 'association' | 'centre' | 'both'): Role[] {
  if (!hasRole(viewer, 'coordinator')) return []
  const offered = ROLES.filter((role) => role !== 'moderator' || kind !== 'association')
  return viewer.roles.has('administrator') ? offered : ['volunteer']
}

export function canManage(viewer: Viewer, person: Subject): Answer {
  if (!hasRole(viewer, 'coordinator')) return no('people.refused.not_yours')
  if (person.id === viewer.personId) return no('people.refused.yourself')
  if (isStaff(person.roles) && !viewer.roles.has('administrator')) return no('people.refused.not_yours')
  return { ok: true }
}

/** @param others number of other administrators who can sign in. */
export function canLose(person: Subject, lost: readonly Role[], others: number): Answer {
  const isLast = person.roles.includes('administrator') && others === 0
  return isLast && lost.includes('administrator') ? no('people.refused.last_administrator') : { ok: true }
}

/** Only an address that was never confirmed may be corrected by others, because the address opens the account. */
export function canCorrect(viewer: Viewer, person: Subject & { email_verified_at: string | null }): boolean {
  const isUnproved = person.email_verified_at === null && !isStaff(person.roles)
  return isUnproved && canManage(viewer, person).ok
}

type Unasked = Subject & { email: string; email_verified_at: string | null; password_hash: string | null }

/** Somebody who came with a file of another tool: they have an address, and were never invited. */
export const wasNeverInvited = (person: Unasked): boolean =>
  person.email !== '' &&
  person.invited_at === null &&
  person.email_verified_at === null &&
  person.password_hash === null
