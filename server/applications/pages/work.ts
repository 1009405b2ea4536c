// SPDX-License-Identifier: AGPL-3.0-or-later
import { FORGOTTEN, type ApplicationRow } from '../../../db/queries/applications.ts'
import type { GuardianRow } from '../../../db/queries/guardians.ts'
import type { Deps } from '../../deps.ts'
import type { Event, EventType } from '../../model/events.ts'
import type { Form } from '../../web/forms.ts'
import type { Locale, Translator } from '../../text/i18n.ts'
import type { MessageKey } from '../../text/message-keys.ts'
import type { TextMap } from '../../model/offer/content.ts'
import { fullName } from '../../model/person.ts'
import { hasSeats, type HomeOffer } from '../offer.ts'
import { whoOptions } from '../../people/who.ts'
import { SEATED, WAITING } from '../../model/application.ts'
import { CONFIRM_AGAIN_AFTER_DAYS, mayWrite, step } from '../rules.ts'
import { guardianOf } from './guardian.ts'
import { lineForTeam, type Line } from './line.ts'
import { talkOf, type Talk } from './messages.ts'
import { offerOf, repliesIn } from './parts.ts'
import { reasonOf } from './list.ts'
import { stateOf } from './status.ts'
import { telephoneLink } from '../../model/telephone.ts'
import { welcomeOf, type Welcome } from './welcome.ts'

type One = {
  deps: Deps
  application: ApplicationRow
  offer: HomeOffer
  events: Event<Happened>[]
  /** Names of the people who acted in `events`, by id. */
  names: ReadonlyMap<string, string>
  association: string
  /** Null for whoever is not on the waiting list. */
  line: Line | null
  talk: Talk
  guardian: GuardianRow | undefined
  welcome: Welcome
  t: Translator
}

export function showPage(one: One, form: Form, refused = '') {
  const { deps, application, offer, association, t } = one
  const { state } = application
  const base = `/work/applications/${application.id}`
  const isForgotten = application.given_name === FORGOTTEN
  return {
    title: isForgotten ? t('applications.show.forgotten') : fullName(application),
    robots: 'noindex',
    refused,
    form,
    whoOptions: whoOptions(form, t),
    received: application.confirmed_at
      ? t('applications.show.received', { day: t.date(application.confirmed_at, 'day') })
      : '',
    state: stateOf(state, t),
    about: { ...offerOf(deps, offer, association, t), href: `/work/offers/${offer.id}` },
    places:
      offer.capacity === null ? null : t('applications.show.places', { taken: offer.taken, capacity: offer.capacity }),
    isFull: !SEATED.includes(state) && !hasSeats(offer, application.seats),
    ...requestOf(one),
    line: lineForTeam(one, one.line, form, application.held_until ? t.date(application.held_until, 'datetime') : ''),
    guardian: guardianOf(one.guardian, mayWrite(state) ? `${base}/consent` : null, t),
    welcome: isForgotten ? null : welcomeOf(one.welcome, state, { side: 'team', action: `${base}/welcome`, t }),
    talk: talkOf(one.talk, application, { side: 'team', action: `${base}/messages`, t }),
    waitAction: WAITING.includes(state) && !hasSeats(offer, application.seats) ? `${base}/waiting-list` : null,
    waitText: t('applications.line.put_text', { name: application.given_name }),
    contact: isForgotten ? [] : contactOf(application, t),
    answer: application.answer,
    reason: reasonOf(deps, application, t),
    history: historyOf(one),
    base,
    personHref: application.person_id ? `/work/people/${application.person_id}` : null,
    can: {
      take: step(state, 'take').ok,
      accept: step(state, 'accept').ok,
      decline: step(state, 'decline').ok,
    },
    isAccepted: state === 'accepted',
    isForgotten,
  }
}

/** What the person wrote and ticked: what an answer is decided on. */
export function requestOf({ deps, application, offer, t }: Pick<One, 'deps' | 'application' | 'offer' | 't'>) {
  return {
    given: application.given_name,
    seats: application.seats > 1 ? t('applications.show.seats', { count: application.seats }) : '',
    message: application.message,
    replies: repliesIn(application.replies),
    ticks: application.ticks.map((code) => deps.taxonomies.label('requirement', code, t.locale)),
    age: application.age_confirmed === 1 ? offer.content.min_age : null,
  }
}

