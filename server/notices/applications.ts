// SPDX-License-Identifier: AGPL-3.0-or-later
import { findApplicationMessage, findTeamMessageAt } from '../../db/queries/application-messages.ts'
import { findApplication, listOffersTakingPeople, type ApplicationRow } from '../../db/queries/applications.ts'
import { getAssociation } from '../../db/queries/association.ts'
import { findRevisionContent } from '../../db/queries/held-changes.ts'
import { findOffer, type OfferRow } from '../../db/queries/offers.ts'
import { findPerson } from '../../db/queries/people.ts'
import { findTestimonial, findTestimonialOf } from '../../db/queries/testimonials.ts'
import { welcomeLink } from '../accounts/mails.ts'
import { calendarOf, comingOf, factsOf, withoutGreeting } from '../applications/accepted.ts'
import { delayWords, usualDelay } from '../applications/delay.ts'
import { linkOf } from '../applications/link.ts'
import { tellApplicant, tellTeam } from '../applications/mails.ts'
import { testimonialPath, testimonialTokenOf } from '../applications/testimonial.ts'
import { dateIn } from '../base/clock.ts'
import type { Handled } from '../consumers.ts'
import type { Deps } from '../deps.ts'
import { pickText, type Locale } from '../text/i18n.ts'
import type { Event } from '../model/events.ts'
import { fullName } from '../model/person.ts'
import type { Tx } from '../web/transact.ts'
import type { Notice, Notices } from './notices.ts'

type Mailed =
  `application.${'confirmed' | 'waitlisted' | 'place_offered' | 'lapsed' | 'accepted' | 'completed' | 'consent_given' | 'consent_withdrawn' | 'person_wrote' | 'team_wrote' | 'declined' | 'offer_closed' | 'offer_cancelled' | 'offer_changed' | 'withdrawn'}`
type About<T extends Mailed> = { application: ApplicationRow; offer: OfferRow; dedupe: string; event: Event<T> }

const about =
  <T extends Mailed>(write: (tx: Tx, deps: Deps, about: About<T>) => Promise<Handled>): Notice<T> =>
  async (tx, deps, event) => {
    const application = await findApplication(tx, event.subjectId)
    const offer = application && (await findOffer(tx, application.offer_id))
    if (offer) return write(tx, deps, { application, offer, event, dedupe: `event:${event.seq}:${event.type}` })
  }

/** What the team wrote, and who of them. */
async function wordsOf(tx: Tx, application: ApplicationRow) {
  const { answer, decided_by } = application
  const writer = decided_by ? await findPerson(tx, decided_by) : undefined
  return { word: withoutGreeting(answer, application), writer: writer ? fullName(writer) : '' }
}

/** In the language of the applicant, with the days of the association. */
async function wordingOf(tx: Tx, deps: Deps, { locale }: ApplicationRow) {
  const { name, time_zone } = await getAssociation(tx)
  const t = deps.i18n.for(locale as Locale, time_zone, dateIn(time_zone, deps.clock.now()))
  return { t, site: { publicUrl: deps.config.publicUrl, name } }
}

/** Why an offer ended, unless the reason says nothing, and what the team wrote with it. */
async function endOf(tx: Tx, deps: Deps, application: ApplicationRow, { closed_at, closed_reason }: OfferRow) {
  const list = END_REASONS.find((name) => deps.taxonomies.has(name, closed_reason ?? ''))
  const isSaid = list && closed_reason && closed_reason !== 'other'
  const said = closed_at ? await findTeamMessageAt(tx, application.id, closed_at) : undefined
  const writer = said?.sent_by ? await findPerson(tx, said.sent_by) : undefined
  return {
    reason: isSaid ? deps.taxonomies.label(list, closed_reason, application.locale as Locale) : '',
    word: said?.body ?? '',
    writer: writer ? fullName(writer) : '',
  }
}
const END_REASONS = ['close_reason', 'cancel_reason'] as const

const MOST_NEXT = 3

