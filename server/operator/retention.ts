// SPDX-License-Identifier: AGPL-3.0-or-later
// What is forgotten by itself, and the checks the database makes of itself. Called by the timetable.
import { deleteMailsBefore } from '../../db/queries/mails.ts'
import { deleteEventsBefore, findJob, listIntegrityFaults, saveJobRun } from '../../db/queries/operator.ts'
import { findAssociation } from '../../db/queries/association.ts'
import { DAY, later } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import { isCheckDue } from './rules.ts'

const MAIL_DAYS = 30
/** CNIL: six to twelve months for lines that say who signed in. */
const SIGN_IN_DAYS = 365

/** The rows of the two checks in the table of jobs; the page shows them. */
export const CHECKS = { quick: 'quick check', full: 'full check' } as const

export const forgetOldMails = (deps: Deps): Promise<void> =>
  deleteMailsBefore(deps.db, later(deps.clock.iso(), -MAIL_DAYS * DAY))

export const forgetOldSignIns = (deps: Deps): Promise<void> =>
  deleteEventsBefore(deps.db, 'session.', later(deps.clock.iso(), -SIGN_IN_DAYS * DAY))

/** Each night the quick check, each week the full one. A fault is kept, logged and shown, and nothing else is done. */
export async function checkDatabase(deps: Deps): Promise<void> {
  const zone = (await findAssociation(deps.db))?.time_zone ?? 'Europe/Paris'
  const hour = Number(
    new Intl.DateTimeFormat('en-GB', { hour: '2-digit', hourCycle: 'h23', timeZone: zone }).format(deps.clock.now()),
  )
  for (const [check, every] of [['full', 7 * DAY] as const, ['quick', DAY] as const]) {
    const last = (await findJob(deps.db, CHECKS[check]))?.last_run_at
    if (!isCheckDue(deps.clock.now(), last ?? undefined, every, hour)) continue
    const faults = await listIntegrityFaults(deps.db, check)
    await saveJobRun(deps.db, CHECKS[check], deps.clock.iso(), faults.join('; ') || null)
    if (faults.length > 0) deps.log.error('the database is damaged', { check, faults: faults.join('; ') })
  }
}
