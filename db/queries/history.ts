// SPDX-License-Identifier: AGPL-3.0-or-later
// What a person did here: applications, hours of a year, and when the two last wrote to each other.
import { sql, type Kysely } from 'kysely'
import type { OfferContent, TextMap } from '../../server/model/offer/content.ts'
import { completeContent } from '../../server/model/offer/fields.ts'
import { inList } from '../in-list.ts'
import { inOrder, keyedList, type KeyedList, type Section } from '../keyset.ts'
import type { Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
export type PlaceRow = Pick<Row<'applications'>, 'id' | 'offer_id' | 'state' | 'created_at' | 'updated_at'> & {
  title: TextMap
}

/** Applications whose mailbox was confirmed, what changed last first. */
export async function listPlacesOf(db: Handle, personId: string, limit: number): Promise<PlaceRow[]> {
  const { rows } = await sql<Omit<PlaceRow, 'title'> & { title: string }>`
    select a.id, a.offer_id, a.state, a.created_at, a.updated_at, o.content ->> 'title' as title
    from applications a indexed by applications_person cross join offers o on o.id = a.offer_id
    where a.person_id = ${personId} and a.state <> 'unconfirmed'
    order by a.updated_at desc, a.id desc limit ${limit}`.execute(db)
  return rows.map((row) => ({ ...row, title: JSON.parse(row.title) as TextMap }))
}

export type ContactOffer = Pick<Row<'offers'>, 'id' | 'state' | 'updated_at' | 'publish_until'> & { title: TextMap }

/**
 * Offers of which the person is a contact: first those where the public reads so, what changed last first, then those
 * whose applications they get too, the newest first; without those that were put away.
 */
export function contactOffersList(db: Handle, personId: string): KeyedList<ContactOffer> {
  const first: Section = {
    table: 'offers',
    from: sql`from offers t indexed by offers_contact where t.contact_id = ${personId} and +t.state <> 'archived'`,
    holds: sql`t.contact_id = ${personId}`,
    order: [
      { by: sql`t.updated_at`, isDown: true },
      { by: sql`t.id`, isDown: true },
    ],
  }
  const further: Section = {
    table: 'offers',
    from: sql`from offer_contacts c indexed by offer_contacts_person cross join offers t on t.id = c.offer_id
      where c.person_id = ${personId} and t.contact_id is not ${personId} and +t.state <> 'archived'`,
    holds: sql`true`,
    order: [{ by: sql`t.id`, isDown: true }],
  }
  return keyedList(db, [first, further], async (numbers) => {
    const number = sql<number>`offers.rowid`
    const rows = await db
      .selectFrom('offers')
      .select([
        'id',
        'state',
        'updated_at',
        'publish_until',
        number.as('number'),
        sql<string>`content ->> 'title'`.as('title'),
      ])
      .where(number, 'in', inList(numbers))
      .execute()
    return inOrder(numbers, rows).map((row) => ({ ...row, title: JSON.parse(row.title) as TextMap }))
  })
}

/** Minutes of a year, approved and waiting. */
export async function sumYearOf(db: Handle, personId: string, year: string) {
  const { rows } = await sql<{ approved: number; waiting: number }>`
    select coalesce(sum(iif(state = 'approved', minutes, 0)), 0) as approved,
      coalesce(sum(iif(state = 'submitted', minutes, 0)), 0) as waiting
    from hours_entries indexed by hours_entries_person
    where person_id = ${personId} and worked_on between ${`${year}-01-01`} and ${`${year}-12-31`}`.execute(db)
  return rows[0]!
}

/** When the last mail to the person left. Those of a shared mailbox are told apart by name. */
export async function lastMailTo(
  db: Handle,
  { email, given_name, family_name }: Pick<Row<'people'>, 'email' | 'given_name' | 'family_name'>,
): Promise<string | null> {
  if (email === '') return null
  const { rows } = await sql<{ at: string | null }>`
    select max(sent_at) as at from mails indexed by mails_to
    where lower(to_email) = lower(${email}) and to_name in ('', ${`${given_name} ${family_name}`.trim()})`.execute(db)
  return rows[0]?.at ?? null
}

export type Commitment = Pick<
  Row<'applications'>,
  'id' | 'state' | 'person_id' | 'given_name' | 'family_name' | 'updated_at'
> & {
  offer_state: Row<'offers'>['state']
  content: OfferContent
  /** 1 or 0: they may say, or have said, how it was. */
  may_say: number
}

/**
 * Applications of a person, and those of their mailbox that belong to nobody yet, what changed last first.
 * @param of.mailbox '' when it is not proved.
 */
export async function listCommitments(
  db: Handle,
  { personId, mailbox }: { personId: string; mailbox: string },
  limit: number,
): Promise<Commitment[]> {
  const columns = sql`a.id, a.state, a.person_id, a.given_name, a.family_name, a.updated_at, a.offer_id, a.email_key`
  const { rows } = await sql<Omit<Commitment, 'content'> & { content: string }>`
    select a.*, o.state as offer_state, o.content,
      (a.state = 'completed' and a.email_key <> a.id)
        or exists (select 1 from testimonials t where t.application_id = a.id) as may_say
    from (
      select ${columns} from applications a indexed by applications_person where a.person_id = ${personId}
      union all
      select ${columns} from applications a indexed by applications_email
      where a.email_key = ${mailbox} and a.email_key <> '' and a.person_id is null) a
    cross join offers o on o.id = a.offer_id
    order by a.updated_at desc, a.id desc limit ${limit}`.execute(db)
  return rows.map((row) => ({ ...row, content: completeContent(JSON.parse(row.content)) }))
}
