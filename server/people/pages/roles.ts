// SPDX-License-Identifier: AGPL-3.0-or-later
import type { PersonRow } from '../../../db/queries/people.ts'
import type { RoleRow } from '../../../db/queries/roles.ts'
import { fullName } from '../../model/person.ts'
import {
  forPart,
  PART_ROLES,
  RIGHT_GROUPS,
  RIGHTS_OF_ROLE,
  ROLES,
  type LimitedRole,
  type Right,
  type Role,
} from '../../model/rights.ts'
import { hasRight, type Viewer } from '../../model/viewer.ts'
import type { Translator } from '../../text/i18n.ts'
import { emptyForm, namedOptions, type Form } from '../../web/forms.ts'
import { addressWith } from '../../web/paging.ts'
import { pagerByRow, type RowsPage } from '../../web/rows.ts'
import { mayKeep } from '../policy.ts'

export const LIST = '/settings/roles'

const rightName = (t: Translator, right: Right) => t(`people.right.${right}`)
const rightNames = (t: Translator, rights: readonly Right[]) => rights.map((right) => rightName(t, right))

/** Where a new role may begin: a role of the product, or one thing that somebody is often asked to do. */
const STARTS = {
  coordinator: RIGHTS_OF_ROLE.coordinator,
  treasurer: RIGHTS_OF_ROLE.treasurer,
  moderator: RIGHTS_OF_ROLE.moderator,
  hours: ['manage_hours'],
  welcome: ['manage_people'],
  cec: ['cec'],
  help: ['help'],
} as const satisfies Record<string, readonly Right[]>
export type Start = keyof typeof STARTS

/** Starts of which this viewer may give something. */
function startsFor(t: Translator, mayGive: readonly Right[]) {
  return (Object.keys(STARTS) as Start[])
    .filter((start) => STARTS[start].every((right) => (mayGive as readonly string[]).includes(right)))
    .map((start) => ({ href: `${LIST}/new?from=${start}`, label: t(`people.roles.start.${start}`) }))
}

/** @param from of the address; another word is an empty role. */
export function startOf(t: Translator, from: string): Record<string, unknown> {
  const start = (Object.keys(STARTS) as Start[]).find((one) => one === from)
  return start ? { name: t(`people.roles.start.${start}`), rights: [...STARTS[start]] } : {}
}

export function rolesPage(
  t: Translator,
  viewer: Viewer,
  site: { kind: unknown },
  own: readonly (RoleRow & { people: number })[],
  holders: ReadonlyMap<string, number>,
) {
  const isHere = (role: Role) => role !== 'moderator' || site.kind !== 'association'
  const people = (count: number) => (count > 0 ? t.n('people.roles.people', count) : t('people.roles.nobody'))
  return {
    title: t('people.roles.list'),
    mayOpenSettings: hasRight(viewer, 'association'),
    own: own.map((role) => ({
      name: role.name,
      href: mayKeep(viewer, role) ? `${LIST}/${role.id}` : '',
      people: people(role.people),
      rights: t.list(rightNames(t, role.rights)),
    })),
    product: ROLES.filter(isHere).map((role) => ({
      name: t(`people.role.${role}`),
      people: people(holders.get(role) ?? 0),
      rights: t(`people.role_hint.${role}`),
    })),
  }
}

/** A page of names that lead to their people. @param path of the list. */
export const peopleLinks = (page: RowsPage<PersonRow>, path: string) => ({
  people: page.rows.map((person) => ({ href: `/work/people/${person.id}`, name: fullName(person) })),
  pager: pagerByRow(page, (to) => addressWith(path, to)),
})

type ShownRole = { form: Form; role?: RoleRow; mayGive: readonly Right[]; people?: RowsPage<PersonRow> }

/** @param role undefined for a new one. @param people who has it. */
export function rolePage(t: Translator, { form, role, mayGive, people }: ShownRole) {
  const groups = (Object.keys(RIGHT_GROUPS) as (keyof typeof RIGHT_GROUPS)[])
    .map((group) => ({
      group,
      rights: (RIGHT_GROUPS[group] as readonly Right[]).filter((one) => mayGive.includes(one)),
    }))
    .filter(({ rights }) => rights.length > 0)
  return {
    title: role ? role.name : t('people.roles.new'),
    form,
    action: role ? `${LIST}/${role.id}` : `${LIST}/new`,
    starts: role ? [] : startsFor(t, mayGive),
    // The fault stands at the first group, to which the summary leads.
    groups: groups.map(({ group, rights }, at) => ({
      scope: at === 0 ? '' : group,
      form: at === 0 ? form : emptyForm(form.values),
      legend: t(`people.right_group.${group}`),
      options: rights.map((right) => ({
        value: right,
        label: rightName(t, right),
        hint: t(`people.right_hint.${right}`),
      })),
    })),
    ...(role && people && peopleLinks(people, `${LIST}/${role.id}`)),
    removal: role ? `${LIST}/${role.id}/removal` : '',
  }
}

/** « Coordonne les bénévoles · Jardin ». */
export const limitedName = (t: Translator, { role, name, of }: LimitedRole) =>
  `${role ? t(`people.role.${role}`) : name} · ${of}`

/** What may be given: roles that the association made, and projects and teams to which a role may be limited. */
export type Offered = { roles: readonly RoleRow[]; parts: readonly { id: string; name: string }[] }

/** What the page of a person says of roles that the association made, and of those for a part. */
export function ownRolesOf(viewer: Viewer, person: PersonRow, { roles, parts }: Offered, t: Translator) {
  const isOpen = !person.restricted_at
  const line = ({ id, rights }: { id: string; rights: readonly Right[] }, name: string) => ({
    id,
    name,
    rights: t.list(rightNames(t, rights)),
    mayTake: mayKeep(viewer, { rights }) && isOpen,
  })
  const mayLimit = (role: Role) => mayKeep(viewer, { rights: forPart(RIGHTS_OF_ROLE[role], 'project') })
  const ofProduct = PART_ROLES.filter((role) => parts.length > 0 && mayLimit(role))
  const named = ofProduct.map((role) => ({ value: role, label: t(`people.role.${role}`) }))
  const own = namedOptions(roles.filter((role) => mayKeep(viewer, role)))
  return {
    given: [
      ...person.given.map((role) => line(role, role.name)),
      ...person.limited.map((role) => line(role, limitedName(t, role))),
    ],
    options: isOpen ? [...own, ...named] : [],
    places: namedOptions(parts),
  }
}
