// SPDX-License-Identifier: AGPL-3.0-or-later
// Who is looking: a person signed in, or nobody.

export const ROLES = ['administrator', 'coordinator', 'treasurer', 'moderator', 'volunteer'] as const
export type Role = (typeof ROLES)[number]

export type Viewer = {
  readonly personId: string | null
  readonly name: string
  readonly roles: ReadonlySet<Role>
  readonly isSignedIn: boolean
}

export const NOBODY: Viewer = { personId: null, name: '', roles: new Set(), isSignedIn: false }

/** What is done by the calendar, or by a signed link in a mail: nobody is signed in. */
export const TIMETABLE: Viewer = { ...NOBODY, roles: new Set(['administrator']) }

/** Someone with these roles; used by jobs, the command line and tests. */
export function viewerOf(personId: string, name: string, roles: Iterable<Role>): Viewer {
  return { personId, name, roles: new Set(roles), isSignedIn: true }
}

/** True when the person has one of the roles; an administrator has all but volunteer. */
export function hasRole(viewer: Viewer, ...roles: Role[]): boolean {
  return roles.some((role) => viewer.roles.has(role) || (role !== 'volunteer' && viewer.roles.has('administrator')))
}
