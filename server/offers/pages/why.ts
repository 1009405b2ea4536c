// SPDX-License-Identifier: AGPL-3.0-or-later
// « Pourquoi cette annonce n’est-elle pas visible ? »: each condition that is not met, with the link that mends it.
import type { Reach } from '../../../db/queries/reach.ts'
import type { AskedCentre, PastCentre, SubmissionLine } from '../../../db/queries/submissions.ts'
import { isPastLimit } from '../../model/offer/member-limit.ts'
import { isExpired, isScheduled } from '../../model/offer/standing.ts'
import { hasRight } from '../../model/viewer.ts'
import type { Translator } from '../../text/i18n.ts'
import type { Route } from '../commands/routing.ts'
import type { OfferView } from './show.ts'

type Condition = { text: string; href: string; label: string }
type Facts = {
  routes: readonly Route[]
  submissions: readonly SubmissionLine[]
  asked: readonly AskedCentre[]
  past: readonly PastCentre[]
  reach: ReadonlyMap<string, Reach>
  /** Of a code of `refusal_reason`, in words; '' for none. */
  reason: (code: string | null) => string
}

/** Our own site first. A place where the offer is visible is left out; `visible` names those. */
export function whyOf(view: OfferView, facts: Facts) {
  const own = ownConditions(view)
  const { t, offer, association } = view
  const isPublic = offer.visibility === 'public'
  const centres =
    offer.revision > 0 && isPublic
      ? facts.routes.map(({ centre, ...route }) => ({
          name: centre.name,
          conditions: centreConditions(view, facts, { centre, ...route }),
        }))
      : []
  const places = [
    { name: association.name, conditions: own },
    ...centres,
    ...(isPublic ? elsewhere(t, facts) : []),
  ].filter(({ conditions }) => conditions.length > 0)
  // Whoever writes offers may not open the pages of centres.
  const mayOpen = ({ href }: Condition) =>
    !href.startsWith('/partners') || hasRight(view.viewer, 'moderation', 'association')
  const seen =
    own.length === 0 ? [association.name, ...centres.flatMap((one) => (one.conditions.length ? [] : one.name))] : []
  return {
    places: places.map(({ name, conditions }) => ({
      name,
      conditions: conditions.map((one) => (mayOpen(one) ? one : { ...one, href: '' })),
    })),
    visible: seen.length > 0 ? t('offers.why.visible', { places: t.list(seen) }) : '',
    isOpen: own.length > 0,
  }
}

function ownConditions(view: OfferView): Condition[] {
  const { t, offer, now } = view
  const to = (end: string) => `/work/offers/${offer.id}${end}`
  const is = (key: Own, href: string, params: Record<string, string> = {}): Condition => ({
    text: t(`offers.why.own.${key}`, params),
    href: to(href),
    label: t(`offers.why.mend.${MENDS[key]}`),
  })
  const day = (instant: string | null) => (instant ? t.date(instant, 'short') : '')
  return [
    ...(offer.state === 'draft' ? [is('draft', '')] : []),
    ...(offer.state === 'published' && isScheduled(offer, now)
      ? [is('scheduled', '/schedule', { day: day(offer.publish_from) })]
      : []),
    ...(isExpired(offer, now) ? [is('expired', '/renewal')] : []),
    ...(offer.state === 'paused' ? [is('paused', '')] : []),
    ...(offer.state === 'closed' ? [is('closed', '/renewal', { day: day(offer.closed_at) })] : []),
    ...(offer.state === 'cancelled' ? [is('cancelled', '')] : []),
    ...(offer.visibility === 'members' ? [is('members', '/edit#f-visibility')] : []),
    ...(offer.visibility === 'unlisted' ? [is('unlisted', '/edit#f-visibility')] : []),
  ]
}

type Own = 'draft' | 'scheduled' | 'expired' | 'paused' | 'closed' | 'cancelled' | 'members' | 'unlisted'
const MENDS = {
  draft: 'publish',
  scheduled: 'dates',
  expired: 'renew',
  paused: 'resume',
  closed: 'renew',
  cancelled: 'copy',
  members: 'visibility',
  unlisted: 'visibility',
} as const satisfies Record<Own, string>

