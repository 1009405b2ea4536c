// SPDX-License-Identifier: AGPL-3.0-or-later
import type { ApplicationRow } from '../../db/queries/applications.ts'
import { getAssociation } from '../../db/queries/association.ts'
import { listContactIds, listUnreached } from '../../db/queries/offer-contacts.ts'
import type { OfferRow } from '../../db/queries/offers.ts'
import { listPeopleWith, type PersonRow } from '../../db/queries/people.ts'
import type { Deps } from '../deps.ts'
import type { MailRequest } from '../mail/compose.ts'
import { enqueueMail, enqueueSome } from '../mail/queue.ts'
import type { ApplicationState } from '../model/application.ts'
import { choiceFor } from '../model/notice-choices.ts'
import { fullName } from '../model/person.ts'
import { inCharge } from '../model/rights.ts'
import { pickText, type Locale, type Translator } from '../text/i18n.ts'
import type { MailOf } from '../text/message-keys.ts'
import type { Tx } from '../web/transact.ts'
import { ANSWER_DAYS, answerPath, attendancePath, keepAnswerLinks } from './answer-link.ts'
import { reachedContactsOf } from './contacts.ts'
import { linkOf } from './link.ts'
import { keepReplyAddresses, type Answerer } from './reply-link.ts'
import { mayWrite } from './rules.ts'

type Offer = Pick<OfferRow, 'id' | 'content' | 'contact_id' | 'capacity'>
type Member = Pick<PersonRow, 'id' | 'email' | 'given_name' | 'family_name' | 'locale' | 'notice_choices'>
type Applicant = Pick<ApplicationRow, 'id' | 'email' | 'given_name' | 'family_name' | 'locale'> & {
  state?: ApplicationState
}
type ApplicationMail = {
  template: MailOf<'applications'>
  dedupe: string
  params?: Record<string, unknown>
  more?: Pick<MailRequest, 'calendar' | 'about'>
}

/** To a mailbox that nobody has proved yet: the address of the offer's contact is not for somebody unknown. */
const UNPROVED = new Set<MailOf<'applications'>>(['confirm', 'unconfirmed', 'known', 'own'])

export const titleOf = (offer: Pick<OfferRow, 'content'>, locale: string): string =>
  pickText(offer.content.title, locale as Locale).text

/** Nothing for somebody without an address, whose application the team noted. */
export async function tellApplicant(tx: Tx, deps: Deps, person: Applicant, offer: Offer, mail: ApplicationMail) {
  if (person.email === '') return
  await enqueueMail(tx, deps, {
    dedupe: mail.dedupe,
    to: person.email,
    name: fullName(person),
    locale: person.locale,
    template: `applications/${mail.template}`,
    ...(!UNPROVED.has(mail.template) && (await answersOf(tx, deps, person, offer))),
    ...mail.more,
    params: {
      title: titleOf(offer, person.locale),
      given: person.given_name,
      url: linkOf(deps, person.id),
      offers: `${deps.config.publicUrl}/offers`,
      ...mail.params,
    },
  })
}

/** Whether an answer to a mail about it can be a message of the conversation. */
const isTalkOpen = ({ state }: Applicant): boolean => state !== undefined && mayWrite(state)

/**
 * The conversation takes the answers, where the host receives mail and as long as it is open. Else the first contact of
 * the offer that mails reach reads them; without one, the association does.
 */
async function answersOf(tx: Tx, deps: Deps, person: Applicant, offer: Offer): Promise<Pick<MailRequest, 'replyTo'>> {
  const [address = ''] = isTalkOpen(person) ? await keepReplyAddresses(tx, deps, person.id, [null]) : []
  if (address !== '') return { replyTo: { name: (await getAssociation(tx)).name, address } }
  const [contact] = await reachedContactsOf(tx, offer)
  if (!contact) return {}
  return { replyTo: { name: fullName(contact), address: contact.email } }
}

/** Ask for an answer, so they have the links that give one without signing in. */
const ASKS = new Set<MailOf<'applications'>>(['arrived', 'reminder', 'call', 'wrote', 'consent', 'attendance'])

