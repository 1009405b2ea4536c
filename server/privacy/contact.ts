// SPDX-License-Identifier: AGPL-3.0-or-later
import { findAssociation, updateAssociation } from '../../db/queries/association.ts'
import { listConsents } from '../../db/queries/consents.ts'
import { record } from '../../db/queries/events.ts'
import { listPeopleByEmail, type PersonRow } from '../../db/queries/people.ts'
import { fullName } from '../model/person.ts'
import type { Tx } from '../web/transact.ts'

/**
 * Takes the person out of the contact that the association publishes, under their present name and address and those
 * that they once agreed to show.
 */
export async function clearContact(tx: Tx, person: PersonRow, at: string): Promise<void> {
  const row = await findAssociation(tx)
  const shown = (await listConsents(tx, person.id)).map(({ published }) => published)
  const names = [fullName(person), ...shown.map(({ name }) => name)].filter(Boolean)
  // A mailbox that others have too stays theirs, but for whoever agreed to show it.
  const sharing = (await listPeopleByEmail(tx, person.email_key)).filter(({ id }) => id !== person.id)
  const emails = [sharing.length === 0 ? person.email : '', ...shown.map(({ email }) => email)].filter(Boolean)
  if (!row || !(emails.includes(row.contact_email) || names.includes(row.contact_name))) return
  await updateAssociation(tx, { contact_name: '', contact_email: '', contact_phone: '', updated_at: at }, row.version)
  await record(tx, { type: 'association.updated', at, details: { fields: 'contact_name contact_email contact_phone' } })
}
