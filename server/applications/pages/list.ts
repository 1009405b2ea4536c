// SPDX-License-Identifier: AGPL-3.0-or-later
import { DAY } from '../../base/clock.ts'
import type { ApplicationRow, ListedApplication } from '../../../db/queries/applications.ts'
import type { Deps } from '../../deps.ts'
import type { OfferContent } from '../../model/offer/content.ts'
import { emptyForm } from '../../web/forms.ts'
import type { Translator } from '../../text/i18n.ts'
import { pagerOf, type Page } from '../../web/paging.ts'
import { fullName } from '../../model/person.ts'
import { ENDED, LIVE, REMIND_AFTER_DAYS, WAITING, type ApplicationState } from '../rules.ts'
import { stateOf } from './status.ts'

export const FILTERS = {
  waiting: WAITING,
  accepted: ['accepted'],
  ended: ENDED,
  all: [...LIVE, ...ENDED],
} as const satisfies Record<string, readonly ApplicationState[]>
export type FilterName = keyof typeof FILTERS
export type Asked = { state: FilterName; offer: string; page: number }

export const PER_PAGE = 50

export function readAsked(query: Record<string, unknown>): Asked {
  const state = Object.keys(FILTERS).find((name) => name === query.state) as FilterName | undefined
  const page = /^\d{1,5}$/.test(String(query.page ?? '')) ? Number(query.page) : 1
  return {
    state: state ?? 'waiting',
    offer: typeof query.offer === 'string' ? query.offer : '',
    page: Math.max(1, page),
  }
}

function hrefOf(asked: Asked, change: Partial<Asked>, path = '/work/applications'): string {
  const next = { ...asked, ...change }
  const query = new URLSearchParams()
  if (next.state !== 'waiting') query.set('state', next.state)
  if (next.offer) query.set('offer', next.offer)
  if (next.page > 1) query.set('page', String(next.page))
  return query.size > 0 ? `${path}?${query}` : path
}

type List = {
  rows: ListedApplication[]
  page: Page
  count: number
  offers: { id: string; content: OfferContent }[]
}

/** @param now ISO instant. */
export function listPage(asked: Asked, list: List, now: string, t: Translator) {
  const isFiltered = asked.offer !== '' || asked.state !== 'waiting'
  return {
    title: t('applications.list.title'),
    robots: 'noindex',
    count: list.count,
    form: emptyForm({ state: asked.state, offer: asked.offer }),
    states: Object.keys(FILTERS).map((name) => ({
      value: name,
      label: t(`applications.filter.${name as FilterName}`),
    })),
    offers: list.offers.map(({ id, content }) => ({ value: id, ...labelled(t.text(content.title)) })),
    columns: (['person', 'offer', 'received', 'state'] as const).map((name) => ({
      label: t(`applications.column.${name}`),
    })),
    rows: list.rows.map((row) => ({
      cells: [
        { text: fullName(row), href: `/work/applications/${row.id}` },
        t.text(row.offer.title),
        { text: row.confirmed_at ? t.date(row.confirmed_at, 'short') : '' },
        { state: waitOf(row, now, t) },
      ],
    })),
    empty: t(isFiltered ? 'applications.list.none' : 'applications.list.nobody'),
    allHref: isFiltered && list.offers.length > 0 ? hrefOf({ state: 'all', offer: '', page: 1 }, {}) : null,
    csv: hrefOf(asked, { page: 1 }, '/work/applications.csv'),
    pager: pagerOf(list.page, (page) => hrefOf(asked, { page })),
  }
}

function waitOf(row: ListedApplication, now: string, t: Translator) {
  const state = stateOf(row.state, t)
  const days = Math.floor((Date.parse(now) - Date.parse(row.confirmed_at ?? now)) / DAY)
  const isLong = WAITING.includes(row.state) && days >= REMIND_AFTER_DAYS[0]
  return isLong ? { ...state, label: t.n('applications.list.waits', days) } : state
}

const labelled = ({ text, lang }: { text: string; lang: string }) => ({ label: text, lang })

const CSV_COLUMNS = [
  'given_name',
  'family_name',
  'email',
  'phone',
  'offer',
  'state',
  'received',
  'answered',
  'reason',
  'message',
] as const

export function csvOf(deps: Pick<Deps, 'taxonomies'>, rows: ListedApplication[], t: Translator) {
  const columns = CSV_COLUMNS.map((name) => t(`applications.csv.${name}`))
  const lines = rows.map((row) => [
    row.given_name,
    row.family_name,
    row.email,
    row.phone,
    t.text(row.offer.title).text,
    t(`applications.state.${row.state}`),
    row.confirmed_at?.slice(0, 10) ?? '',
    row.decided_at?.slice(0, 10) ?? '',
    reasonOf(deps, row, t),
    row.message,
  ])
  return { columns, lines }
}

export function reasonOf({ taxonomies }: Pick<Deps, 'taxonomies'>, row: ApplicationRow, t: Translator): string {
  if (!row.reason_code) return ''
  return taxonomies.label(row.state === 'withdrawn' ? 'withdraw_reason' : 'decline_reason', row.reason_code, t.locale)
}
