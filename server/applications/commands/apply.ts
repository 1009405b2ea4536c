// SPDX-License-Identifier: AGPL-3.0-or-later
// The association sees an application only once its mailbox is confirmed. Only the mail says that the mailbox applied
// before; the page never does.
import * as applications from '../../../db/queries/applications.ts'
import { getAssociation } from '../../../db/queries/association.ts'
import { insertGuardian } from '../../../db/queries/guardians.ts'
import { record } from '../../../db/queries/events.ts'
import { listOfferContacts } from '../../../db/queries/offer-contacts.ts'
import { findPerson, type PersonRow } from '../../../db/queries/people.ts'
import { MINUTE, later } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import { channelOf } from '../../public-offer/via.ts'
import { Refused } from '../../web/errors.ts'
import { emailKey } from '../../web/fields.ts'
import { transact, type Tx } from '../../web/transact.ts'
import type { Viewer } from '../../model/viewer.ts'
import type { ApplyInput } from '../forms.ts'
import { guardianAge } from '../guardian.ts'
import { keepLink } from '../link.ts'
import { confirmIn } from './confirm.ts'
import { tellApplicant } from '../mails.ts'
import { closedToApplicants, getShownOffer, type HomeOffer } from '../offer.ts'
import { isSimilar } from '../../people/commands/add.ts'
import { ownContact } from '../rules.ts'

/** The same form sent again within this time is a second click, not a second application. */
const TWIN_WITHIN = 10 * MINUTE

/** `confirmed` and `known` only for somebody who is signed in with the mailbox; `id` of their application. */
export type Applied = { outcome: 'mailed' } | { outcome: 'confirmed' | 'known'; id: string }

/**
 * @param locale language of our mails to the person. @returns what becomes of it; by far the most are to be confirmed.
 * @throws Refused `applications.closed.*` when nobody can apply now, `applications.refused.own` for the contact.
 */
export async function applyTo(
  deps: Deps,
  viewer: Viewer,
  offerId: string,
  input: ApplyInput,
  locale: string,
): Promise<Applied> {
  const channel = await channelOf(deps, deps.db, offerId, input.via)
  return transact(deps, async (tx): Promise<Applied> => {
    const now = deps.clock.iso()
    const offer = await getShownOffer(tx, viewer, offerId, now)
    const why = closedToApplicants(offer, now)
    if (why) throw new Refused(`applications.closed.${why}`)
    const contacts = await listOfferContacts(tx, offer)
    if (ownContact({ id: viewer.personId, email_key: '' }, contacts)) throw new Refused('applications.refused.own')
    const own = await ownPerson(tx, viewer, input)
    const id = deps.newId()
    const row = {
      id,
      offer_id: offerId,
      state: 'unconfirmed' as const,
      given_name: input.given_name,
      family_name: input.family_name,
      email: input.email,
      email_key: emailKey(input.email),
      phone: input.phone,
      locale,
      message: input.message,
      ticks: input.ticks.filter((one) => offer.content.requirements.includes(one)),
      replies: input.replies ?? [],
      age_confirmed: input.age ? (1 as const) : (0 as const),
      seats: input.seats,
      channel,
      person_id: own?.id ?? null,
      created_at: now,
      updated_at: now,
    }
    const isProved = own !== undefined && own.email_verified_at !== null
    const live = isProved ? await applications.findLiveApplication(tx, offerId, row) : undefined
    if (live) return { outcome: 'known', id: live.id }
    if (!isProved && (await answerByMail(tx, deps, { offer, contacts }, row))) return { outcome: 'mailed' }
    await applications.insertApplication(tx, row)
    const { guardian_age } = await getAssociation(tx)
    if (input.minor && guardianAge(offer.content, guardian_age) !== null) {
      const { guardian_name, guardian_email } = input
      await insertGuardian(tx, { application_id: id, guardian_name, guardian_email })
    }
    await keepLink(tx, deps, id, 'unconfirmed')
    await record(tx, { type: 'application.created', at: now, subject: id, details: { offer: offerId } })
    if (isProved) {
      await confirmIn(tx, deps, row, offer)
      return { outcome: 'confirmed', id }
    }
    await tellApplicant(tx, deps, row, offer, {
      template: 'confirm',
      dedupe: `application:${id}:confirm`,
      more: { about: `application:${id}` },
    })
    return { outcome: 'mailed' }
  })
}

/** The signed-in person, when they apply with their own e-mail address and name. */
async function ownPerson(tx: Tx, viewer: Viewer, input: ApplyInput): Promise<PersonRow | undefined> {
  const person = viewer.personId ? await findPerson(tx, viewer.personId) : undefined
  // Somebody else of the household may apply from the same screen.
  const isOwn = person && person.email_key === emailKey(input.email) && isSimilar(person, input)
  return isOwn ? person : undefined
}

type Sent = Parameters<typeof applications.hasUnconfirmedTwin>[1] & Parameters<typeof tellApplicant>[2]

/** Mails what only the owner of the mailbox may know. @returns true when there is nothing to confirm. */
async function answerByMail(
  tx: Tx,
  deps: Deps,
  { offer, contacts }: { offer: HomeOffer; contacts: readonly PersonRow[] },
  row: Sent,
): Promise<boolean> {
  const now = deps.clock.iso()
  const today = now.slice(0, 10)
  const live = await applications.findLiveApplication(tx, offer.id, row)
  if (live) {
    const addressee = { ...live, locale: row.locale }
    await tellApplicant(tx, deps, addressee, offer, {
      template: 'known',
      dedupe: `application:${live.id}:known:${today}`,
    })
    return true
  }
  // Whoever shares the mailbox of the contact may come.
  const similar = contacts.filter((contact) => isSimilar(contact, row))
  if (ownContact({ id: null, email_key: row.email_key }, similar)) {
    await tellApplicant(tx, deps, row, offer, { template: 'own', dedupe: `offer:${offer.id}:own:${today}` })
    return true
  }
  return applications.hasUnconfirmedTwin(tx, row, later(now, -TWIN_WITHIN))
}
