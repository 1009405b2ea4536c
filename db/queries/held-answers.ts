// SPDX-License-Identifier: AGPL-3.0-or-later
// Answers of moderators that have not left yet: what is to be sent, and the item as it was before.
import type { Kysely } from 'kysely'
import type { NewRow, Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
export type HeldRow = Row<'held_answers'>

export async function holdAnswer(tx: Handle, row: NewRow<'held_answers'>): Promise<void> {
  await tx.insertInto('held_answers').values(row).execute()
}

export function findHeld(db: Handle, itemId: string): Promise<HeldRow | undefined> {
  return db.selectFrom('held_answers').selectAll().where('item_id', '=', itemId).executeTakeFirst()
}

/** The items of one answer, given by this person. */
export async function listHeldItems(db: Handle, batch: string, personId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('held_answers')
    .select('item_id')
    .where('batch', '=', batch)
    .where('person_id', '=', personId)
    .execute()
  return rows.map(({ item_id }) => item_id)
}

/** Items whose answer leaves now, the earliest first. */
export async function listHeldUntil(db: Handle, now: string): Promise<string[]> {
  const due = db.selectFrom('held_answers').select('item_id').where('until', '<=', now)
  return (await due.orderBy('until').execute()).map(({ item_id }) => item_id)
}

export async function deleteHeld(tx: Handle, itemId: string): Promise<void> {
  await tx.deleteFrom('held_answers').where('item_id', '=', itemId).execute()
}
