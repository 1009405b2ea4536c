// SPDX-License-Identifier: AGPL-3.0-or-later
// Who receives the applications for an offer, and which of them no mail of ours reaches.
import { sql, type Kysely } from 'kysely'
import { inList } from '../in-list.ts'
import type { Row, Tables } from '../schema.ts'
import { listPeople, type PersonRow } from './people.ts'
import { holdersOf } from './roles.ts'

type Handle = Kysely<Tables>
type OfferContact = Pick<Row<'offers'>, 'id' | 'contact_id'>

export async function listFurtherContacts(db: Handle, offerId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('offer_contacts')
    .select('person_id')
    .where('offer_id', '=', offerId)
    .orderBy('position')
    .execute()
  return rows.map(({ person_id }) => person_id)
}

/** In place of those there were. */
export async function saveFurtherContacts(tx: Handle, offerId: string, people: readonly string[]): Promise<void> {
  await tx.deleteFrom('offer_contacts').where('offer_id', '=', offerId).execute()
  if (people.length === 0) return
  const rows = people.map((person_id, position) => ({ offer_id: offerId, person_id, position }))
  await tx.insertInto('offer_contacts').values(rows).execute()
}

/** The contact of the offer, then the further ones; also those who have left or are not reached. */
export async function listContactIds(db: Handle, { id, contact_id }: OfferContact): Promise<string[]> {
  const further = await listFurtherContacts(db, id)
  return contact_id === null ? further : [contact_id, ...further]
}

/** Their rows, in the same order. */
export const listOfferContacts = async (db: Handle, offer: OfferContact): Promise<PersonRow[]> =>
  listPeople(db, await listContactIds(db, offer))

/** The newest mail about the person that is no longer on its way could not be delivered at the address they have now. */
const failed = sql<boolean>`(
  select m.state = 'failed' and lower(m.to_email) = p.email_key
  from mails m indexed by mails_told
  where m.about = 'person:' || p.id and m.state in ('sent', 'failed', 'kept')
  order by m.id desc limit 1)`

/** Of these people, those whose mailbox refused our last mail. */
export async function listUnreached(db: Handle, people: readonly string[]): Promise<Set<string>> {
  if (people.length === 0) return new Set()
  const { rows } = await sql<{ id: string }>`
    select p.id from people p where p.id in ${inList(people)} and ${failed}`.execute(db)
  return new Set(rows.map(({ id }) => id))
}

const LIVE = sql`('published', 'paused')`

/** Offers online or paused of which the person is a contact. Counted up to `most`. */
export async function countLiveOffersOf(db: Handle, personId: string, most: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from (
    select o.id from offers o indexed by offers_contact where o.contact_id = ${personId} and +o.state in ${LIVE}
    union
    select o.id from offer_contacts c indexed by offer_contacts_person cross join offers o on o.id = c.offer_id
    where c.person_id = ${personId} and +o.state in ${LIVE}
    limit ${most})`.execute(db)
  return rows[0]!.count
}

/** People of the team who are contacts of an offer online or paused, and whose mailbox refused our last mail. */
export async function listUnreachedContacts(db: Handle): Promise<PersonRow[]> {
  const { rows } = await sql<{ id: string }>`
    select p.id from ${holdersOf('offers')} r
      cross join people p on p.id = r.person_id
    where p.disabled_at is null and p.restricted_at is null and ${failed} and (
      exists (select 1 from offers o indexed by offers_contact where o.contact_id = p.id and +o.state in ${LIVE})
      or exists (select 1 from offer_contacts c indexed by offer_contacts_person cross join offers o on o.id = c.offer_id
        where c.person_id = p.id and +o.state in ${LIVE}))
    order by p.member_number`.execute(db)
  return listPeople(
    db,
    rows.map(({ id }) => id),
  )
}
