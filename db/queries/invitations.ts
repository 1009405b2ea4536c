// SPDX-License-Identifier: AGPL-3.0-or-later
import { sql, type Kysely } from 'kysely'
import { inList } from '../in-list.ts'
import type { NewRow, Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
/** `number`: of the member; `choices`: which messages they want. */
export type Invitable = Pick<Row<'people'>, 'id' | 'given_name' | 'family_name' | 'member_number' | 'notice_choices'>

/** Applications of people who were accepted, and of people who came, that are looked through, the newest first. */
const LOOKED_AT = 500

/** People who were accepted, or came, for an offer of one of these causes and may be written to, the latest first. */
export async function listPastVolunteers(db: Handle, causes: readonly string[], limit: number): Promise<Invitable[]> {
  const { rows } = await sql<Invitable>`
    select p.id, p.given_name, p.family_name, p.member_number, p.notice_choices
    from (
        select * from (select person_id, offer_id, created_at from applications
          where state = 'accepted' order by created_at desc limit ${LOOKED_AT})
        union all select * from (select person_id, offer_id, created_at from applications
          where state = 'completed' order by created_at desc limit ${LOOKED_AT})) a
      cross join offers o on o.id = a.offer_id
      cross join people p on p.id = a.person_id
    where p.disabled_at is null and p.restricted_at is null and p.email <> ''
      and exists (select 1 from json_each(o.content, '$.causes') c
        where c.value in (select value from json_each(${JSON.stringify(causes)})))
    group by p.id order by max(a.created_at) desc limit ${limit}`.execute(db)
  return rows
}

/** Those among them who were invited to the offer, or have an application for it that waits, was accepted or came to its end. */
export async function listTakenUp(db: Handle, offerId: string, ids: readonly string[]): Promise<Set<string>> {
  const invited = await db
    .selectFrom('offer_invitations')
    .select('person_id')
    .where('offer_id', '=', offerId)
    .where('person_id', 'in', inList(ids))
    .execute()
  const applied = await db
    .selectFrom('applications')
    .select('person_id')
    .where('offer_id', '=', offerId)
    .where('state', 'in', ['submitted', 'in_review', 'waitlisted', 'place_offered', 'accepted', 'completed'])
    .where('person_id', 'in', inList(ids))
    .execute()
  return new Set([...invited, ...applied].flatMap(({ person_id }) => person_id ?? []))
}

/** @returns false when the person was invited before. */
export async function insertInvitation(tx: Handle, row: NewRow<'offer_invitations'>): Promise<boolean> {
  const result = await tx
    .insertInto('offer_invitations')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** Who was invited to the offer, the latest first. */
export async function listInvited(
  db: Handle,
  offerId: string,
  limit: number,
): Promise<(Pick<Invitable, 'id' | 'given_name' | 'family_name'> & { sent_at: string })[]> {
  return db
    .selectFrom('offer_invitations')
    .innerJoin('people', 'people.id', 'offer_invitations.person_id')
    .select(['people.id', 'people.given_name', 'people.family_name', 'offer_invitations.sent_at'])
    .where('offer_id', '=', offerId)
    .orderBy('sent_at', 'desc')
    .limit(limit)
    .execute()
}
