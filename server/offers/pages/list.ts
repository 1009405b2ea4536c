// SPDX-License-Identifier: AGPL-3.0-or-later
import { z } from 'zod'
import type { Gazetteer, Place as Town } from '../../../db/reference/places.ts'
import { SORTS, type OfferFilter, type OfferLine } from '../../../db/queries/offers.ts'
import type { AssociationRow } from '../../../db/queries/association.ts'
import { whenText, whereText, type Wording } from '../../public-offer/words.ts'
import type { Translator } from '../../text/i18n.ts'
import { isExpired, isScheduled } from '../../model/offer/standing.ts'
import { daysOf } from '../../model/offer/window.ts'
import { columnsOf, type Cell } from '../../web/csv.ts'
import { code } from '../../web/fields.ts'
import { emptyForm, type Form, type FormValues } from '../../web/forms.ts'
import { addressWith } from '../../web/paging.ts'
import { pagerByRow, type Place, type RowsPage } from '../../web/rows.ts'
import type { Search } from '../../web/searches.ts'
import type { Deps } from '../../deps.ts'
import { valuesOf } from '../form-to-content.ts'
import { columnLabel, DAYS_ONLINE, OFFER_COLUMNS, writeCell } from '../import/columns.ts'
import { seatsOf, stateOf, titleOf } from './words.ts'

const FILTERS = ['all', 'live', 'answers', 'draft', 'paused', 'over', 'closed'] as const satisfies OfferFilter[]

const anything = <const T extends string>(all: readonly [T, ...T[]], usual: T) =>
  code(all, 'error.field.unclear').catch(usual)

/** Values that are not valid count as the default. */
export const listQuery = z.object({ state: anything(FILTERS, 'all'), sort: anything(SORTS, 'updated') })
export type Asked = z.output<typeof listQuery> & { search: Search }

export const listAddress = (
  { state, sort, search }: Omit<Asked, 'search'> & { search: string },
  place: Place = {},
  path = '/work/offers',
) => addressWith(path, { state: state === 'all' ? '' : state, sort: sort === 'updated' ? '' : sort, search, ...place })

/** @param form what was typed, when it is not valid; by default the search that is shown. */
export function listPage(
  view: ListView,
  page: RowsPage<OfferLine>,
  { state, sort, search }: Asked,
  form: Form = emptyForm({ q: search.words, state, sort }),
) {
  const { t } = view
  const asked = { state, sort, search: search.key }
  return {
    title: t('offers.list.title'),
    form,
    search,
    state,
    filters: FILTERS.map((one) => ({
      href: listAddress({ ...asked, state: one }),
      label: t(`offers.filter.${one}`),
      current: one === state,
    })),
    sorts: SORTS.map((value) => ({ value, label: t(`offers.sort.${value}`) })),
    offers: page.rows.map((offer) => lineOf(view, offer)),
    isFiltered: state !== 'all' || search.words !== '',
    csv: listAddress(asked, {}, '/work/offers.csv'),
    pager: pagerByRow(page, (to) => listAddress(asked, to)),
  }
}

/** How an answer of a centre looks. */
const CENTRE_STATE = {
  sent: { kind: 'wait' },
  accepted: { kind: 'ok' },
  changes_requested: { kind: 'wait', icon: 'warning' },
  refused: { kind: 'stop' },
  suspended: { kind: 'stop' },
  removed: { kind: 'stop' },
} as const

/** `home`: what the addresses of our offers begin with. */
type ListView = Wording & { association: AssociationRow; now: string; home: string }
type FileView = ListView & Pick<Deps, 'places'>

function lineOf(view: ListView, offer: OfferLine) {
  const { t, association, now } = view
  return {
    id: offer.id,
    href: `/work/offers/${offer.id}`,
    title: titleOf(t, offer.content),
    state: stateOf(t, offer, offer.taken, now),
    until: untilOf(t, offer, association.time_zone, now),
    views: offer.views,
    applications: offer.applications,
    waiting: offer.waiting,
    isDraft: offer.state === 'draft',
    schedule: scheduleOf(t, offer, now),
    centres: centresOf(t, offer),
    seats: offer.state === 'draft' ? '' : seatsOf(view, offer, offer.taken),
  }
}

