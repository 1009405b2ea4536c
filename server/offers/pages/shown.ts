// SPDX-License-Identifier: AGPL-3.0-or-later
// Where an offer is shown, and what each centre answered.
import type { AskedCentre, Centre, SubmissionLine } from '../../../db/queries/submissions.ts'
import type { MessageLine } from '../../../db/queries/offer-messages.ts'
import { commentLines } from '../../public-offer/comments.ts'
import { canAsk } from '../../model/relation-policy.ts'
import { isPastLimit } from '../../model/offer/member-limit.ts'
import { isVisible } from '../../model/offer/standing.ts'
import { withArticle } from '../../text/wording.ts'
import { reasonLabel } from '../mails.ts'
import type { Deps } from '../../deps.ts'
import type { OfferView } from './show.ts'
import type { Label } from './words.ts'

type Place = {
  name: string
  url: string
  state: Label
  text: string
  reason: string
  note: string
  /** What the centre asked and what we answered. */
  messages: { lead: string; words: string; comments: { label: string; text: string }[] }[]
  /** URI of a centre that may get an answer in words. */
  reply: string
  /** True when the centre asked for a change of the text. */
  answer: boolean
  withdrawal: string
  /** URI of the centre, when the offer can be submitted to it (again). */
  propose: string
}

type Known = {
  messages: ReadonlyMap<string, MessageLine[]>
  submissions: SubmissionLine[]
  centres: Centre[]
  asked: AskedCentre[]
  /** Addresses of centres that said no twice to this text. */
  twice: readonly string[]
}

/** Our own site first, then the centres that have the offer, those that could get it, and those that were asked. */
export function shownOf(
  view: OfferView,
  deps: Pick<Deps, 'taxonomies'>,
  { messages, submissions, centres, asked: waiting, twice }: Known,
): Place[] {
  const asked = submissions.map((row) => ({
    ...withoutThird(view, centreLine(view, deps, row, centres), twice.includes(row.centre_uri)),
    messages: messagesOf(view, row, messages.get(row.centre_uri) ?? []),
  }))
  const others = centres
    .filter(({ uri }) => submissions.every((row) => row.centre_uri !== uri))
    .map((centre) => ({
      ...nothing,
      name: centre.name,
      url: centre.url,
      state: { label: view.t('offers.shown.never') },
      propose: view.offer.state === 'published' && view.offer.visibility === 'public' ? centre.uri : '',
    }))
  const requests = waiting.map(({ name, url, requested_at }) => ({
    ...nothing,
    name,
    url,
    state: { kind: 'wait', label: view.t('offers.shown.asked') } as const,
    text: view.t('offers.shown.asked_on', {
      name: withArticle(name, view.t.locale),
      date: view.t.date(requested_at, 'short'),
    }),
  }))
  return view.offer.revision === 0 ? [] : [ownLine(view), ...asked, ...others, ...requests]
}

/** Null unless the published offer is public and there is no centre yet. */
export function joinOf({ viewer, offer }: OfferView, shown: readonly Place[]) {
  const isLive = offer.state === 'published' && offer.visibility === 'public'
  return isLive && shown.length === 1 ? { mayAsk: canAsk(viewer) } : null
}

const nothing = {
  url: '',
  text: '',
  reason: '',
  note: '',
  messages: [],
  answer: false,
  reply: '',
  withdrawal: '',
  propose: '',
}

function ownLine({ t, offer, association, now }: OfferView): Place {
  const state: Label = isVisible(offer, now)
    ? { kind: 'ok', label: t('offers.shown.online') }
    : { label: t('offers.shown.not_online') }
  return { ...nothing, name: association.name, url: offer.visibility === 'members' ? '' : `/offers/${offer.id}`, state }
}

function messagesOf({ t }: OfferView, row: SubmissionLine, messages: MessageLine[]): Place['messages'] {
  return messages.map(({ is_ours, writer, at, words, comments }) => ({
    lead: t(is_ours ? 'offers.messages.answer' : 'offers.messages.question', {
      name: is_ours ? writer || t('offers.messages.someone') : (row.centre_name ?? row.centre_uri),
      date: t.date(at, 'short'),
    }),
    words,
    comments: commentLines(t, comments),
  }))
}

/** After a second no, another text alone may change what the centre said. */
const withoutThird = ({ t }: OfferView, line: Line, isTwice: boolean): Line =>
  isTwice
    ? { ...line, text: [line.text, t('offers.refused.twice')].filter(Boolean).join(' '), reply: '', propose: '' }
    : line

/** Another text, or words, may change what the centre said. */
const ASKS: readonly string[] = ['changes_requested', 'refused', 'suspended']

type Line = Omit<Place, 'messages'>

function centreLine(view: OfferView, deps: Pick<Deps, 'taxonomies'>, row: SubmissionLine, centres: Centre[]): Line {
  const { t, offer, now } = view
  const isLive = offer.state === 'published' || offer.state === 'paused'
  const centre = centres.find(({ uri }) => uri === row.centre_uri)
  const isActive = centre !== undefined
  const isPaused = (centre?.paused_at ?? null) !== null
  const wasShown = isLive && !isPaused && (row.accepted_revision !== null || row.state === 'accepted')
  const days = centre?.member_days ?? null
  const isSilent = wasShown && isPastLimit(offer, days, now)
  const isOffline = !isLive || (isSilent && row.state === 'accepted')
  const canAsk = isLive && offer.visibility === 'public' && isActive
  return {
    name: row.centre_name ?? row.centre_uri,
    url: row.centre_url ?? '',
    state: isOffline
      ? { label: t('offers.shown.not_online') }
      : isPaused
        ? { kind: 'wait', label: t('offers.shown.paused') }
        : stateOf(view, row),
    text: isSilent
      ? t('offers.why.centre.silent', { days: days ?? 0 })
      : wasShown && row.state !== 'accepted'
        ? t('offers.shown.kept')
        : '',
    reason: reasonLabel(deps, row.reason_code, t.locale),
    // A question stands among the messages.
    note: row.state === 'changes_requested' ? '' : row.note,
    answer: isLive && ASKS.includes(row.state),
    reply: canAsk && ASKS.includes(row.state) ? row.centre_uri : '',
    withdrawal:
      isLive && ['sent', 'accepted', 'changes_requested'].includes(row.state)
        ? `/work/offers/${offer.id}/withdrawal?centre=${encodeURIComponent(row.centre_uri)}`
        : '',
    propose: canAsk && ['withdrawn', 'suspended', 'removed', 'refused'].includes(row.state) ? row.centre_uri : '',
  }
}

function stateOf({ t }: OfferView, { state, accepted_revision }: SubmissionLine): Label {
  if (state === 'sent') {
    return { kind: 'wait', label: t(accepted_revision === null ? 'offers.shown.sent' : 'offers.shown.sent_again') }
  }
  if (state === 'accepted') return { kind: 'ok', label: t('offers.shown.online') }
  if (state === 'changes_requested') return { kind: 'new', label: t('offers.shown.changes_requested'), icon: 'pencil' }
  return state === 'withdrawn'
    ? { label: t('offers.shown.withdrawn') }
    : { kind: 'stop', label: t(`offers.shown.${state}`) }
}
