// SPDX-License-Identifier: AGPL-3.0-or-later
export { ROLES, type Role } from './rights.ts'
import { isStaff, RIGHTS, rightsOf, type Held, type Right, type Role } from './rights.ts'

export type Viewer = {
  readonly personId: string | null
  readonly name: string
  readonly isSignedIn: boolean
  /** Records hours of their own. */
  readonly isVolunteer: boolean
  /** Over the whole association. */
  readonly rights: ReadonlySet<Right>
}

export const NOBODY: Viewer = {
  personId: null,
  name: '',
  isSignedIn: false,
  isVolunteer: false,
  rights: new Set(),
}

/** For the timetable, and for signed links in mails: nobody is signed in. */
export const TIMETABLE: Viewer = { ...NOBODY, rights: new Set(RIGHTS) }

/** Rights that one person of the team was given beside the roles; they mean nothing without a role in the team. */
type Beside = { keepsHelp?: boolean; validatesCec?: boolean }

export function viewerOf(
  personId: string,
  name: string,
  roles: Iterable<Role>,
  { given = [], keepsHelp = false, validatesCec = false }: Omit<Held, 'roles'> & Beside = {},
): Viewer {
  const held = { roles: [...roles], given }
  const beside: Right[] = [...(keepsHelp ? ['help' as const] : []), ...(validatesCec ? ['cec' as const] : [])]
  return {
    personId,
    name,
    isSignedIn: true,
    isVolunteer: held.roles.includes('volunteer'),
    rights: new Set([...rightsOf(held), ...(isStaff(held) ? beside : [])]),
  }
}

/** @param rights one of these is enough. */
export const hasRight = (viewer: Pick<Viewer, 'rights'>, ...rights: Right[]): boolean =>
  rights.some((right) => viewer.rights.has(right))

/** Of the team: sees, or may see, other people's data. */
export const isOfTeam = (viewer: Pick<Viewer, 'rights'>): boolean => viewer.rights.size > 0
