// SPDX-License-Identifier: AGPL-3.0-or-later
// Totals that an association shows to everybody; never a person.
import { sql, type Kysely } from 'kysely'
import type { Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>

export async function countVolunteers(db: Handle): Promise<number> {
  const row = await db
    .selectFrom('people')
    .innerJoin('people_roles', 'people_roles.person_id', 'people.id')
    .select(sql<number>`count(*)`.as('count'))
    .where('role', '=', 'volunteer')
    .where('disabled_at', 'is', null)
    .executeTakeFirstOrThrow()
  return row.count
}

/** @param since YYYY-MM-DD. Reversals are subtracted. */
export async function sumApprovedMinutes(db: Handle, since: string): Promise<number> {
  const row = await db
    .selectFrom('hours_entries')
    .select(sql<number>`coalesce(sum(minutes), 0)`.as('minutes'))
    .where('state', '=', 'approved')
    .where('worked_on', '>=', since)
    .executeTakeFirstOrThrow()
  return row.minutes
}

export type PublicPartner = Pick<
  Row<'affiliations'>,
  'partner_uri' | 'partner_name' | 'partner_url' | 'partner_summary'
>

/** Active ones, by name. */
export async function listPublicPartners(db: Handle, partnerIs: 'centre' | 'member'): Promise<PublicPartner[]> {
  return db
    .selectFrom('affiliations')
    .select(['partner_uri', 'partner_name', 'partner_url', 'partner_summary'])
    .where('partner_is', '=', partnerIs)
    .where('state', '=', 'active')
    .orderBy(sql`partner_name collate nocase`)
    .execute()
}
