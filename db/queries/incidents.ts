// SPDX-License-Identifier: AGPL-3.0-or-later
// The register of incidents with personal data. It names nobody.
import { sql, type Kysely } from 'kysely'
import { inList } from '../in-list.ts'
import { inOrder, keyedList, type KeyedList, type Section } from '../keyset.ts'
import type { Changes, NewRow, Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
export type IncidentRow = Row<'privacy_incidents'>

export async function insertIncident(tx: Handle, row: NewRow<'privacy_incidents'>): Promise<void> {
  await tx.insertInto('privacy_incidents').values(row).execute()
}

export function findIncident(db: Handle, id: string): Promise<IncidentRow | undefined> {
  return db.selectFrom('privacy_incidents').selectAll().where('id', '=', id).executeTakeFirst()
}

/** @returns false when somebody else changed it since `version` was read. */
export async function updateIncident(
  tx: Handle,
  id: string,
  changes: Omit<Changes<'privacy_incidents'>, 'version'>,
  version: number,
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('privacy_incidents')
    .set({ ...changes, version: version + 1 })
    .where('id', '=', id)
    .where('version', '=', version)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Latest known first. */
export function incidentsList(db: Handle): KeyedList<IncidentRow> {
  const section: Section = {
    table: 'privacy_incidents',
    from: sql`from privacy_incidents t where true`,
    holds: sql`true`,
    order: [
      { by: sql`t.known_on`, isDown: true },
      { by: sql`t.id`, isDown: true },
    ],
  }
  return keyedList(db, [section], async (numbers) => {
    const number = sql<number>`privacy_incidents.rowid`
    const rows = await db
      .selectFrom('privacy_incidents')
      .selectAll()
      .select(number.as('number'))
      .where(number, 'in', inList(numbers))
      .execute()
    return inOrder(numbers, rows)
  })
}

/** @param day YYYY-MM-DD; @param instant ISO: not changed since either. @returns how many, at most `most`. */
export async function deleteIncidentsBefore(
  tx: Handle,
  { day, instant }: { day: string; instant: string },
  most: number,
): Promise<number> {
  const gone = await sql`delete from privacy_incidents where id in (
    select id from privacy_incidents where known_on < ${day} and updated_at < ${instant} limit ${most})`.execute(tx)
  return Number(gone.numAffectedRows ?? 0)
}
