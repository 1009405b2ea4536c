// SPDX-License-Identifier: AGPL-3.0-or-later
// The pages that a link in a mail to the team opens without signing in: what the mail says, and what an answer is decided
// on. How the person is reached stays behind the sign-in.
import type { Deps } from '../../deps.ts'
import { SEATED, WAITING } from '../../model/application.ts'
import { fullName } from '../../model/person.ts'
import { whoOptions } from '../../people/who.ts'
import type { Translator } from '../../text/i18n.ts'
import type { Form } from '../../web/forms.ts'
import { answerPath, isAnswered, type Answering } from '../answer-link.ts'
import { closedToApplicants, hasSeats } from '../offer.ts'
import { step } from '../rules.ts'
import { guardianOf } from './guardian.ts'
import { talkOf, type Talk } from './messages.ts'
import { offerOf } from './parts.ts'
import { stateOf } from './status.ts'
import { requestOf } from './work.ts'

type Setting = Answering & { deps: Deps; token: string; association: string; t: Translator }

const isFull = ({ application, offer }: Setting): boolean =>
  !SEATED.includes(application.state) && !hasSeats(offer, application.seats)

/** Nobody waits who has an answer, and for an offer without a waiting list nobody does. */
export function mayWait({
  deps,
  application: { state, seats },
  offer,
}: Pick<Setting, 'deps' | keyof Answering>): boolean {
  const isOpen = closedToApplicants(offer, deps.clock.iso(), seats) === undefined
  return WAITING.includes(state) && offer.capacity !== null && !offer.content.no_waiting_list && isOpen
}

export function answeringPage(setting: Setting) {
  const { deps, application, offer, token, viewer, association, t } = setting
  const base = answerPath(token)
  const given = application.given_name
  const way = (end: string, icon: string, title: string, text: string) => ({
    href: `${base}/${end}`,
    icon,
    title,
    text,
  })
  return {
    title: t('applications.answering.title', { name: fullName(application) }),
    robots: 'noindex',
    name: fullName(application),
    answersAs: viewer.name,
    state: stateOf(application.state, t),
    isAnswered: isAnswered(application),
    about: offerOf(deps, offer, association, t),
    places:
      offer.capacity === null ? null : t('applications.show.places', { taken: offer.taken, capacity: offer.capacity }),
    ...requestOf(setting),
    isFull: isFull(setting),
    guardian: guardianOf(setting.guardian, null, t),
    ways: [
      ...(step(application.state, 'accept').ok
        ? [
            way(
              'acceptance',
              'tick',
              t('applications.acceptance.button', { given }),
              t('applications.answering.accept'),
            ),
          ]
        : []),
      ...(mayWait(setting)
        ? [way('waiting-list', 'people', t('applications.line.put_button'), t('applications.answering.wait'))]
        : []),
      ...(application.email === ''
        ? []
        : [way('messages', 'mail', t('applications.messages.ask', { given }), t('applications.answering.ask'))]),
      way('refusal', 'cross', t('applications.refusal.link'), t('applications.answering.refuse')),
    ],
    workHref: `/work/applications/${application.id}`,
  }
}

export function talkPage(setting: Setting, talk: Talk) {
  const { deps, application, offer, token, viewer, association, t } = setting
  const base = answerPath(token)
  return {
    title: t('applications.messages.with', { name: fullName(application) }),
    robots: 'noindex',
    name: fullName(application),
    answersAs: viewer.name,
    about: offerOf(deps, offer, association, t),
    ...requestOf(setting),
    talk: talkOf(talk, application, { side: 'team', action: `${base}/messages`, t }),
    base,
    workHref: `/work/applications/${application.id}`,
  }
}

export function acceptancePage(setting: Setting, form: Form, refused = '') {
  const { application, token, t } = setting
  const base = answerPath(token)
  return {
    title: t('applications.answering.accept_title', { name: fullName(application) }),
    robots: 'noindex',
    refused,
    form,
    name: fullName(application),
    given: application.given_name,
    whoOptions: whoOptions(form, t),
    isFull: isFull(setting),
    guardian: guardianOf(setting.guardian, null, t),
    base,
    action: `${base}/acceptance`,
  }
}

export function linePage(setting: Setting, refused = '') {
  const { application, token, t } = setting
  const base = answerPath(token)
  return {
    title: t('applications.answering.wait_title', { name: fullName(application) }),
    robots: 'noindex',
    refused,
    text: t(isFull(setting) ? 'applications.line.put_text' : 'applications.answering.wait_free', {
      name: application.given_name,
    }),
    base,
    action: `${base}/waiting-list`,
  }
}
