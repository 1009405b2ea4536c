// SPDX-License-Identifier: AGPL-3.0-or-later
import type { ParkedLine } from '../../../db/queries/operator.ts'
import type { FailureLine } from '../../../db/queries/peers.ts'
import { emptyForm, type Form } from '../../web/forms.ts'
import type { Translator } from '../../text/i18n.ts'
import { columnsOf, type Cell } from '../../web/csv.ts'
import { addressWith, pagerOf, type Page } from '../../web/paging.ts'
import type { Filter } from '../forms.ts'
import { situationOf, total, type KnownPeer } from '../known.ts'
import { ACTIONS, allows, hostOf, STATES, type Mode, type PeerState } from '../rules.ts'
import { reasonInWords, relationInWords, stateInWords } from './words.ts'

export const LIST = '/operator/federation'
export const pathOf = (host: string) => `${LIST}/hosts/${encodeURIComponent(host)}`
export const blockPath = (host: string) => `${LIST}/blocking?${new URLSearchParams({ host })}`

const KINDS: Record<PeerState, string> = {
  fine: 'ok',
  waiting: 'wait',
  paused: 'wait',
  silent: 'wait',
  away: 'stop',
  refused: 'stop',
  blocked: 'stop',
  left_out: '',
}

const TROUBLES: PeerState[] = ['refused', 'silent', 'away']

const label = (t: Translator, state: PeerState) => ({ kind: KINDS[state], label: t(`peers.state.${state}`) })

export const addressOf = (search: string, state: Filter['state'], page = 1, path = LIST): string =>
  addressWith(path, { search, state, page: page > 1 ? String(page) : '' })

type ListView = {
  filter: Filter
  /** Of all sites, whatever the search. */
  counts: Record<PeerState, number>
  /** One page of those found; `count` is how many were found. */
  peers: readonly KnownPeer[]
  count: number
  page: Page
  mode: Mode
  isOn: boolean
}

/** @param form what was typed, when it is not valid; by default the search that is shown. */
export function listPage(
  t: Translator,
  { filter, counts, peers, count, page, mode, isOn }: ListView,
  parked: ParkedLine[],
  form: Form = emptyForm({ q: filter.search.words, state: filter.state }),
) {
  const { search, state: asked } = filter
  return {
    title: t('operator.federation'),
    isOn,
    isClosed: mode === 'members',
    form,
    search,
    states: STATES.filter((state) => counts[state] > 0 || state === asked).map((state) => ({
      value: state,
      label: t('peers.list.counted', { state: t(`peers.state.${state}`), count: counts[state] }),
    })),
    isEmpty: total(counts) === 0,
    isTroubled: TROUBLES.some((state) => counts[state] > 0) && !filter.state,
    found: t.n('peers.list.found', count),
    peers: peers.map((peer) => line(t, peer)),
    csv: addressOf(search.key, asked, 1, `${LIST}.csv`),
    pager: pagerOf(page, (one) => addressOf(search.key, asked, one)),
    parked: page.page === 1 ? parked.map((one) => parkedLine(t, one)) : [],
  }
}

function line(t: Translator, peer: KnownPeer) {
  const { what } = relationInWords(t, peer)
  const queue = peer.waiting + peer.failed
  return {
    href: pathOf(peer.host),
    title: peer.name || peer.host,
    host: peer.name ? peer.host : '',
    relation: what,
    state: label(t, peer.state),
    why: stateInWords(t, peer),
    parked: peer.parked > 0 ? t.n('peers.list.parked', peer.parked) : '',
    seen: peer.last_seen_at
      ? t('peers.list.seen', { at: t.date(peer.last_seen_at, 'datetime') })
      : t('peers.list.unseen'),
    delivered: peer.last_delivered_at
      ? t('peers.list.delivered', { at: t.date(peer.last_delivered_at, 'datetime') })
      : '',
    queue: queue > 0 ? t.n('peers.show.queued', queue) : '',
    oldest: peer.oldest ? t('peers.list.oldest', { at: t.date(peer.oldest, 'datetime') }) : '',
  }
}

