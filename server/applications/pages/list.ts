// SPDX-License-Identifier: AGPL-3.0-or-later
import { daysSince } from '../../base/days.ts'
import type { ApplicationRow, ListedApplication } from '../../../db/queries/applications.ts'
import type { Deps } from '../../deps.ts'
import type { TextMap } from '../../model/offer/content.ts'
import { emptyForm } from '../../web/forms.ts'
import type { Translator } from '../../text/i18n.ts'
import { addressWith } from '../../web/paging.ts'
import { columnsOf, type Cell } from '../../web/csv.ts'
import { countInWords, pagerByRow, type Place, type RowsPage } from '../../web/rows.ts'
import { fullName } from '../../model/person.ts'
import { ENDED, IN_LINE, LIVE, WAITING, type ApplicationState } from '../../model/application.ts'
import { REMIND_AFTER_DAYS } from '../rules.ts'
import { stateOf } from './status.ts'

export const FILTERS = {
  waiting: WAITING,
  /** Whatever their state, those with a message that the team has not read. */
  messages: [...LIVE, ...ENDED],
  line: IN_LINE,
  accepted: ['accepted'],
  ended: ENDED,
  all: [...LIVE, ...ENDED],
} as const satisfies Record<string, readonly ApplicationState[]>
export type FilterName = keyof typeof FILTERS
export type Asked = { state: FilterName; offer: string }

/** Offers among which one may choose; the file has them all. */
export const MOST_OFFERS = 200
export const PER_PAGE = 50

export function readAsked(query: Record<string, unknown>): Asked {
  const state = Object.keys(FILTERS).find((name) => name === query.state) as FilterName | undefined
  return { state: state ?? 'waiting', offer: typeof query.offer === 'string' ? query.offer : '' }
}

export const filterOf = ({ state, offer }: Asked) => ({
  states: FILTERS[state],
  offerId: offer || undefined,
  unread: state === 'messages',
})

const hrefOf = ({ state, offer }: Asked, place: Place = {}, path = '/work/applications'): string =>
  addressWith(path, { state: state === 'waiting' ? '' : state, offer, ...place })

type List = {
  page: RowsPage<ListedApplication>
  count: number
  unconfirmed: number
  offers: { id: string; title: TextMap }[]
}

type Now = { iso: string; timeZone: string }

export function listPage(asked: Asked, list: List, now: Now, t: Translator) {
  const isFiltered = asked.offer !== '' || asked.state !== 'waiting'
  return {
    title: t('applications.list.title'),
    robots: 'noindex',
    count: countInWords(t, 'applications.list.count', list.count),
    unconfirmed: list.unconfirmed > 0 ? countInWords(t, 'applications.list.unconfirmed', list.unconfirmed) : '',
    form: emptyForm({ state: asked.state, offer: asked.offer }),
    states: Object.keys(FILTERS).map((name) => ({
      value: name,
      label: t(`applications.filter.${name as FilterName}`),
    })),
    offersHint: list.offers.length < MOST_OFFERS ? '' : t('applications.filter.latest', { count: MOST_OFFERS }),
    offers: list.offers.map(({ id, title }) => ({ value: id, ...labelled(t.text(title)) })),
    columns: (['person', 'offer', 'received', 'state'] as const).map((name) => ({
      label: t(`applications.column.${name}`),
    })),
    rows: list.page.rows.map((row) => ({
      cells: [
        { text: withSeats(row, t), href: `/work/applications/${row.id}` },
        t.text(row.offer_title),
        { text: row.confirmed_at ? t.date(row.confirmed_at, 'short') : '' },
        { state: row.restricted_at ? { kind: 'stop', label: t('people.state.restricted') } : newsOf(row, now, t) },
      ],
    })),
    empty: t(isFiltered ? 'applications.list.none' : 'applications.list.nobody'),
    allHref: isFiltered && list.offers.length > 0 ? hrefOf({ state: 'all', offer: '' }) : null,
    csv: hrefOf(asked, {}, '/work/applications.csv'),
    pager: pagerByRow(list.page, (place) => hrefOf(asked, place)),
  }
}

const withSeats = (row: ListedApplication, t: Translator): string =>
  row.seats > 1 ? `${fullName(row)} (${t.n('applications.show.people', row.seats)})` : fullName(row)

/** A message to read comes before the state, which the page of the application shows too. */
const newsOf = (row: ListedApplication, now: Now, t: Translator) =>
  row.has_unread ? { kind: 'new', label: t('applications.messages.unread') } : waitOf(row, now, t)

function waitOf(row: ListedApplication, { iso, timeZone }: Now, t: Translator) {
  const state = stateOf(row.state, t)
  const days = daysSince(row.confirmed_at ?? iso, iso, timeZone)
  const isLong = WAITING.includes(row.state) && days >= REMIND_AFTER_DAYS[0]
  return isLong ? { ...state, label: t.n('applications.list.waits', days) } : state
}

const labelled = ({ text, lang }: { text: string; lang: string }) => ({ label: text, lang })

const CSV_COLUMNS = {
  given_name: 'text',
  family_name: 'text',
  email: 'text',
  phone: 'telephone',
  offer: 'text',
  state: 'text',
  received: 'day',
  answered: 'day',
  reason: 'text',
  message: 'text',
  replies: 'text',
  seats: 'number',
} as const

export const csvColumns = (t: Translator) => columnsOf(CSV_COLUMNS, (name) => t(`applications.csv.${name}`))

export const csvRow =
  (deps: Pick<Deps, 'taxonomies'>, t: Translator) =>
  (row: ListedApplication): Cell[] => [
    row.given_name,
    row.family_name,
    row.email,
    row.phone,
    t.text(row.offer_title).text,
    t(`applications.state.${row.state}`),
    row.confirmed_at,
    row.decided_at,
    reasonOf(deps, row, t),
    row.message,
    row.replies.map(({ question, reply }) => `${question} ${reply}`).join('\n'),
    row.seats,
  ]

export function reasonOf({ taxonomies }: Pick<Deps, 'taxonomies'>, row: ApplicationRow, t: Translator): string {
  if (!row.reason_code) return ''
  return taxonomies.label(row.state === 'withdrawn' ? 'withdraw_reason' : 'decline_reason', row.reason_code, t.locale)
}
