// SPDX-License-Identifier: AGPL-3.0-or-later
import type { AffiliationLine } from '../../../db/queries/affiliations.ts'
import type { Translator } from '../../text/i18n.ts'
import { withArticle } from '../../text/wording.ts'
import { trustOptions } from '../../moderation/pages/trust.ts'
import { columnsOf, type Cell } from '../../web/csv.ts'
import { addressWith, pagerOf, type Page } from '../../web/paging.ts'
import type { Viewer } from '../../model/viewer.ts'
import { canAnswer, canAsk, canEnd, canFollow } from '../../model/relation-policy.ts'
import { next, trustLevels, type AffiliationState, type PartnerIs } from '../../model/relation.ts'

const LIST = '/partners'

const KINDS: Record<AffiliationState, string> = {
  asking: 'wait',
  requested: 'new',
  active: 'ok',
  refused: 'stop',
  ended: '',
}

export function stateOf(t: Translator, row: Pick<AffiliationLine, 'partner_is' | 'state' | 'paused_at'>) {
  if (row.state === 'active' && row.paused_at !== null) return { kind: 'wait', label: t('partners.pause.state') }
  return { kind: KINDS[row.state], label: t.code(`partners.state.${row.partner_is}`, row.state) }
}

function since(row: AffiliationLine): string {
  if (row.state === 'ended') return row.ended_at ?? row.requested_at
  return row.state === 'asking' || row.state === 'requested' ? row.requested_at : (row.decided_at ?? row.requested_at)
}

export const PAGE_OF = { centre: 'centres', member: 'members', source: 'sources', follower: 'followers' } as const

/** Which members the list shows; '' for all. `sector`: a code of causes. */
export type MemberFilter = { state: MemberState | ''; sector: string }
export const MEMBER_STATES = ['requested', 'active', 'paused', 'past'] as const
type MemberState = (typeof MEMBER_STATES)[number]
const EVERY: MemberFilter = { state: '', sector: '' }

/** @param pages the page of each part; '' or 1 for the first. @param at the part to go to. */
export function listAddress(
  search = '',
  pages: Partial<Record<PartnerIs, string>> = {},
  at?: PartnerIs,
  path = LIST,
  filter = EVERY,
) {
  const asked = Object.entries(pages).map(([is, page]) => [PAGE_OF[is as PartnerIs], page === '1' ? '' : page])
  return (
    addressWith(path, { search, ...filter, ...(Object.fromEntries(asked) as object) }) + (at ? `#${PAGE_OF[at]}` : '')
  )
}

export function sectionOf(
  t: Translator,
  rows: AffiliationLine[],
  partnerIs: PartnerIs,
  page: Page,
  href: (page: string) => string,
) {
  const list = listOf(t, rows, partnerIs)
  return list && { ...list, pager: pagerOf(page, (one) => href(String(one))) }
}

function listOf(t: Translator, rows: AffiliationLine[], partnerIs: PartnerIs) {
  if (rows.length === 0) return null
  // How many of our offers a follower shows is not known here.
  const counts = partnerIs !== 'follower'
  return {
    caption: t(`partners.list.${partnerIs}s`),
    columns: [
      { label: t('partners.list.name') },
      { label: t('partners.list.state') },
      { label: t('partners.list.since') },
      ...(counts
        ? [
            { label: t('partners.list.shown'), num: true },
            { label: t(partnerIs === 'centre' ? 'partners.list.in_review' : 'partners.list.waiting'), num: true },
          ]
        : []),
    ],
    rows: rows.map((row) => ({
      cells: [
        { text: row.partner_name, href: `/partners/${row.id}` },
        { state: stateOf(t, row) },
        { text: t.date(since(row), 'short') },
        ...(counts
          ? [
              { text: t.number(row.shown), num: true },
              { text: t.number(row.waiting), num: true },
            ]
          : []),
      ],
    })),
  }
}

const COLUMNS = {
  name: 'text',
  address: 'text',
  kind: 'text',
  state: 'text',
  since: 'day',
  shown: 'number',
  waiting: 'number',
} as const

export const csvColumns = (t: Translator) => columnsOf(COLUMNS, (name) => t(`partners.list.${name}`))

export const csvRow = (t: Translator, row: AffiliationLine): Cell[] => [
  row.partner_name,
  row.partner_url,
  t.code('partners.kind', row.partner_is),
  stateOf(t, row).label,
  since(row),
  row.shown,
  row.waiting,
]

