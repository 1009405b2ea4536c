// SPDX-License-Identifier: AGPL-3.0-or-later
import { SHELVES, type ItemFilter, type ItemLine, type ItemRow } from '../../../db/queries/moderation.ts'
import type { PublicOffer, OfferStanding } from '../../model/offer/content.ts'
import { daysSince } from '../../base/days.ts'
import { whereText, type Wording } from '../../public-offer/words.ts'
import type { Form } from '../../web/forms.ts'
import type { Translator } from '../../text/i18n.ts'
import { limits } from '../../../config/limits.ts'
import { addressWith } from '../../web/paging.ts'
import { columnsOf } from '../../web/csv.ts'
import type { Place, RowsPage } from '../../web/rows.ts'
import { isComplete } from '../completion.ts'
import { isWaiting, situationOf } from '../rules/item.ts'

export type Now = { iso: string; timeZone: string }
export type State = { kind: string; label: string; icon?: string }

export function offerOf(item: ItemLine): PublicOffer | null {
  return item.pending_offer ?? item.accepted_offer
}

/** True while the waiting text lacks what only a moderator can add. */
export function isIncomplete({ is_foreign, pending_offer }: ItemLine): boolean {
  return is_foreign === 1 && pending_offer !== null && !isComplete(pending_offer.content)
}

export function stateOf(t: Translator, item: ItemLine): State {
  const { isOnline, isUnread } = situationOf(item)
  const wasAnswered = item.decided_at !== null
  switch (item.state) {
    case 'pending':
      if (isIncomplete(item)) return { kind: 'wait', label: t('moderation.state.incomplete'), icon: 'pencil' }
      if (isOnline) return { kind: 'new', label: t('moderation.state.update'), icon: 'pencil' }
      if (wasAnswered) return { kind: 'new', label: t('moderation.state.back'), icon: 'pencil' }
      return { kind: 'new', label: t('moderation.state.new') }
    case 'in_review':
      return { kind: 'wait', label: t('moderation.state.in_review') }
    case 'accepted':
      return isUnread
        ? { kind: 'new', label: t('moderation.state.unread') }
        : { kind: 'ok', label: t('moderation.state.online') }
    case 'changes_requested':
      return { kind: 'wait', label: t('moderation.state.asked') }
    case 'refused':
      return { kind: 'stop', label: t('moderation.state.refused') }
    case 'removed':
      return { kind: 'stop', label: t('moderation.state.removed') }
    case 'withdrawn':
      return {
        kind: '',
        label: t(item.is_direct ? 'moderation.state.withdrawn' : 'moderation.state.withdrawn_relayed'),
      }
  }
}

/** What makes reading an offer less urgent; '' while it is open. */
export function opennessOf(standing: OfferStanding, now: string): 'cancelled' | 'closed' | 'over' | 'full' | '' {
  if (standing.status === 'cancelled') return 'cancelled'
  if (standing.applications === 'closed') return 'closed'
  if (standing.publish_until <= now) return 'over'
  return standing.applications === 'full' ? 'full' : ''
}

/** « aujourd’hui », « hier », « 3 jours » */
export function ageOf(t: Translator, at: string, now: Now): string {
  const days = daysSince(at, now.iso, now.timeZone)
  if (days <= 0) return t('moderation.age.today')
  return days === 1 ? t('moderation.age.yesterday') : t.n('moderation.age.days', days)
}

export function shelfOptions(t: Translator, counts: Record<string, number>) {
  return SHELVES.map((shelf) => ({
    value: shelf,
    label: countedShelf(t, t(`moderation.shelf.${shelf}`), counts[shelf] ?? 0),
  }))
}

function countedShelf(t: Translator, shelf: string, count: number): string {
  if (count > limits.mostCounted) return t('moderation.list.counted_many', { shelf, count: limits.mostCounted })
  return t('moderation.list.counted', { shelf, count })
}

export const addressOf = ({ shelf, association = '' }: ItemFilter, place: Place = {}, path = '/moderation'): string =>
  addressWith(path, { shelf: shelf === 'waiting' ? '' : shelf, association, ...place })

