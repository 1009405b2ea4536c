// SPDX-License-Identifier: AGPL-3.0-or-later
import type { ApplicationRow } from '../../../db/queries/applications.ts'
import type { Deps } from '../../deps.ts'
import type { Form } from '../../web/forms.ts'
import type { Translator } from '../../text/i18n.ts'
import { delayWords } from '../delay.ts'
import { pathOf } from '../link.ts'
import type { HomeOffer } from '../offer.ts'
import { CONFIRM_WITHIN_HOURS, ENDED, WAITING, step, type ApplicationState } from '../rules.ts'
import { offerOf, saidIn, stepsAt } from './parts.ts'

export const LOOK: Record<ApplicationState, { kind?: 'ok' | 'wait' | 'new' | 'stop'; icon?: string }> = {
  unconfirmed: { kind: 'wait', icon: 'mail' },
  submitted: { kind: 'wait' },
  in_review: { kind: 'wait', icon: 'person' },
  accepted: { kind: 'ok' },
  declined: { icon: 'cross' },
  withdrawn: {},
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

/** @param about.days until an answer, usually; `wasAccepted`: before it was withdrawn. */
export function statusPage(setting: Setting, about: { days: number | undefined; wasAccepted: boolean }) {
  const { deps, application, offer, token, association, t } = setting
  const { state } = application
  const words = state === 'withdrawn' && about.wasAccepted ? 'left' : state
  const isWaiting = WAITING.includes(state)
  return {
    title: t('applications.status.title'),
    robots: 'noindex',
    about: offerOf(deps, offer, association, t),
    association,
    state: stateOf(state, t),
    steps: isWaiting ? stepsAt(3, t) : null,
    heading: t(`applications.status.${words}`, { association }),
    next: t(`applications.next.${words}`, {
      association,
      delay: delayWords(about.days, t),
      given: application.given_name,
    }),
    answer: application.answer,
    isAccepted: state === 'accepted' || words === 'left',
    isEnded: ENDED.includes(state),
    sent: application.confirmed_at,
    said: saidIn(application, t),
    withdrawHref: step(state, 'withdraw').ok ? `${pathOf(token)}/withdrawal` : null,
  }
}

export function withdrawPage({ deps, application, offer, token, association, t }: Setting, form: Form) {
  const reasons = deps.taxonomies.list('withdraw_reason')
  return {
    title: t('applications.withdraw.title'),
    robots: 'noindex',
    about: offerOf(deps, offer, association, t),
    association,
    form,
    isAccepted: application.state === 'accepted',
    reasons: reasons.map(({ code }) => ({
      value: code,
      label: deps.taxonomies.label('withdraw_reason', code, t.locale),
    })),
    action: `${pathOf(token)}/withdrawal`,
    back: pathOf(token),
  }
}
