// SPDX-License-Identifier: AGPL-3.0-or-later
import { sql, type Kysely } from 'kysely'
import type { Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>

export function firstWithRole(
  db: Handle,
  role: Row<'people_roles'>['role'],
): Promise<{ id: string; given_name: string }> {
  return db
    .selectFrom('people_roles')
    .innerJoin('people', 'people.id', 'people_roles.person_id')
    .select(['people.id', 'people.given_name'])
    .where('role', '=', role)
    .orderBy('people.member_number')
    .executeTakeFirstOrThrow()
}

export function personByEmail(db: Handle, emailKey: string): Promise<{ id: string; given_name: string }> {
  return db
    .selectFrom('people')
    .select(['id', 'given_name'])
    .where('email_key', '=', emailKey)
    .executeTakeFirstOrThrow()
}

export async function requirementsOf(db: Handle, offerId: string): Promise<string[]> {
  const row = await db.selectFrom('offers').select('content').where('id', '=', offerId).executeTakeFirstOrThrow()
  return (JSON.parse(row.content) as { requirements: string[] }).requirements
}

export async function applicationOf(db: Handle, offerId: string, emailKey: string): Promise<string> {
  const row = await db
    .selectFrom('applications')
    .select('id')
    .where('email_key', '=', emailKey)
    .where('offer_id', '=', offerId)
    .executeTakeFirstOrThrow()
  return row.id
}

export function affiliationsNow(db: Handle): Promise<{ id: string; partner_name: string; state: string }[]> {
  return db.selectFrom('affiliations').select(['id', 'partner_name', 'state']).execute()
}

export function moderationNow(
  db: Handle,
): Promise<{ id: string; title: string; state: string; pending_revision: number | null }[]> {
  return db.selectFrom('moderation_items').select(['id', 'title', 'state', 'pending_revision']).execute()
}

export function submissionsNow(db: Handle): Promise<{ offer_id: string; state: string; revision: number }[]> {
  return db.selectFrom('submissions').select(['offer_id', 'state', 'revision']).execute()
}

/** Counts what people did, not what goes by itself. @param looks types of events that change nothing. */
export async function countDone(db: Handle, looks: readonly string[]): Promise<number> {
  const { rows } = await sql<{ done: number }>`
    select (select count(*) from people) + (select count(*) from applications)
      + (select count(*) from events where actor_id is not null
        and type not in (select value from json_each(${JSON.stringify(looks)}))) as done`.execute(db)
  return rows[0]!.done
}

export async function listedNow(
  db: Handle,
): Promise<{ offer_uri: string; offer_id: string | null; centre: string | null; since: string }[]> {
  const rows = await db
    .selectFrom('listings')
    .leftJoin('submissions', (join) =>
      join.onRef('submissions.offer_id', '=', 'listings.offer_id').on('submissions.accepted_revision', 'is not', null),
    )
    .select(['offer_uri', 'listings.offer_id', 'centre_uri as centre', 'approved_at', 'published_at'])
    .orderBy('listings.id')
    .execute()
  return rows.map(({ approved_at, published_at, ...row }) => ({ ...row, since: approved_at ?? published_at }))
}
