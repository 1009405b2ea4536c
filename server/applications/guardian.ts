// SPDX-License-Identifier: AGPL-3.0-or-later
// Whoever is younger than an age that the association sets comes with the permission of a parent or guardian, who gives
// it by the link in a mail of their own. The link is derived from the secret key; a GET changes nothing.
import type { ApplicationRow } from '../../db/queries/applications.ts'
import { getAssociation } from '../../db/queries/association.ts'
import { findGuardian, keepGuardianToken, saveGuardian, type GuardianRow } from '../../db/queries/guardians.ts'
import { dateIn } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import { enqueueMail } from '../mail/queue.ts'
import type { OfferContent } from '../model/offer/content.ts'
import { fullName } from '../model/person.ts'
import type { Locale } from '../text/i18n.ts'
import { Refused } from '../web/errors.ts'
import type { Handle, Tx } from '../web/transact.ts'
import { comingOf } from './accepted.ts'
import { FAR } from './link.ts'
import { titleOf } from './mails.ts'

/** Days after which a guardian who has not answered is written to once more. */
export const REMIND_GUARDIAN_AFTER_DAYS = 3

export type GuardianState = 'waiting' | 'given' | 'withdrawn'

export function guardianState({
  given_at,
  withdrawn_at,
}: Pick<GuardianRow, 'given_at' | 'withdrawn_at'>): GuardianState {
  if (withdrawn_at !== null) return 'withdrawn'
  return given_at === null ? 'waiting' : 'given'
}

/** The age below which a permission is asked for; null where nobody so young can come, and where none is asked for. */
export function guardianAge({ min_age }: Pick<OfferContent, 'min_age'>, guardian_age: number): number | null {
  return guardian_age > 0 && (min_age === null || min_age < guardian_age) ? guardian_age : null
}

export function guardianTokenOf({ secrets }: Pick<Deps, 'secrets'>, applicationId: string): string {
  return secrets.mac(applicationId, 'guardian link')
}

export const guardianPath = (token: string): string => `/applications/guardian/${token}`

/** @throws Refused while a permission is needed and there is none. */
export async function refuseWithoutConsent(db: Handle, applicationId: string): Promise<void> {
  const guardian = await findGuardian(db, applicationId)
  if (guardian && guardianState(guardian) !== 'given') throw new Refused('applications.refused.no_consent')
}

type Asked = Pick<ApplicationRow, 'id' | 'given_name' | 'family_name' | 'locale'>
type Offer = { content: OfferContent }

/** Once the mailbox of whoever applied is proved. Does nothing for somebody of age. */
export async function askGuardian(tx: Tx, deps: Deps, application: Asked, offer: Offer): Promise<void> {
  const guardian = await findGuardian(tx, application.id)
  if (!guardian) return
  const now = deps.clock.iso()
  const hash = deps.secrets.hash(guardianTokenOf(deps, application.id))
  await keepGuardianToken(tx, { hash, subject_id: application.id, created_at: now, expires_at: FAR })
  await saveGuardian(tx, application.id, { asked_at: now })
  await mailGuardian(tx, deps, { application, guardian, offer }, false)
}

type Mailed = { application: Asked; guardian: GuardianRow; offer: Offer }

/** What, where, when and with whom, in the language of whoever applied. */
export async function mailGuardian(tx: Tx, deps: Deps, { application, guardian, offer }: Mailed, isReminder: boolean) {
  const { id, locale } = application
  const { time_zone } = await getAssociation(tx)
  const t = deps.i18n.for(locale as Locale, time_zone, dateIn(time_zone, deps.clock.now()))
  await enqueueMail(tx, deps, {
    dedupe: `application:${id}:guardian${isReminder ? ':again' : ''}`,
    to: guardian.guardian_email,
    name: guardian.guardian_name,
    locale,
    template: 'applications/guardian',
    params: {
      name: guardian.guardian_name,
      who: fullName(application),
      title: titleOf(offer, locale),
      ...comingOf(deps, offer.content, t),
      isReminder,
      url: deps.config.publicUrl + guardianPath(guardianTokenOf(deps, id)),
    },
  })
}