function contactOf(application: ApplicationRow, t: Translator) {
  const { email, phone, locale } = application
  return [
    ...(email ? [{ icon: 'mail', label: t('applications.label.email'), text: email, href: `mailto:${email}` }] : []),
    ...(phone
      ? [
          {
            icon: 'phone',
            label: t('applications.label.phone'),
            text: phone,
            href: telephoneLink(phone),
          },
        ]
      : []),
    ...(isSameLanguage(locale, t.locale)
      ? []
      : [
          {
            icon: 'person',
            label: t('applications.show.language'),
            text: t(`applications.language.${locale as Locale}`),
            href: '',
          },
        ]),
  ]
}

/** Without the region: a sentence in fr serves fr-CA too. */
const isSameLanguage = (a: string, b: string) => a.slice(0, 2) === b.slice(0, 2)

type Happened = Extract<EventType, `application.${string}`>
const HISTORY: Record<Happened, MessageKey> = {
  'application.created': 'applications.history.created',
  'application.confirmed': 'applications.history.confirmed',
  'application.noted': 'applications.history.noted',
  'application.in_review': 'applications.history.in_review',
  'application.waitlisted': 'applications.history.waitlisted',
  'application.put_first': 'applications.history.put_first',
  'application.place_offered': 'applications.history.place_offered',
  'application.lapsed': 'applications.history.lapsed',
  'application.accepted': 'applications.history.accepted',
  'application.completed': 'applications.state.completed',
  'application.no_show': 'applications.state.no_show',
  'application.said': 'applications.history.said',
  'application.person_wrote': 'applications.history.person_wrote',
  'application.team_wrote': 'applications.history.team_wrote',
  'application.consent_given': 'applications.history.consent_given',
  'application.consent_withdrawn': 'applications.history.consent_withdrawn',
  'application.declined': 'applications.history.declined',
  'application.withdrawn': 'applications.history.withdrawn',
  'application.offer_closed': 'applications.history.offer_closed',
  'application.offer_cancelled': 'applications.history.offer_cancelled',
  'application.offer_changed': 'applications.history.offer_changed',
  'application.reminded': 'applications.history.reminded',
}

function historyOf({ events, names, t }: One) {
  return events.map((event) => {
    const params: { days?: number } = event.type === 'application.reminded' ? { days: event.details.days } : {}
    const who = event.actorId ? (names.get(event.actorId) ?? '') : ''
    const isToApplicant = params.days === CONFIRM_AGAIN_AFTER_DAYS
    const text = isToApplicant ? t('applications.history.asked_again') : t(HISTORY[event.type], params)
    return { at: event.at, text, who }
  })
}

/** @param offers that take people now. */
export function notePage(offers: readonly { id: string; title: TextMap; waits: boolean }[], form: Form, t: Translator) {
  return {
    title: t('applications.note.title'),
    robots: 'noindex',
    form,
    whoOptions: whoOptions(form, t),
    offers: offers.map(({ id, title, waits }) => {
      const { text, lang } = t.text(title)
      return { value: id, label: waits ? t('applications.note.in_line', { title: text }) : text, lang }
    }),
  }
}

/** The proposed sentences are in the applicant's language. */
export function refusalPage(
  { deps, application, t }: Pick<One, 'deps' | 'application' | 't'>,
  form: Form,
  base = `/work/applications/${application.id}`,
) {
  const theirs = deps.i18n.for(application.locale as Locale)
  return {
    title: t('applications.refusal.title', { name: fullName(application) }),
    robots: 'noindex',
    form,
    name: fullName(application),
    given: application.given_name,
    isAccepted: application.state === 'accepted',
    base,
    inLanguage: isSameLanguage(theirs.locale, t.locale) ? null : t(`applications.language.${theirs.locale}`),
    lang: theirs.locale,
    reasons: deps.taxonomies.list('decline_reason').map(({ code }) => ({
      code,
      field: `answer_${code}`,
      label: deps.taxonomies.label('decline_reason', code, t.locale),
      ready: readyFor(code, theirs),
    })),
  }
}

/** A reason that is new in the lists may have no proposed sentence yet. */
function readyFor(reason: string, theirs: Translator): string {
  const key = `applications.ready.${reason}.text`
  return theirs.has(key) ? theirs(key as MessageKey) : ''
}
