// SPDX-License-Identifier: AGPL-3.0-or-later
// One-time secrets given to people, by mail or on screen. Only their hashes are stored.
import type { Kysely } from 'kysely'
import type { Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
export type TokenRow = Omit<Row<'tokens'>, 'content'> & { content: Record<string, string> }
type NewToken = {
  hash: string
  purpose: string
  person_id?: string | null
  subject_id?: string | null
  content?: Record<string, string>
  created_at: string
  expires_at: string
}

const fromRow = (row: Row<'tokens'> | undefined): TokenRow | undefined =>
  row && { ...row, content: JSON.parse(row.content) as Record<string, string> }

export async function insertToken(tx: Handle, { content = {}, ...token }: NewToken): Promise<void> {
  await tx
    .insertInto('tokens')
    .values({ ...token, content: JSON.stringify(content) })
    .execute()
}

/** Undefined when it is used or over. */
export async function findToken(db: Handle, hash: string, purpose: string, now: string): Promise<TokenRow | undefined> {
  return fromRow(
    await db
      .selectFrom('tokens')
      .selectAll()
      .where('hash', '=', hash)
      .where('purpose', '=', purpose)
      .where('used_at', 'is', null)
      .where('expires_at', '>', now)
      .executeTakeFirst(),
  )
}

/** As findToken, but only once: a second call finds nothing. */
export async function spendToken(
  tx: Handle,
  hash: string,
  purpose: string,
  now: string,
): Promise<TokenRow | undefined> {
  return fromRow(
    await tx
      .updateTable('tokens')
      .set({ used_at: now })
      .where('hash', '=', hash)
      .where('purpose', '=', purpose)
      .where('used_at', 'is', null)
      .where('expires_at', '>', now)
      .returningAll()
      .executeTakeFirst(),
  )
}

export async function countTokensOf(db: Handle, personId: string, purpose: string, now: string): Promise<number> {
  const row = await db
    .selectFrom('tokens')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('person_id', '=', personId)
    .where('purpose', '=', purpose)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

export async function deleteTokensOf(tx: Handle, personId: string, purposes: readonly string[]): Promise<void> {
  await tx.deleteFrom('tokens').where('person_id', '=', personId).where('purpose', 'in', purposes).execute()
}

export async function deleteToken(tx: Handle, hash: string): Promise<void> {
  await tx.deleteFrom('tokens').where('hash', '=', hash).execute()
}

export async function deleteTokensFor(tx: Handle, purpose: string): Promise<void> {
  await tx.deleteFrom('tokens').where('purpose', '=', purpose).execute()
}

/** Used ones stay as long as others, so that a second click is distinguished from a wrong link. */
export async function deleteExpiredTokens(db: Handle, before: string, most: number): Promise<number> {
  const result = await db
    .deleteFrom('tokens')
    .where('hash', 'in', (eb) =>
      eb.selectFrom('tokens').select('hash').where('expires_at', '<=', before).orderBy('expires_at').limit(most),
    )
    .executeTakeFirst()
  return Number(result.numDeletedRows)
}