/** The mail has names and links; text of the applicant only in a message of theirs. @returns `more`: call again. */
export async function tellTeam(tx: Tx, deps: Deps, person: Applicant, offer: Offer, mail: ApplicationMail) {
  const url = String(mail.params?.['url'] ?? `${deps.config.publicUrl}/work/applications/${person.id}`)
  const { team, isByChoice } = await listAnswerers(tx, offer)
  const isTaken = person.email !== '' && isTalkOpen(person)
  const addresses = isTaken ? await keepReplyAddresses(tx, deps, person.id, team) : []
  const path = mail.template === 'attendance' ? attendancePath : answerPath
  const links = await keepAnswerLinks(tx, deps, person.id, ASKS.has(mail.template) ? team : [], path)
  const told: Member[] = team.length > 0 || isByChoice ? team : [await associationOf(tx)]
  const mails = told.map((member, n) => {
    // The mailbox of the association is nobody who could write in a conversation.
    const replyTo = { name: fullName(person), address: (member.id && addresses[n]) || person.email }
    const answer = links.get(member.id) ?? ''
    const link = (answer && mail.template === 'wrote' ? `${answer}/messages` : answer) || url
    return {
      dedupe: `${mail.dedupe}:${member.id || 'association'}`,
      to: member.email,
      name: fullName(member),
      locale: member.locale,
      template: `applications/${mail.template}` as const,
      notice: {
        kind: 'applications' as const,
        link,
        of: member.id ? member : null,
        isUrgent: mail.template === 'call',
      },
      ...(person.email !== '' && { replyTo }),
      params: {
        title: titleOf(offer, member.locale),
        given: member.given_name,
        who: fullName(person),
        name: person.given_name,
        url,
        answer,
        ask: answer !== '' && person.email !== '' ? `${answer}/messages` : '',
        wait: answer !== '' && mayWait(offer, mail) ? `${answer}/waiting-list` : '',
        linkDays: ANSWER_DAYS,
        ...mail.params,
      },
    }
  })
  return enqueueSome(tx, deps, mails)
}

type AnswererMail = {
  template: 'not_taken' | 'without_files'
  dedupe: string
  params: (t: Translator) => Record<string, unknown>
}

/** To whoever answered by mail, at the mailbox that we know of them. */
export async function tellAnswerer(tx: Tx, deps: Deps, who: Answerer, mail: AnswererMail): Promise<void> {
  const { application, offer } = who
  const words = (locale: string) => mail.params(deps.i18n.for(locale as Locale))
  if (who.side === 'person')
    return tellApplicant(tx, deps, application, offer, { ...mail, params: words(application.locale) })
  const { member, isOut } = who
  const [address = ''] =
    isTalkOpen(application) && !isOut ? await keepReplyAddresses(tx, deps, application.id, [member]) : []
  await enqueueMail(tx, deps, {
    dedupe: mail.dedupe,
    to: member.email,
    name: fullName(member),
    locale: member.locale,
    template: `applications/${mail.template}`,
    ...(address !== '' && { replyTo: { name: fullName(application), address } }),
    params: {
      title: titleOf(offer, member.locale),
      given: member.given_name,
      url: `${deps.config.publicUrl}/work/applications/${application.id}`,
      ...words(member.locale),
    },
  })
}

/** Whoever is on the list, or has a place held for them, is not put on it. */
const mayWait = ({ capacity, content }: Offer, { template, params }: ApplicationMail): boolean =>
  capacity !== null &&
  !content.no_waiting_list &&
  template !== 'call' &&
  template !== 'consent' &&
  params?.['waits'] !== true

/** The team sees nothing of an application whose mailbox is not proved, so it notes what the person says on the phone. */
export function tellUndelivered(tx: Tx, deps: Deps, application: ApplicationRow, offer: Offer, dedupe: string) {
  const { email, phone, state, id } = application
  const page = state === 'unconfirmed' ? `new?offer=${offer.id}` : id
  const params = { email, phone, url: `${deps.config.publicUrl}/work/applications/${page}` }
  return tellTeam(tx, deps, { ...application, email: '' }, offer, { template: 'undelivered', dedupe, params })
}

/**
 * The contacts of the offer who may answer and whom mails reach, else every such coordinator, else the administrators.
 * Whoever wants no message is passed over, so that somebody else is told of a person who waits. Nobody, when no mailbox
 * takes our mails, or there is none.
 * @returns `isByChoice`: all of them want no message, and find the application under « À faire ».
 */
async function listAnswerers(tx: Tx, offer: Offer): Promise<{ team: PersonRow[]; isByChoice: boolean }> {
  const everybody = await listPeopleWith(tx, 'offers')
  const willing = everybody.filter((one) => choiceFor(one.notice_choices, 'applications') !== 'none')
  const isByChoice = everybody.length > 0 && willing.length === 0
  const all = willing.filter(({ email }) => email !== '')
  const unreached = await listUnreached(
    tx,
    all.map(({ id }) => id),
  )
  const team = all.filter(({ id }) => !unreached.has(id))
  const ids = await listContactIds(tx, offer)
  const contacts = ids.flatMap((id) => team.find((one) => one.id === id) ?? [])
  if (contacts.length > 0) return { team: contacts, isByChoice }
  return { team: inCharge(team, 'offers'), isByChoice }
}

/** The mailbox of the association, as whoever is written to when no person of the team can be. */
async function associationOf(tx: Tx): Promise<Member> {
  const { contact_email, contact_name, locale } = await getAssociation(tx)
  return { id: '', email: contact_email, given_name: contact_name, family_name: '', locale, notice_choices: '{}' }
}
