// SPDX-License-Identifier: AGPL-3.0-or-later
// Who receives the applications for an offer, and whether our mails reach them.
import { listOfferContacts, listUnreached } from '../../db/queries/offer-contacts.ts'
import type { OfferRow } from '../../db/queries/offers.ts'
import type { PersonRow } from '../../db/queries/people.ts'
import { rightsOf } from '../model/rights.ts'
import type { Handle } from '../web/transact.ts'

/** `fault`: why no mail goes to them: they are no longer here, or their mailbox refused the last one. */
export type OfferContact = { person: PersonRow; fault?: 'left' | 'refused' }

/** In the order in which they are tried: the contact whom the public reads about, then the others. */
export async function contactsOf(db: Handle, offer: Pick<OfferRow, 'id' | 'contact_id'>): Promise<OfferContact[]> {
  const people = await listOfferContacts(db, offer)
  const unreached = await listUnreached(
    db,
    people.map(({ id }) => id),
  )
  return people.map((person) => {
    const isHere = person.disabled_at === null && person.restricted_at === null && person.email !== ''
    if (!isHere || !rightsOf(person).has('offers')) return { person, fault: 'left' }
    return unreached.has(person.id) ? { person, fault: 'refused' } : { person }
  })
}

export async function reachedContactsOf(db: Handle, offer: Pick<OfferRow, 'id' | 'contact_id'>): Promise<PersonRow[]> {
  return (await contactsOf(db, offer)).filter(({ fault }) => fault === undefined).map(({ person }) => person)
}
