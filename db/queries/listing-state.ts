// SPDX-License-Identifier: AGPL-3.0-or-later
// What the index of listings in memory is made from, and kept true by.
import { sql, type Kysely } from 'kysely'
import type { Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
export type StateRow = Row<'listing_state'>
/** One change, with what the listing is now; null for one that is gone. `isReworded`: its words may be others. */
export type Change = { seq: number; id: number; isReworded: boolean; state: StateRow | null }

/** Number of the newest change of any listing. */
export async function lastChangeOfListings(db: Handle): Promise<number> {
  const row = await db
    .selectFrom('listing_changes')
    .select(({ fn }) => fn.max('seq').as('seq'))
    .executeTakeFirst()
  return row?.seq ?? 0
}

/** When a listing last changed (ISO); null when none ever did. */
export async function lastChangeAt(db: Handle): Promise<string | null> {
  const found = await sql<{ at: string }>`
    select at from listing_changes where seq = (select max(seq) from listing_changes)`.execute(db)
  return found.rows[0]?.at || null
}

/** Up to `most` listings whose number is greater than `after`, in the order of their numbers. */
export async function listStates(db: Handle, after: number, most: number): Promise<StateRow[]> {
  return db.selectFrom('listing_state').selectAll().where('id', '>', after).orderBy('id').limit(most).execute()
}

/**
 * Up to `most` changes, oldest first, beginning with number `from` itself: when another one comes first, `from` was
 * trimmed away or belongs to another database.
 */
export async function listChanges(db: Handle, from: number, most: number): Promise<Change[]> {
  const rows = await db
    .selectFrom('listing_changes')
    .leftJoin('listing_state', 'listing_state.id', 'listing_changes.listing_id')
    .selectAll('listing_state')
    .select(['listing_changes.seq', 'listing_changes.listing_id', 'listing_changes.is_reworded'])
    .where('listing_changes.seq', '>=', from)
    .orderBy('listing_changes.seq')
    .limit(most)
    .execute()
  return rows.map(({ seq, listing_id, is_reworded, ...state }) => ({
    seq,
    id: listing_id,
    isReworded: is_reworded === 1,
    state: state.id === null ? null : (state as StateRow),
  }))
}

/** The number of the listing of that offer. */
export async function findListingId(db: Handle, offerUri: string): Promise<number | undefined> {
  const row = await db.selectFrom('listings').select('id').where('offer_uri', '=', offerUri).executeTakeFirst()
  return row?.id
}

/** The addresses of these listings, by number. */
export async function listUris(db: Handle, ids: readonly number[]): Promise<Map<number, string>> {
  const { rows } = await sql<{ id: number; uri: string }>`select l.id as id, l.offer_uri as uri
    from json_each(${JSON.stringify(ids)}) given cross join listings l on l.id = given.value`.execute(db)
  return new Map(rows.map(({ id, uri }) => [id, uri]))
}
