// SPDX-License-Identifier: AGPL-3.0-or-later
import { ARRIVALS, SHELVES, type ItemFilter, type ItemLine, type ItemRow } from '../../../db/queries/moderation.ts'
import type { PublicOffer, OfferStanding } from '../../model/offer/content.ts'
import { DAY, later } from '../../base/clock.ts'
import { daysSince } from '../../base/days.ts'
import { whereText, type Wording } from '../../public-offer/words.ts'
import { emptyForm, type Form } from '../../web/forms.ts'
import type { Translator } from '../../text/i18n.ts'
import { limits } from '../../../config/limits.ts'
import { addressWith } from '../../web/paging.ts'
import { columnsOf } from '../../web/csv.ts'
import type { Place, RowsPage } from '../../web/rows.ts'
import { isComplete } from '../completion.ts'
import type { QueueAsked } from '../forms.ts'
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
    case 'suspended':
      return { kind: 'stop', label: t('moderation.state.suspended') }
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

/** Who asks, when, and how long answers usually take here (whole days). */
export type Asking = { personId: string; now: string; usual: number | undefined }

export function filterOf(asked: QueueAsked, { personId, now, usual }: Asking): ItemFilter {
  const { shelf, association, kind, waits, hands, commitment, cause, order, search } = asked
  const days = waits === 'late' ? usual : Number(waits)
  return {
    shelf,
    association: association || undefined,
    kind: kind || undefined,
    before: days ? later(now, -days * DAY) : undefined,
    hands: hands === 'mine' ? { of: personId } : hands || undefined,
    commitment: commitment || undefined,
    cause: cause || undefined,
    q: search.words,
    newestFirst: order === 'newest',
  }
}

/** What the form asks beside the shelf and the association. */
export const isNarrowed = ({ kind, waits, hands, commitment, cause, search }: QueueAsked): boolean =>
  [kind, waits, hands, commitment, cause, search.words].some((one) => one !== '')

/** The form above the list. @param form what was typed, when it is not valid. */
export function filterForm({ t, taxonomies }: Wording, asked: QueueAsked, usual: number | undefined, form?: Form) {
  const options = (list: 'commitment' | 'cause') =>
    taxonomies.list(list).map(({ code }) => ({ value: code, label: taxonomies.label(list, code, t.locale) }))
  const { search, ...values } = asked
  const { association, kind, waits, hands, commitment, cause, order } = asked
  return {
    form: form ?? emptyForm({ ...values, q: search.words }),
    isOpen: [association, kind, waits, hands, commitment, cause].some((one) => one !== '') || order !== 'oldest',
    kinds: [...ARRIVALS, 'unread' as const].map((one) => ({ value: one, label: t(`moderation.kind.${one}`) })),
    waits: [
      ...(usual === undefined ? [] : [{ value: 'late', label: t('moderation.waits.late') }]),
      ...[3, 7, 14].map((days) => ({ value: String(days), label: t.n('moderation.waits.days', days) })),
    ],
    hands: (['mine', 'nobody'] as const).map((one) => ({ value: one, label: t(`moderation.hands.${one}`) })),
    orders: (['oldest', 'newest'] as const).map((one) => ({ value: one, label: t(`moderation.order.${one}`) })),
    commitments: options('commitment'),
    causes: options('cause'),
  }
}

/** @param counts by shelf; those that were not counted have none. */
export function shelfOptions(t: Translator, counts: Record<string, number>) {
  return SHELVES.map((shelf) => {
    const label = t(`moderation.shelf.${shelf}`)
    return { value: shelf, label: counts[shelf] === undefined ? label : countedShelf(t, label, counts[shelf]) }
  })
}

/** « D’habitude, vous répondez en 2 jours », and how many wait longer; null while there are few answers. */
export function usualOf(t: Translator, usual: number | undefined, late: number) {
  if (usual === undefined) return null
  return {
    text: t.n('moderation.usual', usual),
    late: late > 0 ? { text: t.n('moderation.usual_late', late), href: '/moderation?waits=late' } : null,
  }
}

/** True when an offer waits longer than answers usually take here. */
export function isLate(item: ItemLine, usual: number | undefined, now: string): boolean {
  return usual !== undefined && isWaiting(item.state) && waitsSince(item) <= later(now, -usual * DAY)
}

const waitsSince = (item: ItemLine) => item.pending_since ?? item.accepted_at ?? item.received_at

function countedShelf(t: Translator, shelf: string, count: number): string {
  if (count > limits.mostCounted) return t('moderation.list.counted_many', { shelf, count: limits.mostCounted })
  return t('moderation.list.counted', { shelf, count })
}

/** The list as it was asked for. The words stay in the session; the address has only the key of the search. */
export function addressOf({ search, ...asked }: QueueAsked, place: Place = {}, path = '/moderation'): string {
  const usual = {
    shelf: asked.shelf === 'waiting' ? '' : asked.shelf,
    order: asked.order === 'oldest' ? '' : asked.order,
  }
  return addressWith(path, { ...asked, ...usual, search: search.key, ...place })
}

/** What the address of an item says of the list it was opened from, so that « the next one » is the next of that list. */
export const listQuery = (asked: QueueAsked): string => (asked.shelf === 'waiting' ? addressOf(asked, {}, '') : '')

export const itemAddress = (asked: QueueAsked, id: string): string => `/moderation/${id}${listQuery(asked)}`

/** Undefined when fewer than two offers wait. */
export function severalOf(
  wording: Wording,
  asked: QueueAsked,
  { rows: items, place }: RowsPage<ItemLine>,
  all: boolean,
) {
  if (asked.shelf !== 'waiting' || items.length < 2) return undefined
  const here = addressOf(asked, place)
  const join = here.includes('?') ? '&' : '?'
  return {
    action: addressOf(asked, place, '/moderation/decisions'),
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

type Listed = { asked: QueueAsked; usual: number | undefined; now: Now; ticked?: ReadonlySet<string> | undefined }

export function table(wording: Wording, items: ItemLine[], { asked, usual, now, ticked }: Listed) {
  const { t } = wording
  const waits = asked.shelf === 'waiting'
  return {
    caption: t(`moderation.shelf.${asked.shelf}`),
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
          {
            ...title,
            href: itemAddress(asked, item.id),
            ...(ticked && { check: checkOf(t, item, title.text, ticked) }),
          },
          { state: stateOf(t, item) },
          whenOf(t, item, { waits, usual, now }),
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

type When = { waits: boolean; usual: number | undefined; now: Now }

function whenOf(t: Translator, item: ItemLine, { waits, usual, now }: When) {
  if (!waits) return { text: item.decided_at ? t.date(item.decided_at, 'short') : '' }
  const text = ageOf(t, waitsSince(item), now)
  return isLate(item, usual, now.iso) ? { state: { kind: 'wait', icon: 'clock', label: text } } : { text }
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
