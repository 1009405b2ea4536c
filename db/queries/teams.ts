// SPDX-License-Identifier: AGPL-3.0-or-later
// Teams of people. One is archived, never deleted.
import { sql, type Kysely } from 'kysely'
import { inList } from '../in-list.ts'
import { nameKey } from '../plain.ts'
import type { Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
export type TeamRow = Row<'teams'>

/** In the order of their names, also archived ones. @param ids of which; all by default. */
export function listTeams(db: Handle, ids?: readonly string[]): Promise<TeamRow[]> {
  const query = db.selectFrom('teams').selectAll().orderBy('name_key')
  return (ids ? query.where('id', 'in', inList(ids)) : query).execute()
}

/** In the order of their names, with how many members each has. */
export async function listTeamsCounted(db: Handle): Promise<(TeamRow & { people: number })[]> {
  const { rows } = await sql<TeamRow & { people: number }>`select t.*,
    (select count(*) from team_members m where m.team_id = t.id) as people from teams t order by t.name_key`.execute(db)
  return rows
}

export async function countTeams(db: Handle): Promise<number> {
  return (
    await db
      .selectFrom('teams')
      .select(sql<number>`count(*)`.as('count'))
      .executeTakeFirstOrThrow()
  ).count
}

export function findTeam(db: Handle, id: string): Promise<TeamRow | undefined> {
  return db.selectFrom('teams').selectAll().where('id', '=', id).executeTakeFirst()
}

/** However it is written, also an archived one. */
export function findTeamNamed(db: Handle, name: string): Promise<TeamRow | undefined> {
  return db.selectFrom('teams').selectAll().where('name_key', '=', nameKey(name)).executeTakeFirst()
}

/** @throws when another one has that name. */
export async function insertTeam(tx: Handle, { id, name, created_at }: Pick<TeamRow, 'id' | 'name' | 'created_at'>) {
  await tx
    .insertInto('teams')
    .values({ id, name, name_key: nameKey(name), created_at })
    .execute()
}

export async function saveTeam(tx: Handle, id: string, { name, archived_at }: Pick<TeamRow, 'name' | 'archived_at'>) {
  await tx
    .updateTable('teams')
    .set({ name, name_key: nameKey(name), archived_at })
    .where('id', '=', id)
    .execute()
}

/** Those of one person, also archived ones. */
export function listTeamsOf(db: Handle, personId: string): Promise<TeamRow[]> {
  return db
    .selectFrom('team_members')
    .innerJoin('teams', 'teams.id', 'team_members.team_id')
    .selectAll('teams')
    .where('person_id', '=', personId)
    .orderBy('name_key')
    .execute()
}

/** @returns false when they are in it already. */
export async function addMember(tx: Handle, member: { team_id: string; person_id: string; added_at: string }) {
  const { numInsertedOrUpdatedRows: rows } = await tx
    .insertInto('team_members')
    .values(member)
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return (rows ?? 0n) > 0n
}

/** @returns false when they were not in it. */
export async function removeMember(tx: Handle, teamId: string, personId: string): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('team_members')
    .where('team_id', '=', teamId)
    .where('person_id', '=', personId)
    .executeTakeFirst()
  return numDeletedRows > 0n
}
