// SPDX-License-Identifier: AGPL-3.0-or-later
import type { OfferRow } from '../../../db/queries/offers.ts'
import { seatsText, type Wording } from '../../public-offer/words.ts'
import type { Translator } from '../../text/i18n.ts'
import { capital } from '../../text/wording.ts'
import type { OfferContent } from '../../model/offer/content.ts'
import { isExpired, isFull, isScheduled, remaining } from '../../model/offer/standing.ts'

export type Label = { kind?: 'ok' | 'wait' | 'stop' | 'new'; label: string; icon?: string }

export function titleOf(t: Translator, content: OfferContent): { text: string; lang: string } {
  const title = t.text(content.title)
  return title.text ? title : { text: t('offers.untitled'), lang: '' }
}

/** A state that follows from the date goes before the stored one. */
export function stateOf(t: Translator, offer: OfferRow, taken: number, now: string): Label {
  if (isExpired(offer, now)) return { kind: 'wait', label: t('offers.state.expired') }
  if (offer.state === 'published' && isScheduled(offer, now))
    return { kind: 'wait', label: t('offers.state.scheduled') }
  if (offer.state === 'published' && isFull(offer, taken)) return { kind: 'ok', label: t('offers.state.full') }
  const label = t(`offers.state.${offer.state}`)
  if (offer.state === 'published') return { kind: 'ok', label }
  if (offer.state === 'paused') return { kind: 'wait', label }
  if (offer.state === 'cancelled') return { kind: 'stop', label }
  return offer.state === 'draft' ? { label, icon: 'pencil' } : { label }
}

export function datesOf(t: Translator, { starts_on, ends_on }: OfferContent): string {
  if (starts_on && ends_on === starts_on) return capital(t.date(starts_on, 'long'))
  if (starts_on && ends_on) {
    return t('offers.fact.between', { from: t.date(starts_on, 'short'), until: t.date(ends_on, 'short') })
  }
  if (starts_on) return t('offers.fact.from', { day: t.date(starts_on, 'short') })
  return ends_on ? t('offers.fact.until', { day: t.date(ends_on, 'short') }) : t('offers.fact.soon')
}

export function seatsOf(wording: Wording, offer: OfferRow, taken: number): string {
  if (offer.content.capacity === 0) return wording.t('offers.fact.not_said')
  const full = isFull(offer, taken)
  const { capacity } = offer
  return seatsText(wording, { applications: full ? 'full' : 'open', capacity, remaining: remaining(offer, taken) })
}