export function parkedLine(t: Translator, { seq, type, actor, object_id, at, error }: ParkedLine) {
  return {
    path: `${LIST}/activities/${seq}`,
    what: t.code('peers.activity', type),
    who: actor,
    host: hostOf(actor),
    about: object_id ?? '',
    at: t.date(at, 'datetime'),
    reason: reasonInWords(t, error),
  }
}

const COLUMNS = {
  host: 'text',
  name: 'text',
  relation: 'text',
  since: 'day',
  state: 'text',
  why: 'text',
  seen: 'instant',
  delivered: 'instant',
  waiting: 'number',
  failed: 'number',
  oldest: 'instant',
  parked: 'number',
  note: 'text',
} as const

export const csvColumns = (t: Translator) => columnsOf(COLUMNS, (column) => t(`peers.column.${column}`))

export function csvRow(t: Translator, peer: KnownPeer): Cell[] {
  const { what, since } = relationInWords(t, peer)
  const { host, name, last_seen_at, last_delivered_at, waiting, failed, oldest, parked, note } = peer
  const state = [t(`peers.state.${peer.state}`), stateInWords(t, peer)]
  return [host, name, what, since, ...state, last_seen_at, last_delivered_at, waiting, failed, oldest, parked, note]
}

/** `refused`: kinds of activities that are not sent there any more. */
type Queues = { failures: FailureLine[]; refused: string[]; parked: ParkedLine[] }

export function showPage(t: Translator, peer: KnownPeer, { failures, refused, parked }: Queues) {
  const { what, since } = relationInWords(t, peer)
  const situation = situationOf(peer)
  const may = Object.fromEntries(ACTIONS.map((action) => [action, allows(situation, action)]))
  const next = failures
    .map((one) => one.next ?? '')
    .filter(Boolean)
    .toSorted()[0]
  const instant = (at: string | null) => (at ? t.date(at, 'datetime') : t('peers.never'))
  const queue = peer.waiting + peer.failed
  const facts = [
    {
      icon: 'people',
      label: t('peers.show.relation'),
      value: what,
      ...(since && { more: t('peers.show.since', { at: t.date(since, 'short') }) }),
    },
    { icon: 'down', label: t('peers.column.seen'), value: instant(peer.last_seen_at) },
    { icon: 'mail', label: t('peers.column.delivered'), value: instant(peer.last_delivered_at) },
    {
      icon: 'clock',
      label: t('peers.show.queue'),
      value: queue > 0 ? t.n('peers.show.queued', queue) : t('peers.show.no_queue'),
      ...(peer.oldest && { more: t('peers.list.oldest', { at: t.date(peer.oldest, 'datetime') }) }),
    },
    ...(situation.isAllowed
      ? [
          {
            icon: 'tick',
            label: t('peers.show.list'),
            value: t('peers.show.by_hand', { at: t.date(peer.allowed_at!, 'short') }),
          },
        ]
      : []),
  ]
  return {
    title: peer.name || peer.host,
    host: peer.host,
    name: peer.name,
    state: label(t, peer.state),
    why: stateInWords(t, peer),
    note: peer.note,
    facts,
    may,
    base: pathOf(peer.host),
    blockPath: blockPath(peer.host),
    over:
      peer.blockedBy && peer.blockedBy !== peer.host ? { href: pathOf(peer.blockedBy), label: peer.blockedBy } : null,
    relations: peer.relations.map(({ id }) => ({ href: `/partners/${id}`, label: t('peers.show.see_relation') })),
    next: next && peer.state !== 'paused' ? t('peers.show.next', { at: t.date(next, 'datetime') }) : '',
    refused:
      refused.length > 0
        ? t('peers.show.refuses', {
            kinds: t.list(refused.map((kind) => t.code('peers.refuses', kind.replace(' ', '_')))),
          })
        : '',
    failures: failures.map((one) => ({
      what: t.code('peers.activity', one.type),
      count: t.number(one.count),
      oldest: t.date(one.oldest, 'datetime'),
      state:
        one.failed === one.count
          ? { kind: 'stop', label: t('peers.show.given_up') }
          : { kind: 'wait', label: t('peers.show.waits') },
      reason: reasonInWords(t, one.reason) || t('peers.show.no_reason'),
    })),
    parked: parked.map((one) => parkedLine(t, one)),
  }
}
