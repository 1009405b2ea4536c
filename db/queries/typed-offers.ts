// SPDX-License-Identifier: AGPL-3.0-or-later
// What somebody typed of an offer and has not saved: one text for each person and offer.
import { sql, type Kysely } from 'kysely'
import type { Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
type Values = Record<string, string | string[]>
/** `offer_id`: '' for an offer that is not there yet. `form_id`: of the page on which it was typed. */
export type TypedOffer = Omit<Row<'typed_offers'>, 'typed'> & { typed: Values }
type Key = Pick<TypedOffer, 'person_id' | 'offer_id'>

/** Also a text that ended, whose words are empty. */
export function findTypedRow(db: Handle, { person_id, offer_id }: Key): Promise<Row<'typed_offers'> | undefined> {
  return db
    .selectFrom('typed_offers')
    .selectAll()
    .where('person_id', '=', person_id)
    .where('offer_id', '=', offer_id)
    .executeTakeFirst()
}

export async function findTypedOffer(db: Handle, key: Key): Promise<TypedOffer | undefined> {
  const row = await findTypedRow(db, key)
  return row && row.typed !== '' ? withValues(row) : undefined
}

const withValues = (row: Row<'typed_offers'>): TypedOffer => ({ ...row, typed: JSON.parse(row.typed) as Values })

/** The latest first. */
export async function listTypedOffers(db: Handle, personId: string, limit: number): Promise<TypedOffer[]> {
  const rows = await db
    .selectFrom('typed_offers')
    .selectAll()
    .where('person_id', '=', personId)
    .where('typed', '<>', '')
    .orderBy('kept_at', 'desc')
    .limit(limit)
    .execute()
  return rows.map(withValues)
}

export async function saveTypedOffer(tx: Handle, { typed, ...row }: TypedOffer): Promise<void> {
  const values = { ...row, typed: JSON.stringify(typed) }
  await tx
    .insertInto('typed_offers')
    .values(values)
    .onConflict((conflict) => conflict.columns(['person_id', 'offer_id']).doUpdateSet(values))
    .execute()
}

/** For a form that was saved or dropped; the text of another page stays. */
export async function endTypedOffer(tx: Handle, row: Omit<TypedOffer, 'typed'>): Promise<void> {
  const values = { ...row, typed: '' }
  await tx
    .insertInto('typed_offers')
    .values(values)
    .onConflict((conflict) =>
      conflict
        .columns(['person_id', 'offer_id'])
        .doUpdateSet(values)
        .where((one) => one.or([one('typed_offers.form_id', '=', row.form_id), one('typed_offers.typed', '=', '')])),
    )
    .execute()
}

/** @returns how many. */
export async function deleteTypedBefore(tx: Handle, before: string, most: number): Promise<number> {
  const result = await sql`delete from typed_offers where rowid in
    (select rowid from typed_offers where kept_at < ${before} limit ${most})`.execute(tx)
  return Number(result.numAffectedRows ?? 0)
}