function centreConditions({ t, offer, now }: OfferView, facts: Facts, { centre, held }: Route): Condition[] {
  const row = facts.submissions.find(({ centre_uri }) => centre_uri === centre.uri)
  const way = facts.reach.get(centre.uri)
  const shown = { href: `/work/offers/${offer.id}#shown`, label: t('offers.why.mend.shown') }
  const page = { href: `/partners/${centre.id}`, label: t('offers.why.mend.centre') }
  if (!row || row.state === 'withdrawn') {
    const why = row ? 'withdrawn' : held.is === 'outside' ? 'outside' : 'not_sent'
    return [{ text: t(`offers.why.centre.${why}`), ...shown }]
  }
  if (centre.paused_at !== null) return [pausedBy(t, centre)]
  // What was accepted before stays visible there, until its limit.
  if (row.accepted_revision !== null || row.state === 'accepted') {
    if (!isPastLimit(offer, centre.member_days, now)) return []
    const renew = { href: `/work/offers/${offer.id}/renewal`, label: t('offers.why.mend.renew') }
    return [{ text: t('offers.why.centre.silent', { days: centre.member_days ?? 0 }), ...renew }]
  }
  if (row.state !== 'sent') {
    const reason = facts.reason(row.reason_code)
    const text = t(`offers.why.centre.${row.state}`)
    return [{ text: reason ? `${text} ${t('offers.why.reason', { reason })}` : text, ...shown }]
  }
  const since = (at: string) => ({ date: t.date(at, 'short') })
  if (way?.state === 'blocked') return [{ text: t('offers.why.centre.blocked'), ...page }]
  if (way?.paused_at) return [{ text: t('offers.why.centre.paused', since(way.paused_at)), ...page }]
  if (way && way.failed > 0) return [{ text: t('offers.why.centre.undelivered'), ...shown }]
  if (way?.failing_since && way.waiting_since)
    return [{ text: t('offers.why.centre.unreachable', since(way.failing_since)), ...page }]
  return [{ text: t('offers.why.centre.waiting', since(row.submitted_at)), ...page }]
}

/** All our offers, for a time. */
function pausedBy(t: Translator, { id, paused_at: at, pause_reason: reason }: Route['centre']): Condition {
  const text = t('offers.why.centre.member_paused', { date: t.date(at ?? '', 'short') })
  return {
    text: reason ? `${text} ${t('offers.why.reason', { reason })}` : text,
    href: `/partners/${id}`,
    label: t('offers.why.mend.centre'),
  }
}

/** Centres that have not taken us in, and none at all. */
function elsewhere(t: Translator, { routes, asked, past }: Facts): { name: string; conditions: Condition[] }[] {
  const page = (id: string) => ({ href: `/partners/${id}`, label: t('offers.why.mend.centre') })
  const waiting = asked.map(({ id, name, requested_at }) => ({
    name,
    conditions: [{ text: t('offers.why.centre.asked', { date: t.date(requested_at, 'short') }), ...page(id) }],
  }))
  const over = past.map(({ id, name, state }) => ({
    name,
    conditions: [{ text: t(`offers.why.centre.${state === 'refused' ? 'declined' : 'ended'}`), ...page(id) }],
  }))
  if (routes.length + waiting.length + over.length > 0) return [...waiting, ...over]
  const none = { text: t('offers.why.no_centre'), href: '/partners', label: t('offers.why.mend.join') }
  return [{ name: t('offers.why.centres'), conditions: [none] }]
}

/** Before the first publication: who gets it, and why or why not. @param chosen addresses that somebody has ticked. */
export function routeLines(t: Translator, routes: readonly Route[], chosen?: readonly string[]) {
  return routes.map(({ centre, held, gets }) => ({
    value: centre.uri,
    name: centre.name,
    gets: chosen?.includes(centre.uri) ?? gets,
    why: [
      held.is === 'inside' ? t('offers.route.inside', { towns: t.list(held.towns) }) : t(`offers.route.${held.is}`),
      centre.member_days === null ? '' : t('offers.route.days', { days: centre.member_days }),
    ]
      .filter(Boolean)
      .join(' '),
  }))
}
