// SPDX-License-Identifier: AGPL-3.0-or-later
import { setImmediate } from 'node:timers/promises'
import * as applications from '../../db/queries/applications.ts'
import { listEventsOf, record } from '../../db/queries/events.ts'
import { findOffer } from '../../db/queries/offers.ts'
import { DAY, HOUR, later } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import { forEachYielding } from '../queue/event-loop.ts'
import { ROWS_AT_ONCE, transact, transactInParts } from '../web/transact.ts'
import { tellApplicant, tellTeam } from './mails.ts'
import { CONFIRM_WITHIN_HOURS, KEEP_MONTHS, REMIND_AFTER_DAYS, WAITING, dueAfter, monthsFrom } from './rules.ts'

/** Each is sent once: to the team after 3, 7 and 14 days without an answer, to the applicant after 21. */
export async function remindOfApplications(deps: Deps): Promise<void> {
  await forEachYielding(waiting(deps), async (application) => {
    while ((await remindOf(deps, application)) === 'more') await setImmediate()
  })
}

/** Applications that have waited long enough for a reminder. */
async function* waiting({ db, clock }: Deps): AsyncGenerator<applications.ApplicationRow> {
  const before = later(clock.iso(), -REMIND_AFTER_DAYS[0] * DAY)
  let last: applications.ApplicationRow | undefined
  do {
    const part = await applications.listWaitingSince(db, before, { limit: ROWS_AT_ONCE, after: last })
    yield* part
    last = part.at(-1)
  } while (last)
}

/** @returns `more` when some of the team are not told yet. */
async function remindOf(deps: Deps, application: applications.ApplicationRow): Promise<void | 'more'> {
  const { id, offer_id, confirmed_at } = application
  const now = deps.clock.iso()
  const due = dueAfter(Math.floor((Date.parse(now) - Date.parse(confirmed_at ?? now)) / DAY))
  if (!due || (await wasDone(deps, id, due.days))) return
  return transact(deps, async (tx) => {
    const offer = await findOffer(tx, offer_id)
    const current = await applications.findApplication(tx, id)
    if (!offer || !current || !WAITING.includes(current.state)) return
    const mail = { dedupe: `application:${id}:after:${due.days}`, params: { days: due.days } }
    if (due.tells !== 'team') await tellApplicant(tx, deps, application, offer, { template: 'silent', ...mail })
    else if ((await tellTeam(tx, deps, application, offer, { template: 'reminder', ...mail })) === 'more') return 'more'
    await record(tx, { type: 'application.reminded', at: now, subject: id, details: { days: due.days } })
  })
}

/** Read from the events, because old mails are deleted. */
async function wasDone(deps: Deps, id: string, days: number): Promise<boolean> {
  const events = await listEventsOf(deps.db, id, 'application')
  return events.some(({ type, details }) => type === 'application.reminded' && details.days === days)
}

export async function forgetUnconfirmed(deps: Deps): Promise<void> {
  const before = later(deps.clock.iso(), -CONFIRM_WITHIN_HOURS * HOUR)
  await transactInParts(deps, (tx, most) => applications.deleteUnconfirmedBefore(tx, before, most))
}

/** Removes the personal data twelve months after the end of an application. */
export async function anonymiseEnded(deps: Deps): Promise<void> {
  const now = deps.clock.iso()
  const before = monthsFrom(now, -KEEP_MONTHS)
  await transactInParts(deps, (tx, most) => applications.anonymiseEndedBefore(tx, before, now, most))
}
