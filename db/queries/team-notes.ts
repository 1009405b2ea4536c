// SPDX-License-Identifier: AGPL-3.0-or-later
// Notes of the team of a centre: about an offer (`item_id`), or about its association as a whole.
import { sql, type Kysely } from 'kysely'
import type { NewRow, Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
export type NoteRow = Row<'team_notes'>
export type NoteLine = NoteRow & { writer: string }

export async function insertNote(tx: Handle, row: NewRow<'team_notes'>): Promise<void> {
  await tx.insertInto('team_notes').values(row).execute()
}

export function findNote(db: Handle, id: string): Promise<NoteRow | undefined> {
  return db.selectFrom('team_notes').selectAll().where('id', '=', id).executeTakeFirst()
}

export async function deleteNote(tx: Handle, id: string): Promise<void> {
  await tx.deleteFrom('tokens').where('subject_id', '=', id).execute()
  await tx.deleteFrom('team_notes').where('id', '=', id).execute()
}

/** About the association, and about this offer of it; the newest first. All notes stand in the history. */
export async function listNotes(
  db: Handle,
  { association, item }: { association: string; item: string | null },
  most: number,
): Promise<NoteLine[]> {
  const of = (which: ReturnType<typeof sql>) => sql`select n.*,
    coalesce((select trim(given_name || ' ' || family_name) from people p where p.id = n.written_by), '') as writer
    from team_notes n where ${which} order by n.written_at desc, n.id desc limit ${most}`
  const { rows } = await sql<NoteLine>`
    select * from (${of(sql`n.association_uri = ${association} and n.item_id is null`)})
    union all select * from (${of(sql`n.item_id = ${item}`)})
    order by written_at desc, id desc limit ${most}`.execute(db)
  return rows
}
