// SPDX-License-Identifier: AGPL-3.0-or-later
// The permission of a parent or guardian for one application. In force from `given_at` until `withdrawn_at`.
import { sql, type Kysely } from 'kysely'
import { inList } from '../in-list.ts'
import type { Changes, NewRow, Row, Tables } from '../schema.ts'
import { findToken, keepToken } from './tokens.ts'

type Handle = Kysely<Tables>
export type GuardianRow = Row<'application_guardians'>
const PURPOSE = 'guardian'

export async function insertGuardian(tx: Handle, row: NewRow<'application_guardians'>): Promise<void> {
  await tx.insertInto('application_guardians').values(row).execute()
}

export function findGuardian(db: Handle, applicationId: string): Promise<GuardianRow | undefined> {
  return db
    .selectFrom('application_guardians')
    .selectAll()
    .where('application_id', '=', applicationId)
    .executeTakeFirst()
}

/** @returns the id of the application. */
export async function findGuarded(db: Handle, tokenHash: string, now: string): Promise<string | undefined> {
  return (await findToken(db, tokenHash, PURPOSE, now))?.subject_id ?? undefined
}

export function keepGuardianToken(
  tx: Handle,
  token: { hash: string; subject_id: string; created_at: string; expires_at: string },
): Promise<void> {
  return keepToken(tx, { ...token, purpose: PURPOSE })
}

export async function saveGuardian(
  tx: Handle,
  applicationId: string,
  changes: Changes<'application_guardians'>,
): Promise<void> {
  await tx.updateTable('application_guardians').set(changes).where('application_id', '=', applicationId).execute()
}

export type Asked = { id: string; asked_at: string }

/** Who was asked until the instant and has not answered, and was not reminded yet; the next `limit` beyond `after`. */
export async function listGuardiansToRemind(db: Handle, until: string, after: Asked, limit: number): Promise<Asked[]> {
  const { rows } = await sql<Asked>`select g.application_id as id, g.asked_at from application_guardians g
    indexed by application_guardians_waiting
    where g.asked_at is not null and g.reminded_at is null and g.given_at is null and g.withdrawn_at is null
      and g.asked_at <= ${until} and (g.asked_at, g.application_id) > (${after.asked_at}, ${after.id})
    order by g.asked_at, g.application_id limit ${limit}`.execute(db)
  return rows
}

/** With the links that were mailed to them. */
export async function deleteGuardiansOf(tx: Handle, applicationIds: readonly string[]): Promise<void> {
  if (applicationIds.length === 0) return
  const ids = inList([...applicationIds])
  await tx.deleteFrom('application_guardians').where('application_id', 'in', ids).execute()
  await tx.deleteFrom('tokens').where('purpose', '=', PURPOSE).where('subject_id', 'in', ids).execute()
}
