// SPDX-License-Identifier: AGPL-3.0-or-later
export const ROLES = ['administrator', 'coordinator', 'treasurer', 'moderator', 'volunteer'] as const
export type Role = (typeof ROLES)[number]

export type Viewer = {
  readonly personId: string | null
  readonly name: string
  readonly roles: ReadonlySet<Role>
  readonly isSignedIn: boolean
  /** An administrator has given them the desk for help with the site. */
  readonly keepsHelp?: boolean
  /** An administrator has asked them to validate declarations for the CEC (France). */
  readonly validatesCec?: boolean
}

export const NOBODY: Viewer = { personId: null, name: '', roles: new Set(), isSignedIn: false }

/** For the timetable, and for signed links in mails: nobody is signed in. */
export const TIMETABLE: Viewer = { ...NOBODY, roles: new Set(['administrator']) }

export function viewerOf(
  personId: string,
  name: string,
  roles: Iterable<Role>,
  rights: Pick<Viewer, 'keepsHelp' | 'validatesCec'> = {},
): Viewer {
  return { personId, name, roles: new Set(roles), isSignedIn: true, ...rights }
}

/** Sees other people's data. */
export const isStaff = (roles: Iterable<Role>): boolean => [...roles].some((role) => role !== 'volunteer')

/** An administrator has every role but volunteer. */
export function hasRole(viewer: Viewer, ...roles: Role[]): boolean {
  return roles.some((role) => viewer.roles.has(role) || (role !== 'volunteer' && viewer.roles.has('administrator')))
}

/** Administrators, and whoever of the team was given the right; it ends with their last role in the team. */
export const mayKeepHelpDesk = (viewer: Viewer): boolean =>
  hasRole(viewer, 'administrator') || (viewer.keepsHelp === true && isStaff(viewer.roles))

/** As mayKeepHelpDesk, for declarations for the CEC. */
export const mayValidateCec = (viewer: Viewer): boolean =>
  hasRole(viewer, 'administrator') || (viewer.validatesCec === true && isStaff(viewer.roles))
