// SPDX-License-Identifier: AGPL-3.0-or-later
// A mailbox that does not exist: the team is told once, because the person waits for a mail that cannot come.
import { limits } from '../../config/limits.ts'
import { findSubscriber } from '../../db/queries/alerts.ts'
import { findApplication } from '../../db/queries/applications.ts'
import { countLiveOffersOf } from '../../db/queries/offer-contacts.ts'
import { findOffer } from '../../db/queries/offers.ts'
import { findPerson, listPeopleWith } from '../../db/queries/people.ts'
import { tellUndelivered } from '../applications/mails.ts'
import { eraseSubscriber } from '../privacy/erase.ts'
import type { Handled } from '../consumers.ts'
import type { Deps } from '../deps.ts'
import { enqueueSome } from '../mail/queue.ts'
import type { Event } from '../model/events.ts'
import { fullName } from '../model/person.ts'
import { inCharge } from '../model/rights.ts'
import type { Tx } from '../web/transact.ts'
import type { Notices } from './notices.ts'
import { isTooOften } from './often.ts'

/** Anybody can apply with an address that does not exist. */
const MOST_A_DAY = { each: 1, all: 20 }

export const undeliveredNotices: Notices = {
  'alerts.undelivered': endAlerts,
  'mail.undelivered': async (tx, deps, event) => {
    if (await isTooOften(tx, event, MOST_A_DAY)) return
    return event.details.what === 'person' ? ofPerson(tx, deps, event) : ofApplication(tx, deps, event)
  },
}

/** Nobody reads that mailbox, so nothing of it is kept. */
async function endAlerts(tx: Tx, deps: Deps, event: Event<'alerts.undelivered'>): Promise<void> {
  const subscriber = await findSubscriber(tx, event.subjectId)
  if (subscriber) await eraseSubscriber(tx, deps, subscriber)
}

async function ofApplication(tx: Tx, deps: Deps, event: Event<'mail.undelivered'>): Promise<Handled> {
  const application = await findApplication(tx, event.subjectId)
  const offer = application && (await findOffer(tx, application.offer_id))
  if (!offer) return
  return tellUndelivered(tx, deps, application, offer, `event:${event.seq}:mail.undelivered`)
}

async function ofPerson(tx: Tx, deps: Deps, event: Event<'mail.undelivered'>): Promise<Handled> {
  const person = await findPerson(tx, event.subjectId)
  if (!person) return
  const everybody = await listPeopleWith(tx, 'manage_people')
  const team = everybody.filter(({ id }) => id !== person.id)
  const offers = await countLiveOffersOf(tx, person.id, limits.mostCounted)
  const url = `${deps.config.publicUrl}/work/people/${person.id}`
  const mails = inCharge(team, 'manage_people').map((member) => ({
    dedupe: `event:${event.seq}:mail.undelivered:${member.id}`,
    to: member.email,
    name: fullName(member),
    locale: member.locale,
    template: 'people/undelivered' as const,
    notice: { kind: 'applications' as const, link: url, of: member },
    params: {
      name: member.given_name,
      who: fullName(person),
      email: person.email,
      phone: person.phone,
      url,
      invited: person.invited_at !== null,
      offers,
    },
  }))
  return enqueueSome(tx, deps, mails)
}
