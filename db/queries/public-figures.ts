// SPDX-License-Identifier: AGPL-3.0-or-later
// Totals that an association shows to everybody; never a person.
import { sql, type Kysely } from 'kysely'
import { plain } from '../plain.ts'
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

const living = (db: Handle, partnerIs: 'centre' | 'member') =>
  db.selectFrom('affiliations').where('partner_is', '=', partnerIs).where('state', '=', 'active')

const byName = (db: Handle, partnerIs: 'centre' | 'member') =>
  living(db, partnerIs)
    .select(['partner_uri', 'partner_name', 'partner_url', 'partner_summary'])
    .orderBy(sql`partner_name collate nocase`)
    .orderBy('partner_uri')

/** The centres we belong to, by name. */
export function listPublicCentres(db: Handle): Promise<PublicPartner[]> {
  return byName(db, 'centre').execute()
}

export async function countMembers(db: Handle): Promise<number> {
  const row = await living(db, 'member')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return row.count
}

/** One page of our living members, by name. */
export function listMembersPage(db: Handle, { limit, offset }: { limit: number; offset: number }) {
  return byName(db, 'member').limit(limit).offset(offset).execute()
}

/** Our living members whose name or address has these words in it, by name; all of them without words. */
export function listMembersCalled(db: Handle, words: string, limit: number): Promise<PublicPartner[]> {
  const all = byName(db, 'member').limit(limit)
  return (words ? all.where(sql<boolean>`instr(search_key, ${plain(words)}) > 0`) : all).execute()
}

/** So many of our living members that come behind this one by name; from the first one without it. */
export function listMembersAfter(db: Handle, last: PublicPartner | undefined, limit: number): Promise<PublicPartner[]> {
  const all = byName(db, 'member').limit(limit)
  if (!last) return all.execute()
  const { partner_name, partner_uri } = last
  return all
    .where(sql<boolean>`(partner_name collate nocase, partner_uri) > (${partner_name}, ${partner_uri})`)
    .execute()
}
