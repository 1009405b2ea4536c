// SPDX-License-Identifier: AGPL-3.0-or-later
// The link of an applicant is derived from the secret key, so it is the same in every mail; only its hash is stored.
import { keepApplicationToken } from '../../db/queries/applications.ts'
import { HOUR, later } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import type { Tx } from '../web/transact.ts'
import { ENDED, type ApplicationState } from '../model/application.ts'
import { CONFIRM_WITHIN_HOURS, KEEP_MONTHS, monthsFrom } from './rules.ts'

type Keys = Pick<Deps, 'secrets' | 'config'>

export function tokenOf(deps: Pick<Deps, 'secrets'>, applicationId: string): string {
  return deps.secrets.mac(applicationId, 'application link')
}

export function pathOf(token: string): string {
  return `/applications/${token}`
}

export function linkOf(deps: Keys, applicationId: string): string {
  return deps.config.publicUrl + pathOf(tokenOf(deps, applicationId))
}

export const FAR = '9999-12-31T23:59:59.999Z'

/** The link ends with the time limit of the confirmation, or twelve months after the end of the application. */
export async function keepLink(tx: Tx, deps: Deps, applicationId: string, state: ApplicationState): Promise<void> {
  const now = deps.clock.iso()
  const end = ENDED.includes(state) ? monthsFrom(now, KEEP_MONTHS) : FAR
  await keepApplicationToken(tx, {
    hash: deps.secrets.hash(tokenOf(deps, applicationId)),
    applicationId,
    now,
    expiresAt: state === 'unconfirmed' ? later(now, CONFIRM_WITHIN_HOURS * HOUR) : end,
  })
}
