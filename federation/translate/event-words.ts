// SPDX-License-Identifier: AGPL-3.0-or-later
// The words of an offer for those who read name, summary or content only, and know none of our other fields.
import type { OfferContent, PublicOffer } from '../../server/model/offer/content.ts'
import { isDated } from '../../server/model/offer/event-days.ts'
import { seatsText, whenText, whereText, type Wording } from '../../server/public-offer/words.ts'
import { bulletList, paragraphs } from './text.ts'

type State = 'cancelled' | 'closed' | 'expired' | 'full' | 'paused'

/** Undefined while people can apply. */
export function stateOf({ standing, closed_why }: PublicOffer): State | undefined {
  if (standing.status === 'cancelled') return 'cancelled'
  if (standing.applications === 'open') return undefined
  if (standing.applications === 'full') return 'full'
  return closed_why === 'paused' || closed_why === 'expired' ? closed_why : 'closed'
}

/** Plain text; '' without a title. */
export function nameIn(offer: PublicOffer, { t }: Wording, title: string): string {
  const state = stateOf(offer)
  return state && title ? t(`search.named.${state}`, { title }) : title
}

/** HTML: Mastodon shows name, summary and address only, so that it says where, when, how often and how many. */
export function summaryIn(offer: PublicOffer, language: 'fr' | 'en', wording: Wording): string {
  return paragraphs(offer.content.summary[language] ?? '') + factsIn(offer, wording)
}

/** HTML: what happened to it first, then all of its texts. '' for a language in which it has none. */
export function htmlOf(offer: PublicOffer, language: 'fr' | 'en', wording: Wording): string {
  const { summary, context, tasks, profile, support, practical } = offer.content
  const state = stateOf(offer)
  const first = state ? paragraphs(`${wording.t(`search.state.${state}`)}.`) : ''
  const before = [summary, context].map((text) => paragraphs(text[language] ?? ''))
  const after = [profile, support, practical].map((text) => paragraphs(text[language] ?? ''))
  const own = [...before, bulletList(tasks[language] ?? []), ...after].join('')
  return own && first + own + factsIn(offer, wording)
}

function factsIn(offer: PublicOffer, wording: Wording): string {
  const { content } = offer
  const rhythm = isDated(content) && content.starts_on ? '' : whenText(wording, content)
  const where =
    content.places.length > 1 ? content.places.map(({ name }) => name).join(', ') : whereText(wording, content)
  const facts = [rhythm, daysIn(content, wording), where, seatsIn(offer, wording)]
  return paragraphs(facts.filter(Boolean).join(' · '))
}

/** With the year, because posts are read years later. */
function daysIn({ starts_on, ends_on, minutes_per_session }: OfferContent, { t }: Wording): string {
  const days = [...new Set([starts_on, ends_on])].flatMap((day) => (day ? [t.date(day, 'short')] : []))
  const time = starts_on && minutes_per_session ? t.minutes(minutes_per_session) : ''
  return [days.join(' – '), time].filter(Boolean).join(', ')
}

function seatsIn(offer: PublicOffer, { t }: Wording): string {
  const state = stateOf(offer)
  if (state) return t(`search.state.${state}`)
  const { capacity } = offer.content
  return capacity === null ? '' : seatsText({ t }, { ...offer.standing, capacity })
}
