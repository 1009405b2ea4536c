// SPDX-License-Identifier: AGPL-3.0-or-later
// The register of processing, as it is in force on this site: columns of the data map, periods of the settings.
import { dataMap } from '../../db/data-map.ts'
import type { AssociationRow } from '../../db/queries/association.ts'
import type { Deps } from '../deps.ts'
import { DAY } from '../base/clock.ts'
import type { Translator } from '../text/i18n.ts'
import { columnsOf, type Cell } from '../web/csv.ts'
import { IN_BACKUPS } from './erasure.ts'
import { labelOf } from './pages.ts'
import { PROCESSINGS, type Processing } from './processings.ts'

const COLUMNS = ['name', 'why', 'ground', 'people', 'data', 'seen', 'leaves', 'keep', 'where'] as const
type Column = (typeof COLUMNS)[number]

/** @param row says the country, whose law names the ground, and the host. */
export function registerPage(deps: Deps, t: Translator, row: AssociationRow) {
  const country = countryOf(row)
  return {
    title: t(`privacy.register.title.${country}`),
    country,
    lead: t(`privacy.register.lead.${country}`),
    made: t('privacy.register.made', { date: t.date(deps.clock.iso(), 'short') }),
    facts: [
      { label: t('privacy.register.controller'), value: controllerOf(row) },
      { label: t('privacy.register.in_charge'), value: inChargeOf(row) || t('privacy.register.nobody_in_charge') },
      ...placesOf(deps, t, row),
    ],
    mayNameInCharge: row.privacy_name === '',
    processings: PROCESSINGS.map((one) => {
      const cells = cellsOf(deps, t, row, one)
      const lines = COLUMNS.filter((column) => column !== 'name' && column !== 'where')
      return {
        name: cells.name,
        facts: lines.map((column) => ({ label: t(`privacy.register.column.${column}`), value: cells[column] })),
      }
    }),
    protections: protectionsOf(deps, t),
  }
}

export const registerColumns = (t: Translator) =>
  columnsOf(Object.fromEntries(COLUMNS.map((column) => [column, 'text'])) as Record<Column, 'text'>, (column) =>
    t(`privacy.register.column.${column}`),
  )

export function registerRows(deps: Deps, t: Translator, row: AssociationRow): Cell[][] {
  return PROCESSINGS.map((one) => {
    const cells = cellsOf(deps, t, row, one)
    return COLUMNS.map((column) => cells[column])
  })
}

const countryOf = (row: AssociationRow) => (row.country === 'CA' ? 'ca' : 'fr')

function cellsOf(deps: Deps, t: Translator, row: AssociationRow, one: Processing): Record<Column, string> {
  const { code, ground, seenBy, isMailed } = one
  const seen =
    seenBy === 'everybody'
      ? [t('privacy.register.everybody')]
      : [...seenBy.map((role) => t(`people.role.${role}`)), t('privacy.register.own_roles')]
  return {
    name: t.code('privacy.processing', code),
    why: t.code('privacy.why', code),
    ground: t.code('privacy.ground', ground[countryOf(row)]),
    people: t.code('privacy.people', code),
    data: dataOf(t, one).join(', '),
    seen: seen.join(', '),
    leaves: isMailed ? t('privacy.register.leaves_mail') : t('privacy.register.leaves_nothing'),
    keep: t.code('privacy.keep', code, one.keep(deps.config)),
    where: placesOf(deps, t, row)
      .map(({ label, value }) => t('privacy.register.place', { label, value }))
      .join(' '),
  }
}

/** Names of the columns, each once; what is delicate or opens something says so. */
function dataOf(t: Translator, { columns }: Processing): string[] {
  const labels = Object.entries(columns).flatMap(([table, names]) =>
    names.map((column) => {
      const tag = (dataMap as Record<string, Record<string, string>>)[table]?.[column]
      const label = nameOf(t, column)
      return tag === 'sensitive' || tag === 'secret' ? t(`privacy.register.${tag}`, { label }) : label
    }),
  )
  return [...new Set(labels)]
}

const nameOf = (t: Translator, column: string) =>
  t.has(`people.data.column.${column}`) ? labelOf(t, column) : t.code('privacy.column', column)

function controllerOf(row: AssociationRow): string {
  const town = [row.postal_code, row.place_name].filter(Boolean).join(' ')
  const reached = [row.street, town, row.contact_email, row.contact_phone]
  return [row.name, ...reached].filter(Boolean).join(', ')
}

const inChargeOf = (row: AssociationRow) =>
  [row.privacy_name, row.privacy_title, row.privacy_contact].filter(Boolean).join(', ')

/** Where it lies and what it passes through. */
function placesOf({ config }: Deps, t: Translator, row: AssociationRow) {
  const site = new URL(config.publicUrl).host
  const host = [row.host_name, row.host_address].filter(Boolean).join(', ')
  const mails = config.smtpUrl
    ? t('privacy.register.mails_by', { host: new URL(config.smtpUrl).hostname })
    : t('privacy.register.mails_kept')
  return [
    {
      label: t('privacy.register.host'),
      value: host ? t('privacy.register.hosted', { site, host }) : t('privacy.register.not_hosted', { site }),
    },
    { label: t('privacy.register.mails'), value: mails },
    {
      label: t('privacy.register.federation'),
      value: config.federation ? t('privacy.register.federation_on') : t('privacy.register.federation_off'),
    },
    {
      label: t('privacy.register.backups'),
      value: t('privacy.register.backups_text', { days: Math.ceil(IN_BACKUPS / DAY) }),
    },
  ]
}

function protectionsOf({ config }: Deps, t: Translator): string[] {
  return [
    ...(config.isHttps ? [t('privacy.register.protection.https')] : []),
    t('privacy.register.protection.secrets'),
    t('privacy.register.protection.roles'),
    t('privacy.register.protection.trail'),
    t('privacy.register.protection.backups'),
  ]
}
