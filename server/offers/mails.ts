// SPDX-License-Identifier: AGPL-3.0-or-later
import { limits } from '../../config/limits.ts'
import { getAssociation } from '../../db/queries/association.ts'
import { countAccepted, countApplications } from '../../db/queries/applications.ts'
import type { MailName } from '../text/message-keys.ts'
import type { OfferRow } from '../../db/queries/offers.ts'
import { insertToken } from '../../db/queries/tokens.ts'
import { DAY, later } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import { enqueueMail } from '../mail/queue.ts'
import type { Locale, Translator } from '../text/i18n.ts'
import type { Tx } from '../web/transact.ts'
import { capital, withArticle } from '../text/wording.ts'
import { addresseeOf } from './contact.ts'
import { daysLeft, daysOf, lengthOf } from '../model/offer/window.ts'

/** Purpose of the token in a renewal link; the subject of the token is the offer. */
export const RENEWAL = 'offer.renewal'
export const RENEWAL_DAYS = 14

type Told = { offer: OfferRow; template: MailName; dedupe: string }

async function tell(
  tx: Tx,
  deps: Deps,
  { offer, template, dedupe }: Told,
  params: (t: Translator) => Record<string, unknown> | Promise<Record<string, unknown>>,
): Promise<void> {
  const to = await addresseeOf(tx, offer)
  if (!to.email) return
  const t = deps.i18n.for(to.locale, (await getAssociation(tx)).time_zone)
  const own = { name: to.greeting, offer: titleFor(t, offer), url: `${deps.config.publicUrl}/work/offers/${offer.id}` }
  await enqueueMail(tx, deps, {
    dedupe,
    to: to.email,
    name: to.name,
    locale: to.locale,
    template,
    params: { ...own, ...(await params(t)) },
  })
}

export function titleFor(t: Translator, offer: Pick<OfferRow, 'content'>): string {
  return t.text(offer.content.title).text || t('offers.untitled')
}

/** The mail has a link that renews the offer without signing in. @param reminder days before the last day. */
export async function tellEnding(tx: Tx, deps: Deps, offer: OfferRow, reminder: number): Promise<void> {
  const { time_zone } = await getAssociation(tx)
  const now = deps.clock.iso()
  const window = { from: offer.publish_from!, until: offer.publish_until! }
  const dedupe = `offer:${offer.id}:ending:${window.until}:${reminder}`
  await tell(tx, deps, { offer, template: 'offers/ending', dedupe }, async (t) => ({
    when: t.n('mail.offers.ending.when', daysLeft(window, time_zone, now)),
    isLastDay: daysLeft(window, time_zone, now) === 0,
    day: t.date(daysOf(window, time_zone).lastDay, 'day'),
    days: lengthOf(window, time_zone),
    waiting: await countApplications(tx, { states: ['submitted', 'in_review'], offerId: offer.id }, limits.mostCounted),
    accepted: await countAccepted(tx, offer.id),
    link: await renewalLink(tx, deps, offer),
  }))
}

async function renewalLink(tx: Tx, deps: Deps, offer: OfferRow): Promise<string> {
  const token = deps.secrets.token()
  const now = deps.clock.iso()
  await insertToken(tx, {
    hash: deps.secrets.hash(token),
    purpose: RENEWAL,
    person_id: (await addresseeOf(tx, offer)).personId,
    subject_id: offer.id,
    created_at: now,
    expires_at: later(now, RENEWAL_DAYS * DAY),
  })
  return `${deps.config.publicUrl}/renew/${token}`
}

/** On the day that was chosen when the offer was closed. */
export async function tellReopening(tx: Tx, deps: Deps, offer: OfferRow): Promise<void> {
  const dedupe = `offer:${offer.id}:reopening:${offer.reopen_on}`
  await tell(tx, deps, { offer, template: 'offers/reopening', dedupe }, (t) => ({
    day: t.date(offer.closed_at ?? offer.updated_at, 'short'),
    link: `${deps.config.publicUrl}/work/offers/${offer.id}/renewal`,
  }))
}

/** '' when there is no code, and for an unknown one, because the code comes from another site. */
export function reasonLabel(deps: Pick<Deps, 'taxonomies'>, code: string | null, locale: Locale): string {
  return code && deps.taxonomies.has('refusal_reason', code)
    ? deps.taxonomies.label('refusal_reason', code, locale)
    : ''
}

export async function tellDecision(
  tx: Tx,
  deps: Deps,
  offer: OfferRow,
  answer: { seq: number; decision: string; centre: string; reasonCode: string | null; note: string; online: boolean },
): Promise<void> {
  const dedupe = `event:${answer.seq}:submission.decided`
  const centre = (t: Translator) => withArticle(answer.centre, t.locale)
  await tell(tx, deps, { offer, template: 'offers/decided', dedupe }, (t) => ({
    news: t.code('mail.offers.decided.news', answer.decision, { centre: centre(t) }),
    text: t.code('mail.offers.decided.text', answer.decision, { centre: capital(centre(t)) }),
    reason: reasonLabel(deps, answer.reasonCode, t.locale),
    note: answer.note,
    online: answer.online && answer.decision !== 'accepted',
    accepted: answer.decision === 'accepted',
  }))
}
