// SPDX-License-Identifier: AGPL-3.0-or-later
// Totals that an association shows to everybody; never a person.
import { sql, type Kysely } from 'kysely'
import { plain } from '../plain.ts'
import type { Row, Tables } from '../schema.ts'
import { NOBODYS_ID } from './erase.ts'
import { ofChoice, ofChoiceUnnamed, type Choice } from './hours-figures.ts'

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

/**
 * @param days YYYY-MM-DD, both included. Helpers without a name count too; reversals are subtracted.
 * @param choice for which; undefined for all.
 */
export async function sumApprovedMinutes(
  db: Handle,
  { from, until }: { from: string; until: string },
  choice?: Choice,
) {
  const { rows } = await sql<{ minutes: number }>`select
    (select coalesce(sum(minutes), 0) from hours_entries indexed by hours_entries_sums
      where state = 'approved' and worked_on between ${from} and ${until} and ${ofChoice(choice)})
    + (select coalesce(sum(people * minutes), 0) from hours_headcounts indexed by hours_headcounts_day
      where worked_on between ${from} and ${until} and ${ofChoiceUnnamed(choice)}) as minutes`.execute(db)
  return rows[0]!.minutes
}

/** How many people gave approved hours on these days, at most `most`. Helpers without a name are nobody's data. */
export async function countGivers(db: Handle, { from, until }: { from: string; until: string }, most: number) {
  const { rows } = await sql<{ count: number }>`select count(*) as count from (
    select 1 from hours_entries indexed by hours_entries_sums
    where state = 'approved' and worked_on between ${from} and ${until} and person_id <> ${NOBODYS_ID}
    group by person_id having sum(minutes) > 0 limit ${most})`.execute(db)
  return rows[0]!.count
}

export type PublicPartner = Pick<
  Row<'affiliations'>,
  'partner_uri' | 'partner_name' | 'partner_url' | 'partner_summary' | 'search_key'
>

/** Without members that we have paused. */
const living = (db: Handle, partnerIs: 'centre' | 'member') => {
  const all = db.selectFrom('affiliations').where('partner_is', '=', partnerIs).where('state', '=', 'active')
  return partnerIs === 'member' ? all.where('paused_at', 'is', null) : all
}

const byName = (db: Handle, partnerIs: 'centre' | 'member') =>
  living(db, partnerIs)
    .select(['partner_uri', 'partner_name', 'partner_url', 'partner_summary', 'search_key'])
    .orderBy('search_key')
    .orderBy('partner_uri')

/** The centres we belong to, by name. */
export function listPublicCentres(db: Handle): Promise<PublicPartner[]> {
  return byName(db, 'centre').execute()
}

/** '' for all: only those at home in the town, and about the sector (a code of causes). */
export type MembersAsked = { town?: string; sector?: string }

export async function countMembers(db: Handle, { town = '', sector = '' }: MembersAsked = {}): Promise<number> {
  const all = living(db, 'member')
  const row = await all
    .where(town ? isIn(town) : sql<boolean>`true`)
    .where(sector ? isAbout(sector) : sql<boolean>`true`)
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return row.count
}

const isIn = (town: string) =>
  sql<boolean>`exists (select 1 from fed_actors a where a.uri = affiliations.partner_uri and a.place_code = ${town})`

/** Of a partner, by what its own document says. */
export const isAbout = (sector: string) => sql<boolean>`exists (select 1 from fed_actors a, json_each(a.sectors) s
  where a.uri = affiliations.partner_uri and s.value = ${sector})`

/** One page of our living members, by name. `sectors`: codes of causes, as JSON. */
export function listMembersPage(
  db: Handle,
  { limit, offset, town = '', sector = '' }: { limit: number; offset: number } & MembersAsked,
) {
  const said = sql<string>`coalesce((select a.sectors from fed_actors a where a.uri = affiliations.partner_uri), '[]')`
  return byName(db, 'member')
    .select(said.as('sectors'))
    .where(town ? isIn(town) : sql<boolean>`true`)
    .where(sector ? isAbout(sector) : sql<boolean>`true`)
    .limit(limit)
    .offset(offset)
    .execute()
}

export type MembersOfTown = { code: string; name: string; count: number }

/** The towns where our living members are at home, most members first; those whose town we do not know are left out. */
export async function listMemberTowns(db: Handle): Promise<MembersOfTown[]> {
  const { rows } = await sql<MembersOfTown>`
    select a.place_code as code, min(a.place_name) as name, count(*) as count
    from affiliations m cross join fed_actors a on a.uri = m.partner_uri
    where m.partner_is = 'member' and m.state = 'active' and m.paused_at is null and a.place_code <> ''
    group by a.place_code order by count desc, a.place_code`.execute(db)
  return rows
}

/** What our living members are about, most members first. */
export async function listMemberSectors(db: Handle): Promise<{ code: string; count: number }[]> {
  const { rows } = await sql<{ code: string; count: number }>`
    select s.value as code, count(*) as count
    from affiliations m cross join fed_actors a on a.uri = m.partner_uri cross join json_each(a.sectors) s
    where m.partner_is = 'member' and m.state = 'active' and m.paused_at is null
    group by s.value order by count desc, s.value`.execute(db)
  return rows
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
  const { search_key, partner_uri } = last
  return all.where(sql<boolean>`(search_key, partner_uri) > (${search_key}, ${partner_uri})`).execute()
}
