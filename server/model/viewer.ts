// SPDX-License-Identifier: AGPL-3.0-or-later
export { ROLES, type Role } from './rights.ts'
import { forProject, isStaff, RIGHTS, rightsOf, type Held, type Right, type Role } from './rights.ts'

export type Viewer = {
  readonly personId: string | null
  readonly name: string
  readonly isSignedIn: boolean
  /** Records hours of their own. */
  readonly isVolunteer: boolean
  /** Over the whole association. */
  readonly rights: ReadonlySet<Right>
  /** Ids of the projects for which they have a right that they do not have everywhere. */
  readonly projects: ReadonlyMap<Right, readonly string[]>
}

export const NOBODY: Viewer = {
  personId: null,
  name: '',
  isSignedIn: false,
  isVolunteer: false,
  rights: new Set(),
  projects: new Map(),
}

/** For the timetable, and for signed links in mails: nobody is signed in. */
export const TIMETABLE: Viewer = { ...NOBODY, rights: new Set(RIGHTS) }

/** Rights that one person of the team was given beside the roles; they mean nothing without a role in the team. */
type Beside = { keepsHelp?: boolean; validatesCec?: boolean }

export function viewerOf(
  personId: string,
  name: string,
  roles: Iterable<Role>,
  { given = [], limited = [], keepsHelp = false, validatesCec = false }: Omit<Held, 'roles'> & Beside = {},
): Viewer {
  const held = { roles: [...roles], given, limited }
  const beside: Right[] = [...(keepsHelp ? ['help' as const] : []), ...(validatesCec ? ['cec' as const] : [])]
  const rights = new Set([...rightsOf(held), ...(isStaff(held) ? beside : [])])
  return {
    personId,
    name,
    isSignedIn: true,
    isVolunteer: held.roles.includes('volunteer'),
    rights,
    projects: projectsOf(limited, rights),
  }
}

function projectsOf(limited: NonNullable<Held['limited']>, everywhere: ReadonlySet<Right>): Viewer['projects'] {
  const found = new Map<Right, string[]>()
  for (const { rights, projectId } of limited)
    for (const right of forProject(rights))
      if (!everywhere.has(right)) found.set(right, [...new Set([...(found.get(right) ?? []), projectId])])
  return found
}

/** @param rights one of these is enough. */
export const hasRight = (viewer: Pick<Viewer, 'rights'>, ...rights: Right[]): boolean =>
  rights.some((right) => viewer.rights.has(right))

/** Of the team: sees, or may see, other people's data. */
export const isOfTeam = (viewer: Pick<Viewer, 'rights' | 'projects'>): boolean =>
  viewer.rights.size > 0 || viewer.projects.size > 0

/** Everywhere, or for some projects. */
export const hasSomewhere = (viewer: Pick<Viewer, 'rights' | 'projects'>, right: Right): boolean =>
  viewer.rights.has(right) || viewer.projects.has(right)

/** How far a right reaches: the whole association, or these projects. */
export const reachOf = (
  viewer: Pick<Viewer, 'rights' | 'projects'>,
  right: Right,
): 'everyone' | { projects: readonly string[] } =>
  viewer.rights.has(right) ? 'everyone' : { projects: viewer.projects.get(right) ?? [] }
