// SPDX-License-Identifier: AGPL-3.0-or-later
// Who and what a sheet of many people's hours offers to choose from.
import { sql, type Kysely } from 'kysely'
import { inList } from '../in-list.ts'
import type { Tables } from '../schema.ts'
import { ofProjects, type Reach } from './hours-reach.ts'
import { peopleOf } from './project-people.ts'

type Handle = Kysely<Tables>
type Label = { fr?: string; en?: string }
export type SheetPerson = {
  id: string
  member_number: number
  given_name: string
  family_name: string
  joined_on: string
  disabled_at: string | null
  restricted_at: string | null
}
const COLUMNS = sql`p.id, p.member_number, p.given_name, p.family_name, p.joined_on, p.disabled_at,
  p.restricted_at`

/** By family name; also those whose access is closed. Unknown ids are left out, and people beyond the reach. */
export async function listPeopleOfSheet(db: Handle, ids: readonly string[], reach: Reach): Promise<SheetPerson[]> {
  const { rows } = await sql<SheetPerson>`
    select ${COLUMNS} from people p where p.id in ${inList(ids)} and p.member_number > 0
      and ${reach === 'everyone' ? sql`true` : sql`p.id in ${peopleOf(reach)}`}
    order by p.search_key, p.member_number`.execute(db)
  return rows
}

/** Who was accepted for an offer and may be recorded for, by family name, each once. */
export async function listAcceptedPeople(db: Handle, offerId: string, limit: number): Promise<SheetPerson[]> {
  const { rows } = await sql<SheetPerson>`
    select distinct ${COLUMNS}, p.search_key from applications a cross join people p on p.id = a.person_id
    where a.offer_id = ${offerId} and a.state in ('accepted', 'completed') and p.disabled_at is null and p.restricted_at is null
    order by p.search_key, p.member_number limit ${limit}`.execute(db)
  return rows
}

/** Offers that were online at some time, what changed last first; `also` is among them, when it is within the reach. */
export async function listOffersForHours(db: Handle, limit: number, also: string, reach: Reach) {
  const { rows } = await sql<{ id: string; title: string }>`
    select id, title from (
      select * from (
        select id, content ->> 'title' as title, updated_at from offers o ${reach === 'everyone' ? sql`indexed by offers_updated` : sql``}
        where revision > 0 and ${ofProjects(reach, 'o')} order by updated_at desc, id desc limit ${limit})
      union select id, content ->> 'title', updated_at from offers o
        where id = ${also} and revision > 0 and ${ofProjects(reach, 'o')})
    order by updated_at desc, id desc`.execute(db)
  return rows.map(({ id, title }) => ({ id, title: JSON.parse(title) as Label }))
}

export async function findOfferForHours(
  db: Handle,
  id: string,
  reach: Reach = 'everyone',
): Promise<{ id: string } | undefined> {
  const all = db.selectFrom('offers').select('id').where('id', '=', id).where('revision', '>', 0)
  return all.where(ofProjects(reach, 'offers')).executeTakeFirst()
}

/** The category of the newest line of an offer. */
export async function findCategoryOf(db: Handle, offerId: string): Promise<string | undefined> {
  const { rows } = await sql<{ category_id: string }>`
    select category_id from hours_entries where offer_id = ${offerId} order by id desc limit 1`.execute(db)
  return rows[0]?.category_id
}
