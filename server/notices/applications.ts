// SPDX-License-Identifier: AGPL-3.0-or-later
import { findApplication, type ApplicationRow } from '../../db/queries/applications.ts'
import { findOffer, type OfferRow } from '../../db/queries/offers.ts'
import { delayWords, usualDelay } from '../applications/delay.ts'
import { tellApplicant, tellTeam } from '../applications/mails.ts'
import type { Handled } from '../consumers.ts'
import type { Deps } from '../deps.ts'
import type { Locale } from '../text/i18n.ts'
import type { Event } from '../model/events.ts'
import type { Tx } from '../web/transact.ts'
import type { Notice, Notices } from './notices.ts'

type Mailed = `application.${'confirmed' | 'accepted' | 'declined' | 'offer_closed' | 'offer_cancelled' | 'withdrawn'}`
type About<T extends Mailed> = { application: ApplicationRow; offer: OfferRow; dedupe: string; event: Event<T> }

const about =
  <T extends Mailed>(write: (tx: Tx, deps: Deps, about: About<T>) => Promise<Handled>): Notice<T> =>
  async (tx, deps, event) => {
    const application = await findApplication(tx, event.subjectId)
    const offer = application && (await findOffer(tx, application.offer_id))
    if (offer) return write(tx, deps, { application, offer, event, dedupe: `event:${event.seq}:${event.type}` })
  }

export const applicationsNotices: Notices = {
  'application.confirmed': about(async (tx, deps, { application, offer, dedupe }) => {
    const delay = delayWords(await usualDelay(tx), deps.i18n.for(application.locale as Locale))
    await tellApplicant(tx, deps, application, offer, { template: 'received', dedupe, params: { delay } })
    return tellTeam(tx, deps, application, offer, { template: 'arrived', dedupe: `${dedupe}:team` })
  }),
  'application.accepted': about(async (tx, deps, { application, offer, dedupe }) => {
    const params = { word: application.answer }
    await tellApplicant(tx, deps, application, offer, { template: 'accepted', dedupe, params })
  }),
  'application.declined': about(async (tx, deps, { application, offer, dedupe, event }) => {
    const params = { answer: application.answer, wasAccepted: event.details.from === 'accepted' }
    await tellApplicant(tx, deps, application, offer, { template: 'declined', dedupe, params })
  }),
  'application.offer_closed': about(async (tx, deps, { application, offer, dedupe }) => {
    await tellApplicant(tx, deps, application, offer, { template: 'closed', dedupe })
  }),
  'application.offer_cancelled': about(async (tx, deps, { application, offer, dedupe }) => {
    await tellApplicant(tx, deps, application, offer, { template: 'cancelled', dedupe })
  }),
  'application.withdrawn': about(async (tx, deps, { application, offer, dedupe, event }) => {
    const params = { wasAccepted: event.details.from === 'accepted' }
    return tellTeam(tx, deps, application, offer, { template: 'withdrawn', dedupe, params })
  }),
}