/** Undefined when fewer than two offers wait. */
export function severalOf(
  wording: Wording,
  { shelf, association }: ItemFilter,
  { rows: items, place }: RowsPage<ItemLine>,
  all: boolean,
) {
  if (shelf !== 'waiting' || items.length < 2) return undefined
  const here = addressOf({ shelf, association }, place)
  const join = here.includes('?') ? '&' : '?'
  return {
    action: addressOf({ shelf, association }, place, '/moderation/decisions'),
    isOpen: all,
    tickAll: all ? '' : `${here}${join}ticked=all`,
    reasons: reasonsOf(wording),
    /** The boxes that were sent, or all boxes when the link was followed. */
    ticked: ({ values }: Form): ReadonlySet<string> =>
      new Set(values['items'] === undefined && all ? items.map(boxOf) : [values['items'] ?? []].flat()),
  }
}

const boxOf = ({ id, version }: Pick<ItemRow, 'id' | 'version'>): string => `${id}:${version}`

export function likewise({ t, taxonomies }: Wording, refused: ItemRow, others: ItemRow[]) {
  return {
    title: t.n('moderation.likewise.title', others.length),
    association: refused.association_name,
    reason: taxonomies.label('refusal_reason', refused.reason_code ?? '', t.locale),
    note: refused.note,
    action: `/moderation/${refused.id}/likewise`,
    options: others.map((item) => ({ value: boxOf(item), label: item.title })),
  }
}

export function reasonsOf({ t, taxonomies }: Wording) {
  return taxonomies
    .list('refusal_reason')
    .map(({ code }) => ({ value: code, label: taxonomies.label('refusal_reason', code, t.locale) }))
}

export function table(wording: Wording, items: ItemLine[], filter: ItemFilter, now: Now, ticked?: ReadonlySet<string>) {
  const { t } = wording
  const waits = filter.shelf === 'waiting'
  return {
    caption: t(`moderation.shelf.${filter.shelf}`),
    columns: [
      { label: t('moderation.list.offer') },
      { label: t('moderation.list.state') },
      { label: t(waits ? 'moderation.list.waiting' : 'moderation.list.decided') },
      { label: t('moderation.list.association') },
      { label: t('moderation.list.place') },
      { label: t('moderation.list.who') },
    ],
    rows: items.map((item) => {
      const offer = offerOf(item)
      const title = offer ? t.text(offer.content.title) : { text: item.title, lang: '' as const }
      return {
        cells: [
          { ...title, href: `/moderation/${item.id}`, ...(ticked && { check: checkOf(t, item, title.text, ticked) }) },
          { state: stateOf(t, item) },
          { text: whenOf(t, item, waits, now) },
          { text: senderOf(t, item) },
          { text: offer ? whereText(wording, offer.content) : '' },
          { text: isWaiting(item.state) ? item.taker : item.decider },
        ],
      }
    }),
  }
}

function checkOf(t: Translator, item: ItemLine, title: string, ticked: ReadonlySet<string>) {
  const value = boxOf(item)
  return { name: 'items', value, label: t('moderation.several.choose', { title }), checked: ticked.has(value) }
}

function senderOf(t: Translator, { association_name: name, is_foreign: isForeign }: ItemLine): string {
  return isForeign ? t('moderation.list.foreign', { name }) : name
}

function whenOf(t: Translator, item: ItemLine, waits: boolean, now: Now): string {
  if (waits) return ageOf(t, item.pending_since ?? item.accepted_at ?? item.received_at, now)
  return item.decided_at ? t.date(item.decided_at, 'short') : ''
}

const COLUMNS = {
  offer: 'text',
  association: 'text',
  state: 'text',
  received: 'day',
  waiting: 'day',
  decided: 'day',
  who: 'text',
  reason: 'text',
  address: 'text',
} as const

export function fileOf({ t, taxonomies }: Wording) {
  return {
    name: t('moderation.title'),
    columns: columnsOf(COLUMNS, (name) => t(`moderation.list.${name}`)),
    cells: (item: ItemLine) => [
      item.title,
      senderOf(t, item),
      stateOf(t, item).label,
      item.received_at,
      item.pending_since,
      item.decided_at,
      isWaiting(item.state) ? item.taker : item.decider,
      item.reason_code ? taxonomies.label('refusal_reason', item.reason_code, t.locale) : '',
      item.offer_uri,
    ],
  }
}
