// SPDX-License-Identifier: AGPL-3.0-or-later
// One-time secrets given to people, by mail or on screen. Only their hashes are stored.
import { sql, type Kysely } from 'kysely'
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

/** The version of the person's access at that moment, so that the token ends with it. */
const accessOf = (personId: string | null | undefined) =>
  sql<number>`coalesce((select access_version from people where id = ${personId ?? null}), 1)`

/** True for a token of nobody, and as long as the access of its person was not ended since. */
const isInForce = sql<boolean>`(person_id is null or access_version =
  (select access_version from people where people.id = tokens.person_id))`

export async function insertToken(tx: Handle, { content = {}, ...token }: NewToken): Promise<void> {
  await tx
    .insertInto('tokens')
    .values({ ...token, content: JSON.stringify(content), access_version: accessOf(token.person_id) })
    .execute()
}

/** For a link that stays the same in every mail: a known one is kept until the new end. */
export function keepToken(tx: Handle, token: NewToken): Promise<void> {
  return keepTokens(tx, [token])
}

/** As keepToken, several with the same end in one statement. */
export async function keepTokens(tx: Handle, tokens: readonly NewToken[]): Promise<void> {
  if (tokens.length === 0) return
  await tx
    .insertInto('tokens')
    .values(
      tokens.map(({ content = {}, ...token }) => ({
        ...token,
        content: JSON.stringify(content),
        access_version: accessOf(token.person_id),
      })),
    )
    .onConflict((conflict) =>
      conflict.column('hash').doUpdateSet((eb) => ({ expires_at: eb.ref('excluded.expires_at') })),
    )
    .execute()
}

/** Undefined when it is used or over, or when the access of its person was ended since. */
export async function findToken(db: Handle, hash: string, purpose: string, now: string): Promise<TokenRow | undefined> {
  return fromRow(
    await db
      .selectFrom('tokens')
      .selectAll()
      .where('hash', '=', hash)
      .where('purpose', '=', purpose)
      .where('used_at', 'is', null)
      .where('expires_at', '>', now)
      .where(isInForce)
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
      .where(isInForce)
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

export async function deleteTokensButFor(tx: Handle, personId: string, kept: readonly string[]): Promise<void> {
  await tx.deleteFrom('tokens').where('person_id', '=', personId).where('purpose', 'not in', kept).execute()
}

/** Spare codes stay valid when the person's access is ended: they open nothing alone. */
export async function moveTokens(tx: Handle, personId: string, purpose: string, accessVersion: number): Promise<void> {
  await tx
    .updateTable('tokens')
    .set({ access_version: accessVersion })
    .where('person_id', '=', personId)
    .where('purpose', '=', purpose)
    .execute()
}

export async function deleteTokensAbout(tx: Handle, subjectId: string, purpose: string): Promise<void> {
  await tx.deleteFrom('tokens').where('subject_id', '=', subjectId).where('purpose', '=', purpose).execute()
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
