// SPDX-License-Identifier: AGPL-3.0-or-later
// What people agreed to: the text they read, what it allowed, and when they took it back.
import type { Kysely } from 'kysely'
import type { Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
/** `published`: what was shown of the person because of it. */
export type ConsentRow = Omit<Row<'consents'>, 'published'> & { published: { name: string; email: string } }

export async function insertConsent(tx: Handle, { published, ...row }: ConsentRow): Promise<void> {
  await tx
    .insertInto('consents')
    .values({ ...row, published: JSON.stringify(published) })
    .execute()
}

/** The latest first. */
export async function listConsents(db: Handle, personId: string): Promise<ConsentRow[]> {
  const rows = await db
    .selectFrom('consents')
    .selectAll()
    .where('person_id', '=', personId)
    .orderBy('given_at', 'desc')
    .execute()
  return rows.map((row) => ({ ...row, published: JSON.parse(row.published) as ConsentRow['published'] }))
}

export async function saveWithdrawal(tx: Handle, id: string, at: string): Promise<void> {
  await tx.updateTable('consents').set({ withdrawn_at: at }).where('id', '=', id).execute()
}
