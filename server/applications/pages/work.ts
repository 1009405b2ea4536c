// SPDX-License-Identifier: AGPL-3.0-or-later
// What coordinators see: the list, one application, the refusal.
import type { ApplicationRow, ListedApplication } from '../../../db/queries/applications.ts'
import type { Event } from '../../../db/queries/events.ts'
import type { Deps } from '../../deps.ts'
import type { OfferContent } from '../../offers/content.ts'
import { emptyForm, type Form } from '../../web/forms.ts'
import type { Locale, Translator } from '../../web/i18n.ts'
import type { MessageKey } from '../../web/message-keys.ts'
import { fullName } from '../mails.ts'
import type { HomeOffer } from '../offer.ts'
import { ENDED, LIVE, WAITING, hasPlace, step, type ApplicationState } from '../rules.ts'
import { offerOf } from './offer.ts'
import { stateOf } from './status.ts'

/** The filters of the list, the first one by default. */
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
  count: number
  offers: { id: string; content: OfferContent }[]
}

export function listPage(asked: Asked, list: List, t: Translator) {
  const pages = Math.max(1, Math.ceil(list.count / PER_PAGE))
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
        { state: stateOf(row.state, t) },
      ],
    })),
    empty: t(isFiltered ? 'applications.list.none' : 'applications.list.nobody'),
    allHref: isFiltered && list.offers.length > 0 ? hrefOf({ state: 'all', offer: '', page: 1 }, {}) : null,
    csv: hrefOf(asked, { page: 1 }, '/work/applications.csv'),
    pager: {
      page: asked.page,
      pages,
      previous: asked.page > 1 ? hrefOf(asked, { page: asked.page - 1 }) : null,
      next: asked.page < pages ? hrefOf(asked, { page: asked.page + 1 }) : null,
    },
  }
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

function reasonOf({ taxonomies }: Pick<Deps, 'taxonomies'>, row: ApplicationRow, t: Translator): string {
  if (!row.reason_code) return ''
  return taxonomies.label(row.state === 'withdrawn' ? 'withdraw_reason' : 'decline_reason', row.reason_code, t.locale)
}

type One = {
  deps: Deps
  application: ApplicationRow
  offer: HomeOffer
  events: Event[]
  /** Names of people who acted, by id. */
  names: ReadonlyMap<string, string>
  association: string
  t: Translator
}

export function showPage(one: One, form: Form, refused = '') {
  const { deps, application, offer, association, t } = one
  const { state } = application
  const base = `/work/applications/${application.id}`
  const isForgotten = application.email === ''
  return {
    title: isForgotten ? t('applications.show.forgotten') : fullName(application),
    robots: 'noindex',
    refused,
    form,
    given: application.given_name,
    received: application.confirmed_at
      ? t('applications.show.received', { day: t.date(application.confirmed_at, 'day') })
      : '',
    state: stateOf(state, t),
    about: { ...offerOf(deps, offer, association, t), href: `/work/offers/${offer.id}` },
    places:
      offer.capacity === null
        ? null
        : t('applications.show.places', { taken: offer.accepted, capacity: offer.capacity }),
    isFull: !hasPlace(offer),
    contact: isForgotten ? [] : contactOf(application, t),
    message: application.message,
    ticks: application.ticks.map((code) => deps.taxonomies.label('requirement', code, t.locale)),
    age: application.age_confirmed === 1 ? offer.content.min_age : null,
    answer: application.answer,
    reason: reasonOf(deps, application, t),
    history: historyOf(one),
    base,
    personHref: application.person_id ? `/work/people/${application.person_id}` : null,
    can: {
      take: step(state, 'take').ok,
      accept: step(state, 'accept').ok,
      decline: step(state, 'decline').ok,
    },
    isAccepted: state === 'accepted',
    isForgotten,
  }
}

function contactOf(application: ApplicationRow, t: Translator) {
  const { email, phone, locale } = application
  return [
    { icon: 'mail', label: t('applications.label.email'), text: email, href: `mailto:${email}` },
    ...(phone
      ? [
          {
            icon: 'phone',
            label: t('applications.label.phone'),
            text: phone,
            href: `tel:${phone.replaceAll(/[^+\d]/g, '')}`,
          },
        ]
      : []),
    ...(isSameLanguage(locale, t.locale)
      ? []
      : [
          {
            icon: 'person',
            label: t('applications.show.language'),
            text: t(`applications.language.${locale as Locale}`),
            href: '',
          },
        ]),
  ]
}

/** French is French on both sides of the ocean. */
const isSameLanguage = (a: string, b: string) => a.slice(0, 2) === b.slice(0, 2)

const TOLD: Record<string, MessageKey> = {
  'application.created': 'applications.history.created',
  'application.confirmed': 'applications.history.confirmed',
  'application.in_review': 'applications.history.in_review',
  'application.accepted': 'applications.history.accepted',
  'application.declined': 'applications.history.declined',
  'application.withdrawn': 'applications.history.withdrawn',
  'application.offer_closed': 'applications.history.offer_closed',
  'application.reminded': 'applications.history.reminded',
}

function historyOf({ events, names, t }: One) {
  return events.flatMap((event) => {
    const key = TOLD[event.type]
    if (!key) return []
    const who = event.actorId ? (names.get(event.actorId) ?? '') : ''
    return [{ at: event.at, text: t(key, { days: Number(event.details.days ?? 0) }), who }]
  })
}

/** The refusal, with a ready sentence for each reason in the language of who will read it. */
export function refusalPage({ deps, application, t }: Pick<One, 'deps' | 'application' | 't'>, form: Form) {
  const theirs = deps.i18n.for(application.locale as Locale)
  return {
    title: t('applications.refusal.title', { name: fullName(application) }),
    robots: 'noindex',
    form,
    name: fullName(application),
    given: application.given_name,
    isAccepted: application.state === 'accepted',
    base: `/work/applications/${application.id}`,
    inLanguage: isSameLanguage(theirs.locale, t.locale) ? null : t(`applications.language.${theirs.locale}`),
    lang: theirs.locale,
    reasons: deps.taxonomies.list('decline_reason').map(({ code }) => ({
      code,
      field: `answer_${code}`,
      label: deps.taxonomies.label('decline_reason', code, t.locale),
      ready: readyFor(code, theirs),
    })),
  }
}

/** A new reason of the lists may have no sentence yet: then one writes it. */
function readyFor(reason: string, theirs: Translator): string {
  const key = `applications.ready.text_${reason}`
  return theirs.has(key) ? theirs(key as MessageKey) : ''
}
