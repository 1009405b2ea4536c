// SPDX-License-Identifier: AGPL-3.0-or-later
import { setImmediate } from 'node:timers/promises'
import * as applications from '../../db/queries/applications.ts'
import { listEventsOf, record } from '../../db/queries/events.ts'
import { findGuardian, listGuardiansToRemind, saveGuardian, type Asked } from '../../db/queries/guardians.ts'
import { findOffer } from '../../db/queries/offers.ts'
import { forgetTestimonialsBefore } from '../../db/queries/testimonials.ts'
import { DAY, HOUR, later } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import { forEachYielding } from '../queue/event-loop.ts'
import { ROWS_AT_ONCE, transact, transactInParts, type Tx } from '../web/transact.ts'
import { mailGuardian, REMIND_GUARDIAN_AFTER_DAYS } from './guardian.ts'
import { tellApplicant, tellTeam } from './mails.ts'
import { closedToApplicants, findHomeOffer } from './offer.ts'
import { WAITING } from '../model/application.ts'
import { TESTIMONIAL_MONTHS } from '../model/testimonial.ts'
import {
  CONFIRM_AGAIN_AFTER_DAYS,
  CONFIRM_WITHIN_HOURS,
  KEEP_MONTHS,
  REMIND_AFTER_DAYS,
  dueAfter,
  mayWrite,
  monthsFrom,
} from './rules.ts'

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

/** Whoever has not confirmed their mailbox is written to once more, the next day, while they still can. */
export async function remindUnconfirmed(deps: Deps): Promise<void> {
  await forEachYielding(unconfirmed(deps), (application) => remindToConfirm(deps, application))
}

async function* unconfirmed({ db, clock }: Deps): AsyncGenerator<applications.ApplicationRow> {
  const now = clock.iso()
  const until = later(now, -CONFIRM_AGAIN_AFTER_DAYS * DAY)
  const span = { from: later(now, -CONFIRM_WITHIN_HOURS * HOUR), until }
  let last: applications.ApplicationRow | undefined
  do {
    const part = await applications.listUnconfirmed(db, span, { limit: ROWS_AT_ONCE, after: last })
    yield* part
    last = part.at(-1)
  } while (last)
}

async function remindToConfirm(deps: Deps, { id }: applications.ApplicationRow): Promise<void> {
  const days = CONFIRM_AGAIN_AFTER_DAYS
  if (await wasDone(deps, id, days)) return
  await transact(deps, async (tx) => {
    const now = deps.clock.iso()
    const current = await applications.findApplication(tx, id)
    const offer = current && (await findHomeOffer(tx, current.offer_id))
    // Nobody is asked to confirm what cannot be sent any more, or what they sent another time.
    const isOver = !offer || closedToApplicants(offer, now, current.seats) !== undefined
    if (!current || current.state !== 'unconfirmed' || isOver) return
    if (await applications.findLiveApplication(tx, current.offer_id, current)) return
    await tellApplicant(tx, deps, current, offer, { template: 'unconfirmed', dedupe: `application:${id}:unconfirmed` })
    await record(tx, { type: 'application.reminded', at: now, subject: id, details: { days } })
  })
}

/** Whoever was asked for a permission and has not answered is written to once more, while it can still help. */
export async function remindGuardians(deps: Deps): Promise<void> {
  await forEachYielding(guardiansToRemind(deps), ({ id }) => transact(deps, (tx) => remindGuardian(tx, deps, id)))
}

async function* guardiansToRemind({ db, clock }: Deps): AsyncGenerator<Asked> {
  const until = later(clock.iso(), -REMIND_GUARDIAN_AFTER_DAYS * DAY)
  let last: Asked | undefined = { asked_at: '', id: '' }
  while (last) {
    const part: Asked[] = await listGuardiansToRemind(db, until, last, ROWS_AT_ONCE)
    yield* part
    last = part.at(-1)
  }
}

async function remindGuardian(tx: Tx, deps: Deps, id: string): Promise<void> {
  const guardian = await findGuardian(tx, id)
  // The answer may have come since the list was read.
  if (guardian?.given_at || guardian?.withdrawn_at || guardian?.reminded_at) return
  await saveGuardian(tx, id, { reminded_at: deps.clock.iso() })
  const application = await applications.findApplication(tx, id)
  const offer = application && (await findOffer(tx, application.offer_id))
  if (!guardian || !offer || !mayWrite(application.state)) return
  await mailGuardian(tx, deps, { application, guardian, offer }, true)
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

/** Words that nobody shows. Those on the site stay until they are taken back or taken off. */
export async function forgetTestimonials(deps: Deps): Promise<void> {
  const before = monthsFrom(deps.clock.iso(), -TESTIMONIAL_MONTHS)
  await transactInParts(deps, (tx, most) => forgetTestimonialsBefore(tx, before, most))
}
