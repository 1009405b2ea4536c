// SPDX-License-Identifier: AGPL-3.0-or-later
// Mails about an offer go to the first of its contacts that mails reach, else to the association itself, else to an
// administrator.
import { getAssociation } from '../../db/queries/association.ts'
import type { OfferRow } from '../../db/queries/offers.ts'
import { listPeopleWith, type PersonRow } from '../../db/queries/people.ts'
import { reachedContactsOf } from '../applications/contacts.ts'
import type { Locale } from '../text/i18n.ts'
import type { Handle } from '../web/transact.ts'

/** `greeting`: the name by which a mail begins, or ''. */
export type Addressee = {
  email: string
  name: string
  greeting: string
  locale: Locale
  personId: string | null
  person: PersonRow | null
}

/** `email` is '' when nobody can be reached. */
export async function addresseeOf(db: Handle, offer: Pick<OfferRow, 'id' | 'contact_id'>): Promise<Addressee> {
  const [person] = await reachedContactsOf(db, offer)
  if (person) return addresseeFrom(person)
  const { contact_email, contact_name, locale } = await getAssociation(db)
  if (contact_email)
    return { email: contact_email, name: contact_name, greeting: contact_name, locale, personId: null, person: null }
  // The address of the association is public, so it may be left out.
  const [administrator] = (await listPeopleWith(db, 'association')).filter(({ email }) => email !== '')
  return administrator
    ? addresseeFrom(administrator)
    : { email: '', name: '', greeting: '', locale, personId: null, person: null }
}

export function addresseeFrom(person: PersonRow): Addressee {
  const name = `${person.given_name} ${person.family_name}`.trim()
  return {
    email: person.email,
    name,
    greeting: person.given_name,
    locale: person.locale as Locale,
    personId: person.id,
    person,
  }
}
