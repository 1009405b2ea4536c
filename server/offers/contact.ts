// SPDX-License-Identifier: AGPL-3.0-or-later
// Mails about an offer go to its contact, else to the association itself.
import { getAssociation } from '../../db/queries/association.ts'
import type { OfferRow } from '../../db/queries/offers.ts'
import { findPerson } from '../../db/queries/people.ts'
import type { Locale } from '../text/i18n.ts'
import type { Handle } from '../web/transact.ts'

export type Addressee = { email: string; name: string; locale: Locale; personId: string | null }

/** `email` is '' when nobody can be reached. */
export async function addresseeOf(db: Handle, offer: Pick<OfferRow, 'contact_id'>): Promise<Addressee> {
  const person = offer.contact_id === null ? undefined : await findPerson(db, offer.contact_id)
  if (person && person.disabled_at === null && person.email !== '') {
    const name = `${person.given_name} ${person.family_name}`.trim()
    return { email: person.email, name, locale: person.locale as Locale, personId: person.id }
  }
  const { contact_email, contact_name, locale } = await getAssociation(db)
  return { email: contact_email, name: contact_name, locale, personId: null }
}