/** Offers for a next time: those that go on first, because one who came once may like to come again. */
async function nextOffers(tx: Tx, deps: Deps, besides: string, locale: Locale) {
  const open = await listOffersTakingPeople(tx, deps.clock.iso(), 50)
  const others = open.filter(({ id, waits, isPublic }) => id !== besides && isPublic && !waits)
  return others
    .toSorted((a, b) => Number(b.isRegular) - Number(a.isRegular))
    .slice(0, MOST_NEXT)
    .map(({ id, title }) => ({ title: pickText(title, locale).text, url: `${deps.config.publicUrl}/offers/${id}` }))
}

export const applicationsNotices: Notices = {
  'application.confirmed': about(async (tx, deps, { application, offer, dedupe }) => {
    const delay = delayWords(await usualDelay(tx), deps.i18n.for(application.locale as Locale))
    await tellApplicant(tx, deps, application, offer, { template: 'received', dedupe, params: { delay } })
    return tellTeam(tx, deps, application, offer, { template: 'arrived', dedupe: `${dedupe}:team` })
  }),
  'application.waitlisted': about(async (tx, deps, { application, offer, dedupe, event }) => {
    const params = { rank: event.details.rank ?? 1 }
    await tellApplicant(tx, deps, application, offer, { template: 'waitlisted', dedupe, params })
    if (event.details.from !== 'unconfirmed') return
    const mail = { template: 'arrived' as const, dedupe: `${dedupe}:team`, params: { waits: true } }
    return tellTeam(tx, deps, application, offer, mail)
  }),
  'application.place_offered': about(async (tx, deps, { application, offer, dedupe, event }) => {
    const { time_zone } = await getAssociation(tx)
    const t = deps.i18n.for(application.locale as Locale, time_zone)
    const until = application.held_until ? t.date(application.held_until, 'datetime') : ''
    const params = { until, why: t(`applications.line.why.${event.details.why ?? 'freed'}`), phone: application.phone }
    if (application.email === '') return tellTeam(tx, deps, application, offer, { template: 'call', dedupe, params })
    await tellApplicant(tx, deps, application, offer, { template: 'place', dedupe, params })
  }),
  'application.lapsed': about(async (tx, deps, { application, offer, dedupe }) => {
    const params = { again: `${deps.config.publicUrl}/offers/${offer.id}/apply` }
    await tellApplicant(tx, deps, application, offer, { template: 'lapsed', dedupe, params })
  }),
  'application.accepted': about(async (tx, deps, { application, offer, dedupe, event }) => {
    const { t, site } = await wordingOf(tx, deps, application)
    const facts = factsOf(deps, offer, t)
    const calendar = calendarOf(offer, t, site, facts.where)
    const person = application.person_id ? await findPerson(tx, application.person_id) : undefined
    const isTheirs = person?.email === application.email && person.disabled_at === null
    const welcome = isTheirs ? await welcomeLink(tx, deps, person) : ''
    const params = {
      ...facts,
      note: offer.accepted_note,
      welcome,
      hasDays: calendar !== '',
      ...(await wordsOf(tx, application)),
    }
    const about = welcome ? `person:${person?.id}` : `application:${application.id}`
    await tellApplicant(tx, deps, application, offer, {
      template: 'accepted',
      dedupe,
      params,
      more: { calendar, about },
    })
    // Nobody of the team was there.
    if (event.details.from !== 'place_offered' || event.actorId) return
    return tellTeam(tx, deps, application, offer, { template: 'joined', dedupe: `${dedupe}:team` })
  }),
  // Once, also when it was noted otherwise meanwhile.
  'application.completed': about(async (tx, deps, { application, offer }) => {
    if (application.state !== 'completed') return
    const dedupe = `application:${application.id}:thanks`
    const next = await nextOffers(tx, deps, offer.id, application.locale as Locale)
    const hours = application.person_id ? `${deps.config.publicUrl}/my/hours?offer=${offer.id}` : ''
    // Words that are there already are not asked for again.
    const isSaid = (await findTestimonialOf(tx, application.id)) !== undefined
    const say = isSaid ? '' : deps.config.publicUrl + testimonialPath(testimonialTokenOf(deps, application.id))
    await tellApplicant(tx, deps, application, offer, { template: 'thanks', dedupe, params: { next, hours, say } })
  }),
  'application.person_wrote': about(async (tx, deps, { application, offer, dedupe, event }) => {
    const message = await findApplicationMessage(tx, event.details.message)
    if (!message) return
    return tellTeam(tx, deps, application, offer, { template: 'wrote', dedupe, params: { word: message.body } })
  }),
  'application.team_wrote': about(async (tx, deps, { application, offer, dedupe, event }) => {
    const message = await findApplicationMessage(tx, event.details.message)
    if (!message) return
    const sender = message.sent_by ? await findPerson(tx, message.sent_by) : undefined
    const answer = `${linkOf(deps, application.id)}#messages`
    const params = { word: message.body, writer: sender ? fullName(sender) : '', answer }
    await tellApplicant(tx, deps, application, offer, { template: 'message', dedupe, params })
  }),
  'application.consent_given': about(async (tx, deps, { application, offer, dedupe, event }) => {
    // Whoever noted it knows.
    if (event.actorId) return
    return tellTeam(tx, deps, application, offer, { template: 'consent', dedupe, params: { isGiven: true } })
  }),
  'application.consent_withdrawn': about((tx, deps, { application, offer, dedupe }) =>
    tellTeam(tx, deps, application, offer, { template: 'consent', dedupe, params: { isGiven: false } }),
  ),
  'application.declined': about(async (tx, deps, { application, offer, dedupe, event }) => {
    const params = { ...(await wordsOf(tx, application)), wasAccepted: event.details.from === 'accepted' }
    await tellApplicant(tx, deps, application, offer, { template: 'declined', dedupe, params })
  }),
  'application.offer_closed': about(async (tx, deps, { application, offer, dedupe }) => {
    const params = await endOf(tx, deps, application, offer)
    await tellApplicant(tx, deps, application, offer, { template: 'closed', dedupe, params })
  }),
  'application.offer_cancelled': about(async (tx, deps, { application, offer, dedupe }) => {
    const { t, site } = await wordingOf(tx, deps, application)
    const { when, where } = factsOf(deps, offer, t)
    const calendar = calendarOf(offer, t, { ...site, isCancelled: true }, where)
    const params = { when, where, hasDays: calendar !== '', ...(await endOf(tx, deps, application, offer)) }
    await tellApplicant(tx, deps, application, offer, { template: 'cancelled', dedupe, params, more: { calendar } })
  }),
  'application.offer_changed': about(async (tx, deps, { application, offer, dedupe, event }) => {
    const before = await findRevisionContent(tx, offer.id, event.details.revision)
    // Who has withdrawn meanwhile need not know.
    if (!before || application.state !== 'accepted') return
    const { t, site } = await wordingOf(tx, deps, application)
    const [was, now] = [comingOf(deps, before, t), comingOf(deps, offer.content, t)]
    const calendar = calendarOf(offer, t, site, factsOf(deps, offer, t).where)
    const params = {
      ...now,
      wasWhen: was.when === now.when ? '' : was.when,
      wasWhere: was.where === now.where ? '' : was.where,
      note: event.details.note ? offer.accepted_note : '',
      hasDays: calendar !== '',
    }
    await tellApplicant(tx, deps, application, offer, { template: 'changed', dedupe, params, more: { calendar } })
  }),
  'application.withdrawn': about(async (tx, deps, { application, offer, dedupe, event }) => {
    const params = { wasAccepted: event.details.from === 'accepted' }
    return tellTeam(tx, deps, application, offer, { template: 'withdrawn', dedupe, params })
  }),
  'testimonial.written': async (tx, deps, event) => {
    const testimonial = await findTestimonial(tx, event.subjectId)
    const application = testimonial && (await findApplication(tx, testimonial.application_id))
    const offer = application && (await findOffer(tx, application.offer_id))
    if (!offer) return
    const show = event.details.state === 'private' ? 'private' : 'waiting'
    const url = `${deps.config.publicUrl}/work/testimonials${show === 'private' ? '?show=private' : ''}`
    const dedupe = `event:${event.seq}:testimonial`
    const params = { url, mayShow: show === 'waiting' }
    // An answer to this mail reaches nobody who asked for one, so it goes to the association.
    const silent = { ...application, email: '' }
    return tellTeam(tx, deps, silent, offer, { template: 'testimonial', dedupe, params })
  },
}
