// SPDX-License-Identifier: AGPL-3.0-or-later
// What is due is read from the database, so a missed run does no harm.
import { findAssociation } from '../../db/queries/association.ts'
import { record } from '../../db/queries/events.ts'
import * as offers from '../../db/queries/offers.ts'
import { after, DAY, dateIn, later } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import { forEachYielding } from '../queue/event-loop.ts'
import { transact } from '../web/transact.ts'
import { archiveOffer, closeOffer } from './commands/end.ts'
import { tellDraft, tellEnding, tellReopening } from './mails.ts'
import { TIMETABLE } from '../model/viewer.ts'
import { isExpired } from '../model/offer/standing.ts'
import { dueReminder, isMorning, REMINDERS, reminderMark, type Window } from '../model/offer/window.ts'

/** Days an expired offer can still be renewed before it is closed. */
const EXPIRED_FOR = 30
/** Days without a change after which somebody is reminded of a draft, and after which nobody is any more. */
const DRAFT_LEFT = 7
const DRAFT_FORGOTTEN = 30
/** Days until a cancelled offer, and a closed one, are archived. */
const PUT_AWAY_AFTER = { cancelled: 30, closed: 365 } as const

export async function keepTime(deps: Deps): Promise<void> {
  const association = await findAssociation(deps.db)
  if (!association) return
  await tellEnds(deps, association.time_zone)
  await closeExpired(deps)
  await proposeReopening(deps, association.time_zone)
  await remindOfDrafts(deps, association.time_zone)
  await putAway(deps)
}

const windowOf = (offer: offers.OfferRow): Window => ({ from: offer.publish_from!, until: offer.publish_until! })

/** Mails 7 and 2 days before the last day and on it. The end is only an event, which partners receive. */
async function tellEnds(deps: Deps, timeZone: string): Promise<void> {
  const horizon = later(deps.clock.iso(), (Math.max(...REMINDERS) + 2) * DAY)
  await forEachYielding(await offers.listOffersEndingBefore(deps.db, horizon), ({ id }) =>
    transact(deps, async (tx) => {
      const offer = await offers.findOffer(tx, id)
      if (!offer || !['published', 'paused'].includes(offer.state)) return
      const now = deps.clock.iso()
      const over = reminderMark(windowOf(offer), 'expired')
      if (isExpired(offer, now)) {
        if (offer.reminded_until === over) return
        const at = after(offer.updated_at, now)
        await offers.touchOffer(tx, id, { reminded_until: over, updated_at: at })
        await record(tx, { type: 'offer.standing_changed', at, subject: id, details: { what: 'expired' } })
        return
      }
      const due = dueReminder(windowOf(offer), offer.reminded_until, timeZone, now)
      if (due === null) return
      await offers.touchOffer(tx, id, { reminded_until: reminderMark(windowOf(offer), due) })
      await tellEnding(tx, deps, offer, due)
    }),
  )
}

async function closeExpired(deps: Deps): Promise<void> {
  const before = later(deps.clock.iso(), -EXPIRED_FOR * DAY)
  await forEachYielding(await offers.listOffersEndingBefore(deps.db, before), ({ id }) =>
    closeOffer(deps, TIMETABLE, id, { reason: 'expired' }),
  )
}

async function proposeReopening(deps: Deps, timeZone: string): Promise<void> {
  const today = dateIn(timeZone, deps.clock.now())
  await forEachYielding(await offers.listOffersToReopen(deps.db, today), ({ id }) =>
    transact(deps, async (tx) => {
      const offer = await offers.findOffer(tx, id)
      const told = `reopen/${offer?.reopen_on}`
      if (!offer || offer.state !== 'closed' || offer.reminded_until === told) return
      await offers.touchOffer(tx, id, { reminded_until: told })
      await tellReopening(tx, deps, offer)
    }),
  )
}

/** Once. What was left for longer, such as before there were reminders, is left in peace. */
async function remindOfDrafts(deps: Deps, timeZone: string): Promise<void> {
  const now = deps.clock.iso()
  if (!isMorning(timeZone, now)) return
  const [after, before] = [later(now, -DRAFT_FORGOTTEN * DAY), later(now, -DRAFT_LEFT * DAY)]
  await forEachYielding(await offers.listDraftsLeft(deps.db, after, before), ({ id }) =>
    transact(deps, async (tx) => {
      const offer = await offers.findOffer(tx, id)
      if (offer?.state !== 'draft' || offer.updated_at > before || offer.reminded_until !== null) return
      await offers.touchOffer(tx, id, { reminded_until: 'draft' })
      await tellDraft(tx, deps, offer)
    }),
  )
}

async function putAway(deps: Deps): Promise<void> {
  for (const state of ['cancelled', 'closed'] as const) {
    const before = later(deps.clock.iso(), -PUT_AWAY_AFTER[state] * DAY)
    await forEachYielding(await offers.listOffersClosedBefore(deps.db, state, before), async ({ id, reopen_on }) => {
      if (reopen_on === null && (await offers.countOpenApplications(deps.db, id)) === 0)
        await archiveOffer(deps, TIMETABLE, id)
    })
  }
}
