// SPDX-License-Identifier: AGPL-3.0-or-later
// What is said of the permission of a parent or guardian: to them, to whoever applied, and to the team.
import type { GuardianRow } from '../../../db/queries/guardians.ts'
import type { Deps } from '../../deps.ts'
import { fullName } from '../../model/person.ts'
import type { Translator } from '../../text/i18n.ts'
import { comingOf } from '../accepted.ts'
import type { Guarded } from '../commands/guardian.ts'
import { guardianPath, guardianState, type GuardianState } from '../guardian.ts'
import type { HomeOffer } from '../offer.ts'
import { mayWrite } from '../rules.ts'
import { offerOf } from './parts.ts'

const LOOK = { waiting: { kind: 'wait' }, given: { kind: 'ok' }, withdrawn: { kind: 'stop' } } as const

function dayOf({ given_at, withdrawn_at }: GuardianRow, t: Translator): string {
  const at = withdrawn_at ?? given_at
  return at ? t.date(at, 'day') : ''
}

const stateOf = (state: GuardianState, t: Translator) => ({
  ...LOOK[state],
  label: t(`applications.guardian.state.${state}`),
})

/** Kept with the permission, as it was read. */
export const wordingOf = (
  { application }: Pick<Guarded, 'application'>,
  title: string,
  association: string,
  t: Translator,
) => t('applications.guardian.wording', { name: fullName(application), title, association })

type Setting = Guarded & { deps: Deps; offer: HomeOffer; token: string; association: string; t: Translator }

export function guardianPage(setting: Setting) {
  const { deps, application, guardian, offer, token, association, t } = setting
  const state = guardianState(guardian)
  const isOpen = mayWrite(application.state)
  const title = t.text(offer.content.title).text
  const { when, where } = comingOf(deps, offer.content, t)
  const base = guardianPath(token)
  return {
    title: t('applications.guardian.title', { name: fullName(application) }),
    robots: 'noindex',
    state: stateOf(state, t),
    about: offerOf(deps, offer, association, t),
    given: application.given_name,
    lines: [
      { label: t('applications.guardian.what'), text: title },
      { label: t('applications.guardian.when'), text: when },
      { label: t('applications.guardian.where'), text: where },
      {
        label: t('applications.guardian.who'),
        text: [offer.content.contact_label, association].filter(Boolean).join(', '),
      },
    ].filter(({ text }) => text !== ''),
    wording: wordingOf(setting, title, association, t),
    said: state === 'waiting' ? '' : t(`applications.guardian.you.${state}`, { day: dayOf(guardian, t) }),
    giveAction: isOpen && state !== 'given' ? `${base}/consent` : null,
    withdrawAction: isOpen && state !== 'withdrawn' ? `${base}/withdrawal` : null,
    withdrawLabel: t(state === 'given' ? 'applications.guardian.withdraw' : 'applications.guardian.refuse'),
    isOver: !isOpen,
  }
}

/** @param noteAction null for who may not note a permission that came in another way. */
export function guardianOf(guardian: GuardianRow | undefined, noteAction: string | null, t: Translator) {
  if (!guardian) return null
  const state = guardianState(guardian)
  return {
    state: stateOf(state, t),
    text: t(`applications.guardian.team.${state}`, { name: guardian.guardian_name, day: dayOf(guardian, t) }),
    own: t(`applications.guardian.own.${state}`, { name: guardian.guardian_name }),
    email: guardian.guardian_email,
    noteAction: state === 'given' ? null : noteAction,
  }
}
