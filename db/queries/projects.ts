// SPDX-License-Identifier: AGPL-3.0-or-later
// Projects of the association, for which hours are given. One is archived, never deleted.
import { sql, type Kysely } from 'kysely'
import { nameKey } from '../plain.ts'
import type { Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
export type ProjectRow = Row<'hours_projects'>

/** In the order of their names. */
export function listProjects(db: Handle, options: { archived?: boolean } = {}): Promise<ProjectRow[]> {
  const query = db.selectFrom('hours_projects').selectAll().orderBy('name_key')
  return (options.archived ? query : query.where('archived_at', 'is', null)).execute()
}

/** Those that can be chosen, and the one that something has already. */
export async function listProjectsFor(db: Handle, own: string | null): Promise<ProjectRow[]> {
  const rows = await listProjects(db, { archived: true })
  return rows.filter(({ id, archived_at }) => archived_at === null || id === own)
}

export function findProject(db: Handle, id: string): Promise<ProjectRow | undefined> {
  return db.selectFrom('hours_projects').selectAll().where('id', '=', id).executeTakeFirst()
}

/** However it is written: without regard to capitals, accents and signs; also an archived one. */
export function findProjectNamed(db: Handle, name: string): Promise<ProjectRow | undefined> {
  return db.selectFrom('hours_projects').selectAll().where('name_key', '=', nameKey(name)).executeTakeFirst()
}

/** @throws when another one has that name. */
export async function insertProject(
  tx: Handle,
  { id, name, created_at }: Pick<ProjectRow, 'id' | 'name' | 'created_at'>,
): Promise<void> {
  await tx
    .insertInto('hours_projects')
    .values({ id, name, name_key: nameKey(name), created_at })
    .execute()
}

/** `archived_at` null: it can be chosen again. */
export async function saveProject(
  tx: Handle,
  id: string,
  { name, archived_at }: Pick<ProjectRow, 'name' | 'archived_at'>,
): Promise<void> {
  await tx
    .updateTable('hours_projects')
    .set({ name, name_key: nameKey(name), archived_at })
    .where('id', '=', id)
    .execute()
}

/** The usual project of an offer; null for none. */
export async function saveProjectOfOffer(tx: Handle, offerId: string, projectId: string | null): Promise<void> {
  await tx.updateTable('offers').set({ project_id: projectId }).where('id', '=', offerId).execute()
}

/** The usual project of an offer, while it can be chosen. */
export async function findProjectOfOffer(db: Handle, offerId: string): Promise<string | undefined> {
  const { rows } = await sql<{ id: string }>`
    select p.id from offers o join hours_projects p on p.id = o.project_id
    where o.id = ${offerId} and p.archived_at is null`.execute(db)
  return rows[0]?.id
}

/**
 * Of a line of hours that counts or will, and is neither taken out nor taking another out.
 * @returns false for another one.
 */
export async function saveProjectOfEntry(tx: Handle, entryId: string, projectId: string | null): Promise<boolean> {
  const result = await tx
    .updateTable('hours_entries')
    .set({ project_id: projectId })
    .where('id', '=', entryId)
    .where('state', 'in', ['submitted', 'returned', 'approved'])
    .where('reverses_id', 'is', null)
    .where(sql<boolean>`not exists (select 1 from hours_entries r where r.reverses_id = hours_entries.id)`)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}
