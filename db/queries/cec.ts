// SPDX-License-Identifier: AGPL-3.0-or-later
// Declarations for the Compte d'engagement citoyen: one of a person for a civil year.
import { sql, type Kysely } from 'kysely'
import { inList } from '../in-list.ts'
import type { NewRow, Row, Tables } from '../schema.ts'
import { membersOf, type Reach } from './hours-reach.ts'
import { holdersForPart, holdersOf, teamMembers } from './roles.ts'

type Handle = Kysely<Tables>
export type CecFile = Row<'cec_files'>

export function findFile(db: Handle, personId: string, year: number): Promise<CecFile | undefined> {
  return db
    .selectFrom('cec_files')
    .selectAll()
    .where('person_id', '=', personId)
    .where('year', '=', year)
    .executeTakeFirst()
}

export function listFiles(db: Handle, year: number): Promise<CecFile[]> {
  return db.selectFrom('cec_files').selectAll().where('year', '=', year).orderBy('person_id').execute()
}

export async function saveFile(tx: Handle, file: NewRow<'cec_files'>): Promise<void> {
  const { person_id: _person, year: _year, ...changes } = file
  await tx
    .insertInto('cec_files')
    .values(file)
    .onConflict((conflict) => conflict.columns(['person_id', 'year']).doUpdateSet(changes))
    .execute()
}

export async function saveCecRole(
  tx: Handle,
  categoryId: string,
  role: Row<'hours_categories'>['cec_role'],
): Promise<void> {
  await tx.updateTable('hours_categories').set({ cec_role: role }).where('id', '=', categoryId).execute()
}

/**
 * Of these people, those whom whoever has this reach may look at: with approved hours for one of the projects in that
 * civil year, or in one of the teams.
 */
export async function listWithinReach(db: Handle, ids: readonly string[], reach: Reach, year: number) {
  if (reach === 'everyone') return [...ids]
  const { rows } = await sql<{ id: string }>`select p.value as id from json_each(${JSON.stringify(ids)}) p
    where p.value in ${membersOf(reach.teams)}
      or coalesce((select sum(e.minutes) from hours_entries e indexed by hours_entries_person
        where e.person_id = p.value and e.worked_on between ${`${year}-01-01`} and ${`${year}-12-31`}
          and +e.state = 'approved' and +e.project_id in ${inList(reach.projects)}), 0) <> 0`.execute(db)
  return rows.map(({ id }) => id)
}

/** How many others than this person may validate their declaration, everywhere or for a project or team of theirs. */
export async function countOtherValidators(db: Handle, personId: string, year: number): Promise<number> {
  const days = sql`between ${`${year}-01-01`} and ${`${year}-12-31`}`
  const isOfPart = sql<boolean>`(l.team_id in (select m.team_id from team_members m where m.person_id = ${personId})
    or coalesce((select sum(e.minutes) from hours_entries e indexed by hours_entries_person
      where e.person_id = ${personId} and e.worked_on ${days} and +e.state = 'approved' and +e.project_id = l.project_id), 0) <> 0)`
  const { rows } = await sql<{ count: number }>`select count(*) as count from people p
    where p.id in ${teamMembers} and p.id <> ${personId} and p.disabled_at is null and p.restricted_at is null
      and (p.validates_cec = 1 or p.id in ${holdersOf('cec')} or p.id in ${holdersForPart('cec', isOfPart)})`.execute(
    db,
  )
  return rows[0]!.count
}

export type CecPerson = Pick<
  Row<'people'>,
  'id' | 'given_name' | 'family_name' | 'member_number' | 'email' | 'locale' | 'notice_choices' | 'search_key'
>

/** In the order of names; without those whose data may not be used. */
export async function listCecPeople(db: Handle, ids: readonly string[]): Promise<CecPerson[]> {
  const { rows } = await sql<CecPerson>`
    select id, given_name, family_name, member_number, email, locale, notice_choices, search_key from people
    where id in ${inList(ids)} and member_number > 0 and restricted_at is null
    order by search_key, member_number`.execute(db)
  return rows
}
