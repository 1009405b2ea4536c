// SPDX-License-Identifier: AGPL-3.0-or-later
import type { ConsentRow } from '../../../db/queries/consents.ts'
import type { PeopleFilter, PersonRow } from '../../../db/queries/people.ts'
import { fullName } from '../../model/person.ts'
import { languageOptions } from '../../accounts/pages.ts'
import { emptyForm, type Form } from '../../web/forms.ts'
import type { Translator } from '../../text/i18n.ts'
import { addressWith } from '../../web/paging.ts'
import { columnsOf, type Cell } from '../../web/csv.ts'
import { countInWords, pagerByRow, type Place, type RowsPage } from '../../web/rows.ts'
import type { Search } from '../../web/searches.ts'
import { isStaff, rightsOf, type Right, type Role } from '../../model/rights.ts'
import { hasRight, type Viewer } from '../../model/viewer.ts'
import { whoOptions } from '../who.ts'
import { canCorrect, canManage, grantable, wasNeverInvited } from '../policy.ts'
import { limitedName, ownRolesOf, type Offered } from './roles.ts'

type Kind = 'association' | 'centre' | 'both'
export const WHO = ['active', 'team', 'invited', 'restricted', 'closed'] as const

const roleNames = ({ roles, given, limited }: Pick<PersonRow, 'roles' | 'given' | 'limited'>, t: Translator) => [
  ...roles.map((role) => t(`people.role.${role}`)),
  ...given.map(({ name }) => name),
  ...limited.map((role) => limitedName(t, role)),
]

export function stateOf(person: PersonRow, t: Translator) {
  if (person.disabled_at) return { kind: 'stop', label: t('people.state.closed') }
  if (person.restricted_at) return { kind: 'stop', label: t('people.state.restricted') }
  if (person.invited_at) return { kind: 'wait', label: t('people.state.invited') }
  if (!person.email) return { kind: '', label: t('people.state.no_email') }
  return { kind: 'ok', label: t('people.state.active') }
}

export const LIST = '/work/people'
/** `team`, `project`: the id of one; '' for everybody. */
export type Asked = { who: PeopleFilter['who']; team: string; project: string; search: Search }

export const listAddress = (asked: Omit<Asked, 'search'>, search: string, place: Place = {}, path = LIST) =>
  addressWith(path, {
    who: asked.who === 'active' ? '' : asked.who,
    project: asked.project,
    team: asked.team,
    search,
    ...place,
  })

/** @param form what was typed, when it is not valid; by default the search that is shown. */
export function listPage(
  page: RowsPage<PersonRow>,
  asked: Asked,
  count: number,
  t: Translator,
  form: Form = emptyForm({ q: asked.search.words, who: asked.who, team: asked.team, project: asked.project }),
) {
  const { who, team, project, search } = asked
  return {
    title: t('people.list.title'),
    form,
    search,
    whoOptions: WHO.map((one) => ({ value: one, label: t(`people.who.${one}`) })),
    count: countInWords(t, 'people.list.count', count),
    isSearch: search.words !== '' || who !== 'active' || team !== '' || project !== '',
    csv: listAddress(asked, search.key, {}, `${LIST}.csv`),
    people: page.rows.map((person) => ({
      href: `/work/people/${person.id}`,
      name: fullName(person),
      number: String(person.member_number),
      email: person.email,
      roles: t.list(roleNames(person, t)),
      state: stateOf(person, t),
    })),
    pager: pagerByRow(page, (to) => listAddress(asked, search.key, to)),
  }
}

const CSV_COLUMNS = {
  number: 'number',
  family_name: 'text',
  given_name: 'text',
  email: 'text',
  phone: 'telephone',
  roles: 'text',
  locale: 'text',
  since: 'day',
  state: 'text',
} as const

export const csvColumns = (t: Translator) => columnsOf(CSV_COLUMNS, (name) => t(`people.column.${name}`))

export const csvRow =
  (t: Translator) =>
  (person: PersonRow): Cell[] => [
    person.member_number,
    person.family_name,
    person.given_name,
    person.email,
    person.phone,
    roleNames(person, t).join(', '),
    person.locale,
    person.joined_on,
    stateOf(person, t).label,
  ]

export function invitePage(form: Form, viewer: Viewer, site: { kind: Kind; locales?: unknown }, t: Translator) {
  const roles = grantable(viewer, site.kind)
  return {
    title: t('people.invite.title'),
    form,
    whoOptions: whoOptions(form, t),
    languages: languageOptions(site.locales as string[]),
    locale: t.locale,
    roleOptions: roles.length > 1 ? roleOptions(roles, t) : [],
  }
}

export type PersonForms = Record<'roles' | 'contact' | 'phone' | 'note' | 'own' | 'team', Form>

