// SPDX-License-Identifier: AGPL-3.0-or-later
// Mails around the days of an offer: to accepted people before the first one, and after the last one to them and to the
// team, whether it took place. Each is sent once for a day; a day that moves is told again.
import { setImmediate } from 'node:timers/promises'
import { findApplication, saveApplication } from '../../db/queries/applications.ts'
import { findAssociation } from '../../db/queries/association.ts'
import {
  countAttending,
  listOffersBeginning,
  listOffersEnded,
  listToTell,
  noteAsked,
} from '../../db/queries/attendance.ts'
import { findOffer, type OfferRow } from '../../db/queries/offers.ts'
import { dateIn } from '../base/clock.ts'
import { addDays } from '../base/days.ts'
import type { Deps } from '../deps.ts'
import { hasEnded, lastEventDay } from '../model/offer/event-days.ts'
import { forEachYielding } from '../queue/event-loop.ts'
import type { Locale } from '../text/i18n.ts'
import { transact, type Tx } from '../web/transact.ts'
import { factsOf } from './accepted.ts'
import { linkOf } from './link.ts'
import { tellApplicant, tellTeam } from './mails.ts'

/** Days before the first day. */
const BEFORE = 2
/** Days after the last day on which it is still asked, when the instance was stopped meanwhile. */
const STILL_AFTER = 14
const AT_ONCE = 20

export async function followUpDays(deps: Deps): Promise<void> {
  const association = await findAssociation(deps.db)
  if (!association) return
  const zone = association.time_zone
  const today = dateIn(zone, deps.clock.now())
  const begin = await listOffersBeginning(deps.db, { from: addDays(today, 1), until: addDays(today, BEFORE) })
  await forEachYielding(begin, (id) => remindOf(deps, id, today, zone))
  const ended = await listOffersEnded(deps.db, { from: addDays(today, -STILL_AFTER), until: addDays(today, -1) })
  await forEachYielding(ended, (id) => askAbout(deps, id, today, zone))
}

async function remindOf(deps: Deps, offerId: string, today: string, zone: string): Promise<void> {
  const isDue = ({ content }: OfferRow) => content.starts_on !== null && content.starts_on > today
  await tellEach(
    deps,
    offerId,
    'reminded_for',
    async (tx, offer, application) => {
      const t = deps.i18n.for(application.locale as Locale, zone, today)
      const leave = `${linkOf(deps, application.id)}/withdrawal`
      const params = {
        ...factsOf(deps, offer, t),
        note: offer.accepted_note,
        day: t.date(offer.content.starts_on!, 'day'),
        leave,
      }
      const dedupe = `application:${application.id}:before:${offer.content.starts_on}`
      await tellApplicant(tx, deps, application, offer, { template: 'before', dedupe, params })
    },
    (offer) => (isDue(offer) ? offer.content.starts_on : null),
  )
}

async function askAbout(deps: Deps, offerId: string, today: string, zone: string): Promise<void> {
  const over = ({ content }: OfferRow) => {
    return hasEnded(content, today) ? lastEventDay(content) : null
  }
  await tellEach(
    deps,
    offerId,
    'asked_for',
    async (tx, offer, application) => {
      const day = over(offer)!
      const t = deps.i18n.for(application.locale as Locale, zone, today)
      const hours = application.person_id ? `${deps.config.publicUrl}/my/hours?offer=${offer.id}&day=${day}` : ''
      const params = { day: t.date(day, 'day'), hours }
      const dedupe = `application:${application.id}:after:${day}`
      await tellApplicant(tx, deps, application, offer, { template: 'after', dedupe, params })
    },
    over,
  )
  while ((await transact(deps, (tx) => askTeam(tx, deps, offerId, over))) === 'more') await setImmediate()
}

type Tell = (
  tx: Tx,
  offer: OfferRow,
  application: NonNullable<Awaited<ReturnType<typeof findApplication>>>,
) => Promise<void>

/** A few in each transaction. @param dayOf of the offer as it is now; null when nothing is due any more. */
async function tellEach(
  deps: Deps,
  offerId: string,
  column: 'reminded_for' | 'asked_for',
  tell: Tell,
  dayOf: (offer: OfferRow) => string | null,
): Promise<void> {
  const some = async (tx: Tx) => {
    const offer = await findOffer(tx, offerId)
    const day = offer && dayOf(offer)
    if (!offer || !day) return 0
    const part = await listToTell(tx, offerId, { column, day, limit: AT_ONCE })
    for (const { id } of part) {
      const application = (await findApplication(tx, id))!
      await saveApplication(tx, id, 'accepted', { [column]: day })
      await tell(tx, offer, application)
    }
    return part.length
  }
  while ((await transact(deps, some)) === AT_ONCE) await setImmediate()
}

/** One mail for the offer, with a page that lists everybody. */
async function askTeam(tx: Tx, deps: Deps, offerId: string, over: (offer: OfferRow) => string | null) {
  const offer = await findOffer(tx, offerId)
  const day = offer && over(offer)
  if (!offer || !day || offer.attendance_asked === day) return
  const count = await countAttending(tx, offerId)
  const url = `${deps.config.publicUrl}/work/offers/${offerId}/attendance`
  const nobody = { id: offerId, email: '', given_name: '', family_name: '', locale: '' }
  const mail = { template: 'attendance' as const, dedupe: `offer:${offerId}:attendance:${day}`, params: { url, count } }
  if (count > 0 && (await tellTeam(tx, deps, nobody, offer, mail)) === 'more') return 'more'
  await noteAsked(tx, offerId, day)
}
