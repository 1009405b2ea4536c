// SPDX-License-Identifier: AGPL-3.0-or-later
// Who came, as the team notes it, and as the person says it.
import {
  findApplication,
  findApplicationByToken,
  saveApplication,
  type ApplicationRow,
} from '../../../db/queries/applications.ts'
import { getAssociation } from '../../../db/queries/association.ts'
import { record } from '../../../db/queries/events.ts'
import { saveCameOn } from '../../../db/queries/attendance.ts'
import { findOffer } from '../../../db/queries/offers.ts'
import { dateIn } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import { hasEnded } from '../../model/offer/event-days.ts'
import type { Viewer } from '../../model/viewer.ts'
import { countNow, takeBack } from '../../statistics/count.ts'
import { Conflict, Forbidden, NotFound, Refused } from '../../web/errors.ts'
import { transact, type Handle, type Tx } from '../../web/transact.ts'
import { mayAnswer } from '../policy.ts'
import { keepTestimonialLink } from '../testimonial.ts'
import { move } from './move.ts'

export type Came = 'came' | 'missed'
const ACTION = { came: 'complete', missed: 'miss' } as const
const DONE = { came: 'completed', missed: 'no_show' } as const

/**
 * What is noted already stays as it is; what changed meanwhile is passed over.
 * @param offerId to which the applications belong. @returns how many were noted. @throws Refused before it is over.
 */
export async function noteAttendance(
  deps: Deps,
  viewer: Viewer,
  offerId: string,
  noted: ReadonlyMap<string, Came>,
): Promise<number> {
  if (!mayAnswer(viewer)) throw new Forbidden()
  await refuseEarly(deps, deps.db, offerId)
  let count = 0
  for (const [id, came] of noted) {
    await transact(deps, async (tx) => {
      const application = await findApplication(tx, id)
      if (application?.offer_id !== offerId || application.state === DONE[came]) return
      if (!['accepted', 'completed', 'no_show'].includes(application.state)) return
      await move(tx, deps, application, ACTION[came], { by: viewer.personId })
      await countCame(tx, deps, application, came)
      count += 1
    })
  }
  return count
}

/**
 * With those whom they brought along, on the day on which it is noted, as a yes is counted on the day of the yes. Noted
 * otherwise later, it is taken back from that day.
 */
async function countCame(tx: Tx, deps: Deps, application: ApplicationRow, came: Came): Promise<void> {
  const { id, offer_id, channel, seats, came_on } = application
  const people = { offerId: offer_id, channel, what: 'completed', by: seats } as const
  if (came_on !== null) await takeBack(tx, came_on, people)
  await saveCameOn(tx, id, came === 'came' ? await countNow(tx, deps, people) : null)
}

/** The person says it, once or again; the team decides. @throws NotFound when the link has expired; Refused. */
export async function sayCame(deps: Deps, token: string, came: boolean): Promise<void> {
  await transact(deps, async (tx) => {
    const now = deps.clock.iso()
    const application = await findApplicationByToken(tx, deps.secrets.hash(token), now)
    if (!application) throw new NotFound('applications.link_over.text')
    const { id, state, offer_id } = application
    await refuseEarly(deps, tx, offer_id)
    if (state !== 'accepted') throw new Refused(`applications.refused.${state}`)
    if (!(await saveApplication(tx, id, state, { said_came: came ? 1 : 0, updated_at: now }))) throw new Conflict()
    if (came) await keepTestimonialLink(tx, deps, id)
    await record(tx, { type: 'application.said', at: now, subject: id, details: { offer: offer_id, came } })
  })
}

/** Nobody knows before the last day is past who came. */
async function refuseEarly(deps: Deps, db: Handle, offerId: string): Promise<void> {
  const offer = await findOffer(db, offerId)
  const today = dateIn((await getAssociation(db)).time_zone, deps.clock.now())
  if (!offer || !hasEnded(offer.content, today)) throw new Refused('applications.refused.not_over')
}
