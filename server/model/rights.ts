// SPDX-License-Identifier: AGPL-3.0-or-later
// What somebody of the team may do. Roles are made of these: the five of the product here, others by the association.
export const ROLES = ['administrator', 'coordinator', 'treasurer', 'moderator', 'volunteer'] as const
export type Role = (typeof ROLES)[number]

/** In groups, in the order of the page. Label and one sentence of each: `roles.right.NAME`, `roles.right_hint.NAME`. */
export const RIGHT_GROUPS = {
  people: ['see_people', 'manage_people'],
  hours: ['see_hours', 'manage_hours', 'categories', 'levels', 'projects', 'years', 'cec'],
  offers: ['offers', 'moderation'],
  site: ['help', 'roles', 'association'],
} as const
export const RIGHTS = Object.values(RIGHT_GROUPS).flat()
export type Right = (typeof RIGHTS)[number]

/** What a right brings along, because its pages cannot do without. */
const INCLUDES: Partial<Record<Right, readonly Right[]>> = {
  manage_people: ['see_people'],
  manage_hours: ['see_hours'],
  years: ['see_hours'],
  roles: ['see_people'],
}

/** `volunteer` is no right over others: it says that somebody records hours of their own. */
export const RIGHTS_OF_ROLE: Readonly<Record<Role, readonly Right[]>> = {
  administrator: RIGHTS,
  coordinator: ['see_people', 'manage_people', 'see_hours', 'manage_hours', 'offers'],
  treasurer: ['see_hours', 'categories', 'levels', 'projects', 'years'],
  moderator: ['moderation'],
  volunteer: [],
}

/** A role that the association made, as somebody has it. */
export type OwnRole = { id: string; name: string; rights: readonly Right[] }
/** One project, or one team. */
export type Part = { kind: 'project' | 'team'; id: string }

/** A role that somebody has for a part only. `role` of the product, or `name` of one that the association made. */
export type LimitedRole = {
  id: string
  role: Role | null
  name: string
  rights: readonly Right[]
  part: Part
  /** The name of the part. */
  of: string
}
/** Roles of the product, those that the association made, and those for a part. */
export type Held = {
  roles: Iterable<Role>
  given?: readonly Pick<OwnRole, 'rights'>[]
  limited?: readonly Pick<LimitedRole, 'rights' | 'part'>[]
}

/** Words that are no right, such as those of a later version, are left out. */
export const knownRights = (words: Iterable<string>): Right[] => {
  const wanted = new Set(words)
  return RIGHTS.filter((right) => wanted.has(right))
}

/** With what they include. */
export function withIncluded(rights: Iterable<Right>): ReadonlySet<Right> {
  return new Set([...rights].flatMap((right) => [right, ...(INCLUDES[right] ?? [])]))
}

/**
 * What may be held for one project, or for one team: the people of a project are only those of its hours. `years` is for
 * reading there, what the hours of that part are worth: a year is closed as a whole.
 */
const RIGHTS_OF_PART: Record<Part['kind'], readonly Right[]> = {
  project: ['see_hours', 'manage_hours', 'years', 'cec'],
  team: ['see_people', 'see_hours', 'manage_hours', 'years', 'cec'],
}

/** Roles of the product that may be for a part. */
export const PART_ROLES = ['coordinator', 'treasurer'] as const satisfies readonly Role[]

/** Of the rights of a role, those that it gives when it is for a part. */
export const forPart = (rights: Iterable<Right>, kind: Part['kind']): Right[] =>
  RIGHTS_OF_PART[kind].filter((right) => withIncluded(rights).has(right))

/** Over the whole association. */
export const rightsOf = ({ roles, given = [] }: Held): ReadonlySet<Right> =>
  withIncluded([...[...roles].flatMap((role) => RIGHTS_OF_ROLE[role]), ...given.flatMap(({ rights }) => rights)])

/** Has a role beside that of a volunteer: sees, or may see, other people's data. */
export const isStaff = ({ roles, given = [], limited = [] }: Held): boolean =>
  given.length > 0 || limited.length > 0 || [...roles].some((role) => role !== 'volunteer')

/** The roles of the product in which the right is. */
export const rolesWith = (right: Right): Role[] => ROLES.filter((role) => withIncluded(RIGHTS_OF_ROLE[role]).has(right))

/** The rights that bring this one along, and itself. */
export const waysTo = (right: Right): Right[] => RIGHTS.filter((one) => withIncluded([one]).has(right))

/** Whoever has the right by another role than administrator; without any, everybody given. */
export function inCharge<T extends Held>(people: readonly T[], right: Right): T[] {
  const chosen = people.filter(({ roles, given = [] }) =>
    rightsOf({ roles: [...roles].filter((role) => role !== 'administrator'), given }).has(right),
  )
  return chosen.length > 0 ? chosen : [...people]
}