/** The way to the day on which a draft goes online, or to another day; null for what is or was online. */
function scheduleOf(t: Translator, offer: OfferLine, now: string) {
  const isPlanned = offer.state === 'published' && isScheduled(offer, now)
  if (offer.state !== 'draft' && !isPlanned) return null
  return {
    href: `/work/offers/${offer.id}/schedule`,
    label: t(isPlanned ? 'offers.do.reschedule' : 'offers.do.schedule'),
  }
}

function centresOf(t: Translator, { centres }: OfferLine) {
  return centres.map(({ centre, state }) => ({
    ...CENTRE_STATE[state],
    label: t(`offers.list.centre.${state}`, { centre }),
  }))
}

function untilOf(t: Translator, offer: OfferLine, timeZone: string, now: string): string {
  if (offer.publish_until === null || offer.publish_from === null) return ''
  if (offer.state !== 'published' && offer.state !== 'paused') return ''
  const { firstDay, lastDay } = daysOf({ from: offer.publish_from, until: offer.publish_until }, timeZone)
  if (offer.state === 'published' && isScheduled(offer, now))
    return t('offers.list.from', { day: t.date(firstDay, 'short') })
  return t(isExpired(offer, now) ? 'offers.list.ended' : 'offers.list.until', { day: t.date(lastDay, 'short') })
}

const CSV_COLUMNS = {
  title: 'text',
  state: 'text',
  first_day: 'day',
  last_day: 'day',
  views: 'number',
  applications: 'number',
  waiting: 'number',
  taken: 'number',
  capacity: 'number',
  when: 'text',
  where: 'text',
  centres: 'text',
  published: 'day',
  updated: 'day',
  address: 'text',
} as const

/** First what the list says; then all texts, as they can be read in again here or on another site. */
export function fileOf(view: FileView) {
  const { t, association, now, home } = view
  const typed = remembered(view.places)
  const texts = OFFER_COLUMNS.filter(({ name }) => !(name in DAYS_ONLINE))
  const cells = (offer: OfferLine): Cell[] => {
    const values: FormValues = { ...valuesOf({ places: typed }, association, offer, t), reference: offer.id }
    return [
      titleOf(t, offer.content).text,
      stateOf(t, offer, offer.taken, now).label,
      String(values.publish_from),
      String(values.publish_until),
      offer.views,
      offer.applications,
      offer.waiting,
      offer.taken,
      offer.capacity,
      whenText(view, offer.content),
      whereText(view, offer.content),
      t.list(centresOf(t, offer).map(({ label }) => label)),
      offer.published_at,
      offer.updated_at,
      offer.revision > 0 && offer.visibility !== 'members' ? home + offer.id : '',
      ...texts.map((column) => writeCell(view, column, values)),
    ]
  }
  return {
    name: t('offers.list.file'),
    columns: [
      ...columnsOf(CSV_COLUMNS, (column) => t(`offers.column.${column}`)),
      ...texts.map(({ name, kind }) => ({
        label: columnLabel(t, name),
        is: kind === 'day' ? ('day' as const) : ('text' as const),
      })),
    ],
    cells,
  }
}

/** Many offers are in the same towns, and each is looked up once. */
function remembered({ find, resolve }: Pick<Gazetteer, 'find' | 'resolve'>): Pick<Gazetteer, 'find' | 'resolve'> {
  const found = new Map<string, Town | undefined>()
  const once = (key: string, look: () => Town | undefined) => {
    if (!found.has(key)) found.set(key, look())
    return found.get(key)
  }
  return {
    find: (code) => once(code, () => find(code)),
    resolve: (text, options = {}) => once(`${options.country ?? ''} ${text}`, () => resolve(text, options)),
  }
}
