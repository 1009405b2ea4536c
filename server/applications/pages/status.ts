// SPDX-License-Identifier: AGPL-3.0-or-later
import type { ApplicationRow } from '../../../db/queries/applications.ts'
import type { GuardianRow } from '../../../db/queries/guardians.ts'
import type { Deps } from '../../deps.ts'
import type { Form } from '../../web/forms.ts'
import type { Translator } from '../../text/i18n.ts'
import type { MessageKey } from '../../text/message-keys.ts'
import { delayWords } from '../delay.ts'
import { pathOf } from '../link.ts'
import { hasEnded, lastEventDay } from '../../model/offer/event-days.ts'
import type { HomeOffer } from '../offer.ts'
import { ENDED, LIVE, WAITING, type ApplicationState } from '../../model/application.ts'
import { CONFIRM_WITHIN_HOURS, step } from '../rules.ts'
import { testimonialPath, testimonialTokenOf } from '../testimonial.ts'
import { lineOf, type Line } from './line.ts'
import { guardianOf } from './guardian.ts'
import { talkOf, type Talk } from './messages.ts'
import { offerOf, repliesIn, saidIn, stepsAt } from './parts.ts'
import { welcomeOf, type Welcome } from './welcome.ts'

export const LOOK: Record<ApplicationState, { kind?: 'ok' | 'wait' | 'new' | 'stop'; icon?: string }> = {
  unconfirmed: { kind: 'wait', icon: 'mail' },
  submitted: { kind: 'wait' },
  in_review: { kind: 'wait', icon: 'person' },
  waitlisted: { kind: 'wait', icon: 'people' },
  place_offered: { kind: 'new' },
  accepted: { kind: 'ok' },
  completed: { kind: 'ok' },
  no_show: {},
  declined: { icon: 'cross' },
  withdrawn: {},
  lapsed: {},
  offer_closed: {},
}

export const stateOf = (state: ApplicationState, t: Translator) => ({
  ...LOOK[state],
  label: t(`applications.state.${state}`),
})

type Setting = {
  deps: Deps
  application: ApplicationRow
  offer: HomeOffer
  token: string
  association: string
  t: Translator
}

export function confirmPage({ deps, application, offer, token, association, t }: Setting) {
  return {
    title: t('applications.confirm.title'),
    robots: 'noindex',
    about: offerOf(deps, offer, association, t),
    steps: stepsAt(2, t),
    action: `${pathOf(token)}/confirmation`,
    email: application.email,
    days: CONFIRM_WITHIN_HOURS / 24,
    association,
  }
}

type About = {
  days: number | undefined
  wasAccepted: boolean
  line: Line | null
  isOpen: boolean
  until: string
  today: string
  talk: Talk
  guardian: GuardianRow | undefined
  welcome: Welcome
  /** They may write, or have written, how it was. */
  maySay: boolean
}

/**
 * @param about.days until an answer, usually; `wasAccepted`: before it was withdrawn; `line`: only of who is in it;
 * `isOpen`: one can apply again; `until`: when the place that is held goes to somebody else, in words; `today`: YYYY-MM-DD.
 */
export function statusPage(setting: Setting, about: About) {
  const { deps, application, offer, token, association, t } = setting
  const { state } = application
  // Accepted people keep their state, so that nothing of the past is lost; what they read is that nobody expects them.
  const isCancelled = state === 'accepted' && offer.state === 'cancelled'
  const words = isCancelled ? 'cancelled' : state === 'withdrawn' && about.wasAccepted ? 'left' : state
  const isWaiting = WAITING.includes(state)
  return {
    title: t('applications.status.title'),
    robots: 'noindex',
    about: offerOf(deps, offer, association, t),
    association,
    state: isCancelled ? { icon: 'cross', label: t('applications.state.cancelled') } : stateOf(state, t),
    steps: isWaiting ? stepsAt(3, t) : null,
    heading: t(`applications.status.${words}`, { association }),
    next: t(`applications.next.${words}`, {
      association,
      delay: delayWords(about.days, t),
      given: application.given_name,
      until: about.until,
    }),
    line: about.line && lineOf(deps, about.line, application, t),
    takeAction: state === 'place_offered' ? `${pathOf(token)}/place` : null,
    guardian: LIVE.includes(state) ? guardianOf(about.guardian, null, t) : null,
    talk: talkOf(about.talk, application, { side: 'person', action: `${pathOf(token)}/messages`, t }),
    welcome: welcomeOf(about.welcome, state, { side: 'person', action: `${pathOf(token)}/welcome`, t }),
    attendance: attendanceOf(setting, about.today),
    sayHref: about.maySay ? testimonialPath(testimonialTokenOf(deps, application.id)) : null,
    againHref: state === 'lapsed' && about.isOpen ? `/offers/${offer.id}/apply` : null,
    answer: application.answer,
    note: state === 'accepted' && !isCancelled ? offer.accepted_note : '',
    isAccepted: (['accepted', 'completed'].includes(state) && !isCancelled) || words === 'left',
    isEnded: ENDED.includes(state) || isCancelled,
    sent: application.confirmed_at,
    said: [...saidIn(application, t), ...repliesIn(application.replies)],
    withdrawHref: step(state, 'withdraw').ok && !isCancelled ? `${pathOf(token)}/withdrawal` : null,
    withdrawLabel: t(LEAVE[state] ?? 'applications.status.withdraw'),
  }
}

/** Once it is over, the person says whether it took place for them. */
function attendanceOf({ application: { state, said_came }, offer, token, t }: Setting, today: string) {
  const last = lastEventDay(offer.content)
  if (state !== 'accepted' || last === null || !hasEnded(offer.content, today)) return null
  return {
    action: `${pathOf(token)}/attendance`,
    question: t('applications.attendance.question', { day: t.date(last, 'day') }),
    said: said_came === null ? '' : t(`applications.attendance.you_${said_came === 1 ? 'came' : 'missed'}`),
  }
}

export const LEAVE: Partial<Record<ApplicationState, MessageKey>> = {
  accepted: 'applications.status.leave',
  waitlisted: 'applications.status.leave_line',
  place_offered: 'applications.status.refuse_place',
}
const OF_STATE = { accepted: 'accepted', waitlisted: 'line', place_offered: 'place' } as const

export function withdrawPage({ deps, application, offer, token, association, t }: Setting, form: Form) {
  const of = OF_STATE[application.state as keyof typeof OF_STATE] ?? 'waiting'
  const reasons = deps.taxonomies.list('withdraw_reason')
  return {
    title: t('applications.withdraw.title'),
    robots: 'noindex',
    about: offerOf(deps, offer, association, t),
    association,
    form,
    heading: t(`applications.withdraw.heading.${of}`),
    text: t(`applications.withdraw.text.${of}`),
    button: t(`applications.withdraw.button.${of}`),
    reasons: reasons.map(({ code }) => ({
      value: code,
      label: deps.taxonomies.label('withdraw_reason', code, t.locale),
    })),
    action: `${pathOf(token)}/withdrawal`,
    back: pathOf(token),
  }
}
