// SPDX-License-Identifier: AGPL-3.0-or-later
export { ROLES, type Role } from './rights.ts'
import { forPart, isStaff, RIGHTS, rightsOf, type Held, type Right, type Role } from './rights.ts'

/** Ids. */
export type Parts = { projects: readonly string[]; teams: readonly string[] }

export type Viewer = {
  readonly personId: string | null
  readonly name: string
  readonly isSignedIn: boolean
  /** Records hours of their own. */
  readonly isVolunteer: boolean
  /** Over the whole association. */
  readonly rights: ReadonlySet<Right>
  /** The projects and teams for which they have a right that they do not have everywhere. */
  readonly parts: ReadonlyMap<Right, Parts>
}

export const NOBODY: Viewer = {
  personId: null,
  name: '',
  isSignedIn: false,
  isVolunteer: false,
  rights: new Set(),
  parts: new Map(),
}

/** For the timetable, and for signed links in mails: nobody is signed in. */
export const TIMETABLE: Viewer = { ...NOBODY, rights: new Set(RIGHTS) }

/** Rights that one person of the team was given beside the roles; they mean nothing without a role in the team. */
export type Beside = { keeps_help?: boolean | number; validates_cec?: boolean | number }

export function viewerOf(
  personId: string,
  name: string,
  roles: Iterable<Role>,
  { given = [], limited = [], keeps_help, validates_cec }: Omit<Held, 'roles'> & Beside = {},
): Viewer {
  const held = { roles: [...roles], given, limited }
  const beside: Right[] = [...(keeps_help ? ['help' as const] : []), ...(validates_cec ? ['cec' as const] : [])]
  const rights = new Set([...rightsOf(held), ...(isStaff(held) ? beside : [])])
  return {
    personId,
    name,
    isSignedIn: true,
    isVolunteer: held.roles.includes('volunteer'),
    rights,
    parts: partsOf(limited, rights),
  }
}

function partsOf(limited: NonNullable<Held['limited']>, everywhere: ReadonlySet<Right>): Viewer['parts'] {
  const found = new Map<Right, { projects: string[]; teams: string[] }>()
  for (const { rights, part } of limited)
    for (const right of forPart(rights, part.kind)) {
      const parts = found.get(right) ?? { projects: [], teams: [] }
      const ids = part.kind === 'project' ? parts.projects : parts.teams
      if (!ids.includes(part.id)) ids.push(part.id)
      if (!everywhere.has(right)) found.set(right, parts)
    }
  return found
}

/** @param rights one of these is enough. */
export const hasRight = (viewer: Pick<Viewer, 'rights'>, ...rights: Right[]): boolean =>
  rights.some((right) => viewer.rights.has(right))

/** Of the team: sees, or may see, other people's data. */
export const isOfTeam = (viewer: Pick<Viewer, 'rights' | 'parts'>): boolean =>
  viewer.rights.size > 0 || viewer.parts.size > 0

/** Everywhere, or for some projects or teams. */
export const hasSomewhere = (viewer: Pick<Viewer, 'rights' | 'parts'>, right: Right): boolean =>
  viewer.rights.has(right) || viewer.parts.has(right)

/** How far a right reaches: the whole association, or these projects and teams. */
export const reachOf = (viewer: Pick<Viewer, 'rights' | 'parts'>, right: Right): 'everyone' | Parts =>
  viewer.rights.has(right) ? 'everyone' : (viewer.parts.get(right) ?? { projects: [], teams: [] })
