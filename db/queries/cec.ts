// SPDX-License-Identifier: AGPL-3.0-or-later
// Declarations for the Compte d'engagement citoyen: one of a person for a civil year.
import { sql, type Kysely } from 'kysely'
import { inList } from '../in-list.ts'
import type { NewRow, Row, Tables } from '../schema.ts'

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
