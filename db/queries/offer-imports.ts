// SPDX-License-Identifier: AGPL-3.0-or-later
// Files of offers that come in, and which draft was made of which of their rows.
import { sql, type Kysely } from 'kysely'
import { inList } from '../in-list.ts'
import type { NewRow, Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
export type ImportRow = Row<'offer_imports'>

export async function insertImport(tx: Handle, row: NewRow<'offer_imports'>): Promise<void> {
  await tx.insertInto('offer_imports').values(row).execute()
}

export function findImport(db: Handle, id: string): Promise<ImportRow | undefined> {
  return db.selectFrom('offer_imports').selectAll().where('id', '=', id).executeTakeFirst()
}

export async function saveImportColumns(tx: Handle, id: string, columns: string): Promise<void> {
  await tx.updateTable('offer_imports').set({ columns }).where('id', '=', id).execute()
}

export type ImportLine = { id: string; rows: number; created_at: string; drafts: number; has_content: number }

/** The latest first, with how many of their drafts are there. */
export async function listImports(db: Handle, limit: number): Promise<ImportLine[]> {
  const { rows } = await sql<ImportLine>`
    select i.id, i.rows, i.created_at, i.content is not null as has_content, (
      select count(*) from offer_import_rows r cross join offers o on o.id = r.offer_id
      where r.import_id = i.id and o.state <> 'archived') as drafts
    from offer_imports i order by i.created_at desc, i.id desc limit ${limit}`.execute(db)
  return rows
}

export type Imported = { import_id: string; line: number; hash: string; offer_id: string; untouched: number }

const IMPORTED = sql`r.import_id, r.line, r.hash, r.offer_id, o.state = 'draft' and o.version = 1 as untouched
  from offer_import_rows r cross join offers o on o.id = r.offer_id and o.state <> 'archived'`

/** What was made of a file, in the order of its lines, and is there. */
export async function listImported(db: Handle, importId: string): Promise<Imported[]> {
  const { rows } = await sql<Imported>`select ${IMPORTED} where r.import_id = ${importId} order by r.line`.execute(db)
  return rows
}

/** Offers that are there and were made of rows with the same content, in whichever file. */
export async function listSameRows(db: Handle, hashes: readonly string[]): Promise<Imported[]> {
  const { rows } = await sql<Imported>`select ${IMPORTED} where r.hash in ${inList(hashes)}`.execute(db)
  return rows
}

/** Those of them that are offers of this site. */
export async function listOwnIds(db: Handle, ids: readonly string[]): Promise<Set<string>> {
  const rows = await db
    .selectFrom('offers')
    .select('id')
    .where('id', 'in', inList(ids))
    .where('state', '<>', 'archived')
    .execute()
  return new Set(rows.map(({ id }) => id))
}

export async function insertImported(tx: Handle, row: NewRow<'offer_import_rows'>): Promise<void> {
  const { hash, offer_id } = row
  await tx
    .insertInto('offer_import_rows')
    .values(row)
    .onConflict((conflict) => conflict.columns(['import_id', 'line']).doUpdateSet({ hash, offer_id }))
    .execute()
}

/** Files sent before `before` are emptied; those of which nothing was made go. @returns how many. */
export async function forgetImports(tx: Handle, before: string, most: number): Promise<number> {
  const { rows } = await sql<{ id: string }>`
    update offer_imports set content = null where id in (
      select id from offer_imports where created_at < ${before} and content is not null limit ${most})
    returning id`.execute(tx)
  await sql`delete from offer_imports where id in ${inList(rows.map(({ id }) => id))}
    and not exists (select 1 from offer_import_rows r where r.import_id = offer_imports.id)`.execute(tx)
  return rows.length
}

/** What somebody sent who is erased. */
export async function emptyImportsOf(tx: Handle, personId: string): Promise<void> {
  await tx.updateTable('offer_imports').set({ content: null }).where('created_by', '=', personId).execute()
}
