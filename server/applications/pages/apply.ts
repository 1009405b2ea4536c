// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Deps } from '../../deps.ts'
import { emptyForm, type Form } from '../../web/forms.ts'
import { namesOf } from '../../web/names.ts'
import type { Translator } from '../../text/i18n.ts'
import { delayWords } from '../delay.ts'
import { TRAP } from '../../web/fields.ts'
import type { HomeOffer } from '../offer.ts'
import { isFull, type ClosedWhy } from '../../model/offer/standing.ts'
import { orphanReplies, questionsOf, readReplies } from '../questions.ts'
import { mostSeats } from '../rules.ts'
import { offerOf, repliesIn, saidIn, stepsAt } from './parts.ts'

/** `mayNote`: whoever asks may note an application for somebody else. */
export type Setting = {
  deps: Deps
  offer: HomeOffer
  association: string
  mayNote: boolean
  /** Whoever asks is signed in and has proved their mailbox. */
  isKnown: boolean
  /** Below it, the permission of a parent or guardian is asked for; null when none is. */
  guardianAge: number | null
  t: Translator
}

export function applyPage(
  { deps, offer, association, isKnown, guardianAge, t }: Setting,
  form: Form,
  days: number | undefined,
) {
  const about = offerOf(deps, offer, association, t)
  const { requirements, min_age } = offer.content
  const most = mostSeats(offer)
  const isLine = isFull(offer, offer.taken)
  return {
    title: t('applications.apply.title', { title: about.title.text }),
    robots: 'noindex',
    about,
    form,
    isKnown,
    trap: TRAP,
    steps: stepsAt(1, t),
    action: `/offers/${offer.id}/apply`,
    lead: t('applications.apply.lead', { association, delay: delayWords(days, t) }),
    requirements: requirements.map((code) => ({
      value: code,
      label: deps.taxonomies.label('requirement', code, t.locale),
    })),
    questions: questionsOf(offer.content, t.locale),
    orphans: orphanReplies(offer.content, form.values).map((reply) => t('applications.apply.orphan', { reply })),
    repliesNeeded: offer.content.replies_needed,
    age: min_age,
    guardianAge,
    isYoung: ['minor', 'guardian_name', 'guardian_email'].some((name) => form.values[name] || form.errors[name]),
    mostSeats: most > 1 ? most : null,
    seatsHint: t('applications.field.seats_hint', { count: most }),
    line: isLine ? t('applications.apply.line') : '',
    button: t(isLine ? 'applications.apply.button_line' : 'applications.apply.button'),
    association,
  }
}

export function knownForm(
  person: { given_name: string; family_name: string; email: string; phone: string } | undefined,
  via: string,
): Form {
  if (!person) return emptyForm({ via })
  const { email, phone } = person
  return emptyForm({ ...namesOf(person), email, phone, via })
}

/** @param email the address the mail was sent to; '' when the link to this page has expired. */
export function sentPage({ deps, offer, association, t }: Setting, email: string) {
  const about = offerOf(deps, offer, association, t)
  const again = `/offers/${offer.id}/apply`
  return {
    title: t('applications.sent.title'),
    robots: 'noindex',
    about,
    email,
    again,
    steps: stepsAt(2, t),
    association,
  }
}

/** @param typed what the person wrote before the offer closed, to be copied. */
/** @param why `own`: whoever asks is the contact. */
export function closedPage({ deps, offer, association, mayNote, t }: Setting, why: ClosedWhy | 'own', typed?: Form) {
  const about = offerOf(deps, offer, association, t)
  return {
    title: t(why === 'own' ? 'applications.own.title' : `applications.closed.${why}_title`),
    robots: 'noindex',
    about,
    reason: t(why === 'own' ? 'applications.refused.own' : `applications.closed.${why}`),
    isOwn: why === 'own',
    note: why === 'own' && mayNote ? `/work/applications/new?offer=${offer.id}` : null,
    said: [
      ...saidIn(typed?.values ?? {}, t),
      ...repliesIn(readReplies(offer.content, typed?.values ?? {}, t.locale).replies),
    ],
    association,
  }
}
