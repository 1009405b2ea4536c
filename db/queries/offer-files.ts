// SPDX-License-Identifier: AGPL-3.0-or-later
// Pictures and the sheet of own offers. The text of the offer names those that are shown.
import { sql, type Kysely } from 'kysely'
import type { NewRow, Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
export type OfferFile = Row<'offer_files'>

export async function insertOfferFile(tx: Handle, row: NewRow<'offer_files'>): Promise<void> {
  await tx.insertInto('offer_files').values(row).execute()
}

export function findOfferFile(db: Handle, id: string): Promise<OfferFile | undefined> {
  return db.selectFrom('offer_files').selectAll().where('id', '=', id).executeTakeFirst()
}

/** As `findOfferFile`, but not of an offer that is archived, be it a draft that was discarded. */
export function findServedFile(db: Handle, id: string): Promise<OfferFile | undefined> {
  return db
    .selectFrom('offer_files')
    .innerJoin('offers', 'offers.id', 'offer_files.offer_id')
    .selectAll('offer_files')
    .where('offer_files.id', '=', id)
    .where('offers.state', '<>', 'archived')
    .executeTakeFirst()
}

export async function deleteOfferFile(tx: Handle, id: string): Promise<void> {
  await tx.deleteFrom('offer_files').where('id', '=', id).execute()
}

/** The same bytes for another offer. */
export async function copyOfferFile(
  tx: Handle,
  id: string,
  to: Pick<OfferFile, 'id' | 'offer_id' | 'created_at'>,
): Promise<void> {
  await sql`insert into offer_files (id, offer_id, kind, media_type, name, width, height, bytes, created_at)
    select ${to.id}, ${to.offer_id}, kind, media_type, name, width, height, bytes, ${to.created_at}
    from offer_files where id = ${id}`.execute(tx)
}

/**
 * Files that were sent before this instant and that no text names (their form was not taken), and those of offers that
 * are archived. @returns how many, at most `most`.
 */
export async function deleteUnnamedFiles(tx: Handle, before: string, most: number): Promise<number> {
  const gone = await sql`delete from offer_files where id in (
    select f.id from offer_files f indexed by offer_files_created_at cross join offers o on o.id = f.offer_id
    where f.created_at < ${before} and instr(o.content, '/media/' || f.id) = 0
    union all
    select f.id from offer_files f cross join offers o on o.id = f.offer_id where o.state = 'archived'
    limit ${most})`.execute(tx)
  return Number(gone.numAffectedRows ?? 0n)
}
