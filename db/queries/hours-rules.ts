// SPDX-License-Identifier: AGPL-3.0-or-later
// Rules that approve hours. A rule never changes: it is ended, and another one is made.
import { sql, type Kysely } from 'kysely'
import type { NewRow, Row, Tables } from '../schema.ts'
import { holds } from './roles.ts'

type Handle = Kysely<Tables>
export type RuleRow = Row<'hours_rules'>

/** In force, the first one made first. */
export function listRules(db: Handle): Promise<RuleRow[]> {
  return db.selectFrom('hours_rules').selectAll().where('ended_at', 'is', null).orderBy('id').execute()
}

/** Also one that was ended. */
export async function findRule(db: Handle, id: string): Promise<RuleRow | undefined> {
  return db.selectFrom('hours_rules').selectAll().where('id', '=', id).executeTakeFirst()
}

export async function insertRule(tx: Handle, rule: NewRow<'hours_rules'>): Promise<void> {
  await tx.insertInto('hours_rules').values(rule).execute()
}

/** @returns false when there is none in force. */
export async function endRule(tx: Handle, id: string, at: string): Promise<boolean> {
  const result = await tx
    .updateTable('hours_rules')
    .set({ ended_at: at })
    .where('id', '=', id)
    .where('ended_at', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

/** May approve hours of others, so that nobody's rule approves their own. */
export async function isApprover(db: Handle, personId: string): Promise<boolean> {
  const { rows } = await sql<{ holds: number }>`select ${holds(sql`${personId}`, 'manage_hours')} as holds`.execute(db)
  return rows[0]!.holds === 1
}
