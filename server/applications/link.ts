// SPDX-License-Identifier: AGPL-3.0-or-later
// The link by which an applicant confirms, follows and withdraws an application. It is derived from the secret key, so
// it is the same in every mail and only its hash is stored.
import { keepApplicationToken } from '../../db/queries/applications.ts'
import { HOUR, later } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import type { Tx } from '../web/transact.ts'
import { CONFIRM_WITHIN_HOURS, ENDED, KEEP_MONTHS, monthsFrom, type ApplicationState } from './rules.ts'

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

const FAR = '9999-12-31T23:59:59.999Z'

/**
 * Sets the end of the link for this state: the time limit for the confirmation, or twelve months after the end of the
 * application.
 */
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
