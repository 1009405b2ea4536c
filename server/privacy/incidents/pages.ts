// SPDX-License-Identifier: AGPL-3.0-or-later
import type { IncidentRow } from '../../../db/queries/incidents.ts'
import type { Translator } from '../../text/i18n.ts'
import { columnsOf, type Cell } from '../../web/csv.ts'
import type { Form } from '../../web/forms.ts'
import { addressWith } from '../../web/paging.ts'
import { pagerByRow, type RowsPage } from '../../web/rows.ts'
import { INCIDENT_YEARS, tellUntil } from './rules.ts'

export const LIST = '/operator/privacy/incidents'

/** `country`: 'FR' or 'CA'; `today`: YYYY-MM-DD of the site. */
type Here = { country: string; today: string }

const lawOf = (country: string) => (country === 'CA' ? 'ca' : 'fr')

export function listPage(t: Translator, page: RowsPage<IncidentRow>, here: Here) {
  const law = lawOf(here.country)
  return {
    title: t('privacy.incidents.title'),
    lead: t(`privacy.incidents.lead.${law}`),
    kept: t('privacy.incidents.kept', { years: INCIDENT_YEARS }),
    incidents: page.rows.map((row) => ({
      href: `${LIST}/${row.id}`,
      title: t('privacy.incidents.of', { date: t.date(row.happened_on, 'short') }),
      due: dueOf(t, row, here),
      facts: factsOf(t, row, here.country),
    })),
    pager: pagerByRow(page, (to) => addressWith(LIST, to)),
  }
}

/** The 72 hours of the GDPR, for as long as the CNIL was not told of a risk. */
function dueOf(t: Translator, row: IncidentRow, { country, today }: Here): { kind: string; text: string } | null {
  const until = row.is_serious ? tellUntil(row, country) : undefined
  if (!until) return null
  const date = t.date(until, 'short')
  return until < today
    ? { kind: 'stop', text: t('privacy.incidents.late', { date }) }
    : { kind: 'wait', text: t('privacy.incidents.due', { date }) }
}

function factsOf(t: Translator, row: IncidentRow, country: string) {
  const day = (value: string | null) => (value ? t.date(value, 'short') : t('privacy.incidents.not_told'))
  const law = lawOf(country)
  return [
    { label: t('privacy.incidents.field.known_on'), value: t.date(row.known_on, 'short') },
    { label: t('privacy.incidents.field.what'), value: row.what },
    { label: t('privacy.incidents.field.data'), value: row.data },
    {
      label: t('privacy.incidents.field.people_count'),
      value: row.people_count === null ? t('privacy.incidents.unknown') : t.number(row.people_count),
    },
    { label: t('privacy.incidents.field.is_serious'), value: seriousOf(t, row) },
    { label: t('privacy.incidents.field.seriousness'), value: row.seriousness },
    { label: t('privacy.incidents.field.measures'), value: row.measures },
    { label: t(`privacy.incidents.field.authority.${law}`), value: day(row.authority_told_on) },
    { label: t('privacy.incidents.field.people_told_on'), value: day(row.people_told_on) },
    { label: t('privacy.incidents.field.told'), value: row.told },
  ].filter(({ value }) => value !== '')
}

const seriousOf = (t: Translator, row: IncidentRow) =>
  row.is_serious ? t('privacy.incidents.yes') : t('privacy.incidents.no')

/** @param row undefined for a new one. */
export function formPage(t: Translator, form: Form, country: string, row?: IncidentRow) {
  const law = lawOf(country)
  const until = row && tellUntil(row, country)
  return {
    title: row ? t('privacy.incidents.of', { date: t.date(row.happened_on, 'short') }) : t('privacy.incidents.new'),
    action: row ? `${LIST}/${row.id}` : `${LIST}/new`,
    form,
    isNew: !row,
    // Of the row as it is now, so that sending it again replaces the other person's changes.
    version: row?.version,
    yesNo: [
      { value: 'yes', label: t('privacy.incidents.yes') },
      { value: 'no', label: t('privacy.incidents.no') },
    ],
    authorityLabel: t(`privacy.incidents.field.authority.${law}`),
    authorityHint: until
      ? t('privacy.incidents.hint.until', { date: t.date(until, 'short') })
      : t(`privacy.incidents.hint.authority.${law}`),
  }
}

const CSV_COLUMNS = {
  happened_on: 'day',
  known_on: 'day',
  what: 'text',
  data: 'text',
  people_count: 'number',
  is_serious: 'text',
  seriousness: 'text',
  measures: 'text',
  authority: 'day',
  people_told_on: 'day',
  told: 'text',
} as const

export function csvColumns(t: Translator, country: string) {
  const law = lawOf(country)
  return columnsOf(CSV_COLUMNS, (name) =>
    name === 'authority' ? t(`privacy.incidents.field.authority.${law}`) : t(`privacy.incidents.field.${name}`),
  )
}

export const csvRow =
  (t: Translator) =>
  (row: IncidentRow): Cell[] => [
    row.happened_on,
    row.known_on,
    row.what,
    row.data,
    row.people_count ?? '',
    seriousOf(t, row),
    row.seriousness,
    row.measures,
    row.authority_told_on ?? '',
    row.people_told_on ?? '',
    row.told,
  ]
