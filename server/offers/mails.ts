// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Comments } from '../model/offer/comments.ts'
import { commentLines } from '../public-offer/comments.ts'
import { limits } from '../../config/limits.ts'
import { getAssociation } from '../../db/queries/association.ts'
import { countSeatsTaken, countApplications } from '../../db/queries/applications.ts'
import type { MailRequest } from '../mail/compose.ts'
import type { NoticeKind } from '../model/notice-choices.ts'
import type { OfferRow } from '../../db/queries/offers.ts'
import { insertToken } from '../../db/queries/tokens.ts'
import { DAY, later } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import { enqueueMail } from '../mail/queue.ts'
import type { Locale, Translator } from '../text/i18n.ts'
import type { Tx } from '../web/transact.ts'
import { capital, withArticle } from '../text/wording.ts'
import { reachedContactsOf } from '../applications/contacts.ts'
import { addresseeFrom, addresseeOf, type Addressee } from './contact.ts'
import { daysLeft, daysOf, lengthOf } from '../model/offer/window.ts'

/** Purpose of the token in a renewal link; the subject of the token is the offer. */
export const RENEWAL = 'offer.renewal'
export const RENEWAL_DAYS = 14

type Told = Pick<MailRequest, 'template' | 'dedupe' | 'replyTo'> & { offer: OfferRow; kind: NoticeKind }
/** What the mail says, and where its line of a list leads when that is not the page of the offer. */
type Said = { params: Record<string, unknown>; link?: string; line?: string }

async function tell(
  tx: Tx,
  deps: Deps,
  { offer, kind, ...mail }: Told,
  say: (t: Translator, title: string) => Said | Promise<Said>,
  addressee?: Addressee,
): Promise<void> {
  const to = addressee ?? (await addresseeOf(tx, offer))
  if (!to.email) return
  const t = deps.i18n.for(to.locale, (await getAssociation(tx)).time_zone)
  const url = `${deps.config.publicUrl}/work/offers/${offer.id}`
  const title = titleFor(t, offer)
  const { params, ...line } = await say(t, title)
  await enqueueMail(tx, deps, {
    ...mail,
    to: to.email,
    name: to.name,
    locale: to.locale,
    notice: { kind, link: url, ...line, of: to.person },
    params: { name: to.greeting, offer: title, url, ...params },
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
  const states = ['submitted', 'in_review'] as const
  const counts = {
    waiting: await countApplications(tx, { states: [...states], offerId: offer.id }, limits.mostCounted),
    taken: await countSeatsTaken(tx, offer.id),
  }
  const link = await renewalLink(tx, deps, offer)
  await tell(tx, deps, { offer, kind: 'offers', template: 'offers/ending', dedupe }, (t, title) => {
    const left = daysLeft(window, time_zone, now)
    const day = t.date(daysOf(window, time_zone).lastDay, 'day')
    const when = { when: t.n('mail.offers.ending.when', left), isLastDay: left === 0, day }
    const line = t('mail.offers.ending.line', { offer: title, day })
    return { line, link, params: { ...when, ...counts, days: lengthOf(window, time_zone), link } }
  })
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

/** Some days after the last change of a draft; to its contact or else to whoever wrote it, if they can open it. */
export async function tellDraft(tx: Tx, deps: Deps, offer: OfferRow): Promise<void> {
  const { id, contact_id, created_by } = offer
  const [contact] = await reachedContactsOf(tx, offer)
  const person = contact ?? (await reachedContactsOf(tx, { id, contact_id: created_by ?? contact_id }))[0]
  if (!person) return
  const dedupe = `offer:${id}:draft`
  const link = `${deps.config.publicUrl}/work/offers/${id}/edit`
  const say = (t: Translator) => ({ link, params: { day: t.date(offer.updated_at, 'short'), link } })
  await tell(tx, deps, { offer, kind: 'offers', template: 'offers/draft', dedupe }, say, addresseeFrom(person))
}

/** On the day that was chosen when the offer was closed. */
export async function tellReopening(tx: Tx, deps: Deps, offer: OfferRow): Promise<void> {
  const dedupe = `offer:${offer.id}:reopening:${offer.reopen_on}`
  const link = `${deps.config.publicUrl}/work/offers/${offer.id}/renewal`
  await tell(tx, deps, { offer, kind: 'offers', template: 'offers/reopening', dedupe }, (t) => ({
    link,
    params: { day: t.date(offer.closed_at ?? offer.updated_at, 'short'), link },
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
  answer: {
    seq: number
    decision: string
    centre: string
    site: string
    reasonCode: string | null
    note: string
    comments: Comments
    online: boolean
  },
): Promise<void> {
  const dedupe = `event:${answer.seq}:submission.decided`
  const centre = (t: Translator) => withArticle(answer.centre, t.locale)
  const replyTo = { name: answer.centre, site: answer.site }
  await tell(tx, deps, { offer, kind: 'decisions', template: 'offers/decided', dedupe, replyTo }, (t) => ({
    params: {
      news: t.code('mail.offers.decided.news', answer.decision, { centre: centre(t) }),
      centre: capital(centre(t)),
      text: t.code('mail.offers.decided.text', answer.decision, { centre: capital(centre(t)) }),
      reason: reasonLabel(deps, answer.reasonCode, t.locale),
      note: answer.note,
      comments: commentLines(t, answer.comments),
      online: answer.online && answer.decision !== 'accepted',
      accepted: answer.decision === 'accepted',
    },
  }))
}