export function show(t: Translator, viewer: Viewer, row: AffiliationLine) {
  const { partner_is: is, state } = row
  const levels = trustLevels(row)
  // The level may no longer exist when the site has become another kind.
  const trust = levels.includes(row.trust) ? row.trust : 'standard'
  const facts = [
    { icon: 'calendar', label: t('partners.show.asked'), value: t.date(row.requested_at, 'short') },
    row.decided_at && { icon: 'tick', label: t('partners.show.answered'), ...answer(t, row) },
    row.ended_at && { icon: 'cross', label: t('partners.show.ended'), ...ending(t, row) },
    state === 'active' &&
      is !== 'follower' && {
        icon: 'people',
        label: t('partners.show.offers'),
        value: t.n('partners.show.shown', row.shown),
        more:
          row.waiting > 0
            ? t.n(is === 'centre' ? 'partners.show.in_review' : 'partners.show.waiting', row.waiting)
            : '',
      },
    isReadOver(is) &&
      state === 'active' && { icon: 'key', label: t('partners.trust.label'), value: t(`partners.trust.${trust}`) },
  ]
  const allows = (action: 'accept' | 'refuse' | 'end' | 'ask') => next(is, state, action) !== undefined
  const mayAnswer = canAnswer(viewer) && allows('accept')
  const mayAskAgain = allows('ask') && (is === 'centre' ? canAsk(viewer) : canFollow(viewer))
  const mayTrust = isReadOver(is) && state === 'active' && canAnswer(viewer)
  return {
    title: row.partner_name,
    kind: t.code('partners.kind', is),
    name: row.partner_name,
    state: stateOf(t, row),
    lead: t.code(`partners.lead.${is}`, state, { name: row.partner_name }),
    reason: row.reason,
    reasonLead: row.reason ? t(isOurs(row) ? 'partners.show.words_ours' : 'partners.show.words_theirs') : '',
    summary: row.partner_summary,
    url: row.partner_url,
    facts: facts.filter(Boolean),
    base: `/partners/${row.id}`,
    queue:
      is === 'member' && state !== 'requested'
        ? `/moderation?association=${encodeURIComponent(row.partner_uri)}&shelf=all`
        : '',
    history: is === 'member' ? `/partners/${row.id}/history` : '',
    mayNote: is === 'member' && canAnswer(viewer),
    ownOffers: is === 'centre' && state === 'active' ? '/work/offers' : '',
    hasTask: mayAnswer || mayAskAgain || mayTrust,
    mayAnswer,
    exact: exactOf(t, viewer, row),
    pause: pauseOf(t, viewer, row),
    mayEnd: canEnd(viewer, is) && allows('end'),
    endLabel: endLabel(t, row),
    askAgain: mayAskAgain ? againOf(t, row) : null,
    trust: mayTrust ? { now: trust, options: trustOptions(t, is, levels) } : null,
  }
}

/** Of a member, and of a centre that has paused us; null where nothing is paused and nobody may. */
function pauseOf(t: Translator, viewer: Viewer, row: AffiliationLine) {
  const { partner_is: is, paused_at: at, partner_name: name } = row
  if (row.state !== 'active' || (is !== 'member' && is !== 'centre')) return null
  const mayPause = is === 'member' && canAnswer(viewer)
  if (at === null) return mayPause ? { since: '', reason: '', mayPause } : null
  return {
    since: t(`partners.pause.since.${is}`, { name: withArticle(name, t.locale), date: t.date(at, 'short') }),
    reason: row.pause_reason,
    mayPause,
  }
}

/** Null where there is nothing to agree to: only for a centre we belong to. A member's agreement is one line. */
function exactOf(t: Translator, viewer: Viewer, row: AffiliationLine) {
  const { partner_is: is, exact_sums, exact_sums_at: at } = row
  if (row.state !== 'active' || (is !== 'centre' && !(is === 'member' && exact_sums === 1))) return null
  const date = at ? t.date(at, 'short') : ''
  const state = exact_sums === 1 ? 'agreed' : at ? 'ended' : 'never'
  return {
    isAgreed: exact_sums === 1,
    state: is === 'member' ? t('partners.exact.member', { date }) : t(`partners.exact.state.${state}`, { date }),
    text: is === 'centre' ? t('partners.exact.text', { name: withArticle(row.partner_name, t.locale) }) : '',
    mayDecide: is === 'centre' && canAsk(viewer),
  }
}

/** A refusal is written by the centre. */
function isOurs({ state, partner_is, ended_by_us }: AffiliationLine): boolean {
  return state === 'ended' ? ended_by_us === 1 : partner_is === 'member'
}

const isReadOver = (is: PartnerIs): boolean => is === 'member' || is === 'source'

const ENDS = {
  centre: 'partners.end.leave',
  member: 'partners.end.end',
  source: 'partners.end.stop_following',
  follower: 'partners.end.send_away',
} as const

const END_WORDS = {
  centre: 'partners.end.reason_centre',
  member: 'partners.end.reason_member',
  source: 'partners.end.reason_site',
  follower: 'partners.end.reason_site',
} as const

function endLabel(t: Translator, { partner_is: is, state }: AffiliationLine): string {
  return t(state === 'asking' ? 'partners.end.take_back' : ENDS[is])
}

function againOf(t: Translator, { partner_is: is, partner_uri: uri, partner_url: url }: AffiliationLine) {
  return is === 'source'
    ? {
        action: '/partners/sources',
        value: uri,
        text: t('partners.follow.again_text'),
        button: t('partners.follow.again'),
      }
    : { action: '/partners', value: url, text: t('partners.ask.again_text'), button: t('partners.ask.again') }
}

function answer(t: Translator, row: AffiliationLine) {
  const value = t.date(row.decided_at ?? '', 'short')
  return { value, more: row.decider ? t('partners.show.by', { name: row.decider }) : '' }
}

function ending(t: Translator, row: AffiliationLine) {
  const who =
    row.ended_why === 'blocked'
      ? t('partners.show.blocked')
      : row.ended_by_us
        ? t('partners.show.by_us')
        : t('partners.show.by', { name: row.partner_name })
  return { value: t.date(row.ended_at ?? '', 'short'), more: who }
}

export function end(t: Translator, row: AffiliationLine) {
  const which = row.state === 'asking' ? 'asking' : row.partner_is
  const name = row.partner_name
  const question = t(`partners.end.question.${which}`, { name })
  return {
    title: question,
    question,
    text: t(`partners.end.text.${which}`, { name }),
    words: t(END_WORDS[row.partner_is]),
    count:
      row.partner_is !== 'follower' && row.shown > 0 ? t.n(`partners.end.offers.${row.partner_is}`, row.shown) : '',
    button: endLabel(t, row),
    action: `/partners/${row.id}/end`,
    back: `/partners/${row.id}`,
  }
}
