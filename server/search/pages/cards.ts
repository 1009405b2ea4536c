// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Gazetteer } from '../../../db/reference/places.ts'
import type { Approver } from '../../../db/queries/sources.ts'
import { withArticle } from '../../text/wording.ts'
import type { FoundOffer } from '../search.ts'
import { label, seatsText, whenText, whereText, type Wording } from '../../public-offer/words.ts'

/** @param centre the centre that approved the offers. @param approvers by offer, other centres, the nearest first. */
export type CardView = Wording & {
  places: Gazetteer
  centre: string
  isCentre: boolean
  approvers?: ReadonlyMap<string, readonly Pick<Approver, 'name'>[]>
}

export function cardOf(view: CardView, offer: FoundOffer) {
  const { t, taxonomies } = view
  const { content } = offer
  const [cause] = content.causes
  const near = offer.km !== null && offer.town !== null ? { km: offer.km, town: offer.town } : null
  return {
    href: `/offers/${offer.public_id}`,
    ...speakerOf(view, offer, cause ? label(view, 'cause', cause) : ''),
    pattern: taxonomies.pattern(cause ?? ''),
    title: t.text(content.title),
    summary: content.summary.fr || content.summary.en ? t.text(content.summary) : null,
    when: whenText(view, content),
    where: whereText(view, content, near),
    remote: content.work_mode === 'remote',
    places: seatsText(view, offer),
    seal: view.isCentre && offer.origin === 'member' ? cardSeal(view, offer) : '',
  }
}

/** On an association's own site its name is in the header of every page, so the card shows the cause. */
function speakerOf(view: CardView, offer: FoundOffer, cause: string) {
  if (view.isCentre || !cause) return { association: offer.association_name, cause }
  return { association: cause, cause: '' }
}

/** A list names only the nearest of the other centres; the page of the offer names them all. */
function cardSeal(view: CardView, { offer_uri, approved_at }: FoundOffer): string {
  const [near] = view.approvers?.get(offer_uri) ?? []
  const { t, centre } = view
  return approved_at && near
    ? t('search.seal_two', { centre: withArticle(centre, t.locale), near: withArticle(near.name, t.locale) })
    : sealText(view, approved_at)
}

/** « Relu par le Centre… le 9 novembre 2026 » */
export function sealText({ t, centre }: CardView, approvedAt: string | null): string {
  return approvedAt
    ? t('search.seal', { centre: withArticle(centre, t.locale), date: t.date(approvedAt, 'short') })
    : ''
}

export function smallCardOf(view: CardView, offer: FoundOffer) {
  return { ...cardOf(view, offer), summary: null, seal: '', up: true }
}