export function personPage(
  person: PersonRow,
  { consents, offered, ...forms }: PersonForms & { consents: readonly ConsentRow[]; offered: Offered },
  viewer: Viewer,
  site: { kind: Kind; locales?: unknown; country?: unknown },
  t: Translator,
) {
  const roles = grantable(viewer, site.kind)
  return {
    title: fullName(person),
    id: person.id,
    name: fullName(person),
    givenName: person.given_name,
    state: stateOf(person, t),
    essentials: essentials(person, t),
    isOwn: person.id === viewer.personId,
    roleNames: roleNames(person, t),
    roleOptions: person.restricted_at ? [] : roleOptions(roles, t),
    ticked: person.roles,
    form: Object.values(forms).find(({ errors }) => Object.keys(errors).length > 0) ?? forms.roles,
    rolesForm: forms.roles,
    contactForm: forms.contact,
    phoneForm: forms.phone,
    noteForm: forms.note,
    languages: languageOptions(site.locales as string[], person.locale),
    mayManage: canManage(viewer, person).ok,
    mayNote: canManage(viewer, person).ok && !person.restricted_at,
    mayCorrect: canCorrect(viewer, person) && !person.restricted_at,
    mayInvite:
      canManage(viewer, person).ok &&
      !person.restricted_at &&
      (person.invited_at !== null || wasNeverInvited(person)) &&
      person.email !== '' &&
      !person.disabled_at,
    mayReadTrail: hasRight(viewer, 'association'),
    rights: [
      rightOf(t, person, viewer, { name: 'help_desk', path: 'help-desk', has: person.keeps_help, right: 'help' }),
      site.country === 'FR'
        ? rightOf(t, person, viewer, { name: 'cec', path: 'cec-validator', has: person.validates_cec, right: 'cec' })
        : null,
    ].filter((one) => one !== null),
    may: {
      attest: hasRight(viewer, 'manage_hours'),
      ask: hasRight(viewer, 'manage_people'),
    },
    own: ownRolesOf(viewer, person, offered, t),
    keepsRoles: hasRight(viewer, 'roles'),
    ownForm: forms.own,
    teamForm: forms.team,
    consents: consentsOf(t, consents),
    restriction: restrictionOf(person, t),
    mayEndRestriction: hasRight(viewer, 'association') && person.restricted_at !== null && !person.restriction_ends_at,
    isClosed: person.disabled_at !== null,
    closedOn: person.disabled_at,
    invitedOn: person.invited_at,
    invitation: t(person.invited_at ? 'people.invitation.again' : 'people.invitation.first'),
  }
}

type Beside = { name: keyof typeof RIGHT_TEXTS; path: string; has: number; right: Right }
const RIGHT_TEXTS = {
  help_desk: {
    title: 'people.help_desk.title',
    text: 'people.help_desk.text',
    has: 'people.help_desk.has',
    give: 'people.help_desk.give',
    take: 'people.help_desk.take',
  },
  cec: {
    title: 'people.cec.title',
    text: 'people.cec.text',
    has: 'people.cec.has',
    give: 'people.cec.give',
    take: 'people.cec.take',
  },
} as const

/** A right beside the roles that can be given or taken back; null when it cannot: some have it by a role anyway. */
function rightOf(t: Translator, person: PersonRow, viewer: Viewer, { name, path, has, right }: Beside) {
  const isOpen = !person.restricted_at && !person.disabled_at
  const mayGive = hasRight(viewer, 'roles') && hasRight(viewer, right)
  if (!mayGive || rightsOf(person).has(right) || !isOpen) return null
  if (has !== 1 && !isStaff(person)) return null
  const texts = RIGHT_TEXTS[name]
  return {
    path,
    title: t(texts.title),
    text: t(has === 1 ? texts.has : texts.text, { name: person.given_name }),
    give: has === 1 ? 'no' : 'yes',
    button: t(has === 1 ? texts.take : texts.give),
  }
}

/** What the team must know of somebody whose data may not be used; '' for everybody else. */
function restrictionOf({ restricted_at: since, restriction_ends_at: until }: PersonRow, t: Translator): string {
  if (!since) return ''
  const end = until ? ` ${t('privacy.restriction.until', { date: t.date(until, 'short') })}` : ''
  return t('privacy.restriction.since', { date: t.date(since, 'short') }) + end
}

function roleOptions(roles: readonly Role[], t: Translator) {
  return roles.map((role) => ({ value: role, label: t(`people.role.${role}`), hint: t(`people.role_hint.${role}`) }))
}

function essentials(person: PersonRow, t: Translator) {
  const line = (icon: string, label: string, value: string) => ({ icon, label, value })
  return [
    line('key', t('people.column.number'), String(person.member_number)),
    line('mail', t('people.column.email'), person.email || t('people.none')),
    line('phone', t('people.column.phone'), person.phone || t('people.none')),
    line('calendar', t('people.column.since'), t.date(person.joined_on, 'short')),
  ]
}

/** For the person's own data, and for the team. */
export function consentsOf(t: Translator, consents: readonly ConsentRow[]) {
  return consents.map(({ id, wording, given_at, way, withdrawn_at }) => ({
    id,
    wording,
    given: t('privacy.consent.given', { date: t.date(given_at, 'short'), way: t(`privacy.consent.way.${way}`) }),
    taken: withdrawn_at ? t('privacy.consent.taken_back', { date: t.date(withdrawn_at, 'short') }) : '',
    isAlive: withdrawn_at === null,
  }))
}
