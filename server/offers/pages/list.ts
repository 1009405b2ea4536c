// SPDX-License-Identifier: AGPL-3.0-or-later
import type { CentreAnswer } from '../../../db/queries/submissions.ts'
import type { OfferFilter, OfferLine } from '../../../db/queries/offers.ts'
import type { AssociationRow } from '../../../db/queries/association.ts'
import type { Wording } from '../../public-offer/words.ts'
import type { Translator } from '../../text/i18n.ts'
import { isExpired } from '../../model/offer/standing.ts'
import { daysOf } from '../../model/offer/window.ts'
import { columnsOf, type Cell } from '../../web/csv.ts'
import { seatsOf, stateOf, titleOf } from './words.ts'

export const FILTERS: readonly OfferFilter[] = ['all', 'live', 'answers', 'draft', 'paused', 'over', 'closed']

/** What may wait, in the order of the page. */
const TASKS = [
  { of: 'moderation', icon: 'mail', key: 'offers.work.moderation', href: '/moderation' },
  { of: 'requests', icon: 'people', key: 'offers.work.requests', href: '/partners' },
  { of: 'applications', icon: 'mail', key: 'offers.work.applications', href: '/work/applications' },
  { of: 'hours', icon: 'clock', key: 'offers.work.hours', href: '/work/hours' },
  { of: 'ending', icon: 'calendar', key: 'offers.work.ending', href: '/work/offers?state=live' },
  { of: 'questions', icon: 'warning', key: 'offers.work.answers', href: '/work/offers?state=answers' },
  { of: 'refused', icon: 'warning', key: 'offers.work.refused', href: '/work/offers?state=answers' },
  { of: 'drafts', icon: 'pencil', key: 'offers.work.drafts', href: '/work/offers?state=draft' },
] as const

/** @param counts of what this person may answer; what is left out is no task of theirs. */
export function dashboardOf(t: Translator, counts: Partial<Record<(typeof TASKS)[number]['of'], number>>) {
  const tasks = TASKS.map(({ of, icon, key, href }) => ({ icon, href, count: counts[of] ?? 0, key }))
  const waiting = tasks.filter(({ count }) => count > 0)
  return { title: t('offers.work.title'), tasks: waiting.map((one) => ({ ...one, text: t.n(one.key, one.count) })) }
}

export function filtersOf(t: Translator, current: OfferFilter) {
  return FILTERS.map((filter) => ({
    href: filter === 'all' ? '/work/offers' : `/work/offers?state=${filter}`,
    label: t(`offers.filter.${filter}`),
    current: filter === current,
  }))
}

/** How an answer of a centre looks. */
const CENTRE_STATE = {
  sent: { kind: 'wait' },
  accepted: { kind: 'ok' },
  changes_requested: { kind: 'wait', icon: 'warning' },
  refused: { kind: 'stop' },
  removed: { kind: 'stop' },
} as const

type ListView = Wording & { association: AssociationRow; now: string }

/** @param answers of centres about this offer. */
export function lineOf(view: ListView, offer: OfferLine, answers: readonly CentreAnswer[] = []) {
  const { t, association, now } = view
  return {
    id: offer.id,
    href: `/work/offers/${offer.id}`,
    title: titleOf(t, offer.content),
    state: stateOf(t, offer, offer.accepted, now),
    until: untilOf(t, offer, association.time_zone, now),
    views: offer.views,
    applications: offer.applications,
    waiting: offer.waiting,
    isDraft: offer.state === 'draft',
    centres: answers.map(({ centre, state }) => ({
      ...CENTRE_STATE[state],
      label: t(`offers.list.centre.${state}`, { centre }),
    })),
    seats: offer.state === 'draft' ? '' : seatsOf(view, offer, offer.accepted),
  }
}

function untilOf(t: Translator, offer: OfferLine, timeZone: string, now: string): string {
  if (offer.publish_until === null || offer.publish_from === null) return ''
  if (offer.state !== 'published' && offer.state !== 'paused') return ''
  const { lastDay } = daysOf({ from: offer.publish_from, until: offer.publish_until }, timeZone)
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
  accepted: 'number',
  capacity: 'number',
} as const

export function fileOf(view: ListView) {
  const { t, association, now } = view
  const cells = (offer: OfferLine): Cell[] => {
    const { publish_from: from, publish_until: until } = offer
    const days = from && until ? daysOf({ from, until }, association.time_zone) : { firstDay: '', lastDay: '' }
    return [
      titleOf(t, offer.content).text,
      stateOf(t, offer, offer.accepted, now).label,
      days.firstDay,
      days.lastDay,
      offer.views,
      offer.applications,
      offer.waiting,
      offer.accepted,
      offer.capacity,
    ]
  }
  return {
    name: t('offers.list.file'),
    columns: columnsOf(CSV_COLUMNS, (column) => t(`offers.column.${column}`)),
    cells,
  }
}
