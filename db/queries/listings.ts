// SPDX-License-Identifier: AGPL-3.0-or-later
// The public list: one row per offer, its words in the full-text index, its codes and its places.
import { sql, type Kysely } from 'kysely'
import type { OfferContent } from '../../server/model/offer/content.ts'
import { completeContent } from '../../server/model/offer/fields.ts'
import type { Changes, NewRow, Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
export type ListedContent = OfferContent & { association_mission: string }
export type ListingRow = Omit<Row<'listings'>, 'content'> & { content: ListedContent }
export type ListingTerm = { kind: string; code: string }
export type ListingPlace = Omit<Row<'listing_places'>, 'listing_id' | 'position'>
/** Words from server/public-offer/index-text.ts. */
export type ListingWords = Record<'title' | 'summary' | 'body' | 'association' | 'places' | 'terms', string>

function fromRow(row: Row<'listings'>): ListingRow {
  const content = JSON.parse(row.content) as ListedContent
  return { ...row, content: { ...content, ...completeContent(content) } }
}

/** Replaces all that was known of the offer; its number stays. */
export async function saveListing(
  tx: Handle,
  listing: Omit<NewRow<'listings'>, 'id' | 'content'> & { content: ListedContent },
  parts: { words: ListingWords; terms: ListingTerm[]; places: ListingPlace[] },
): Promise<void> {
  const id = await writeRow(tx, { ...listing, content: JSON.stringify(listing.content) })
  await sql`insert into listings_fts (rowid, title, summary, body, association, places, terms)
    values (${sql.join([id, ...WORD_COLUMNS.map((column) => parts.words[column])])})`.execute(tx)
  if (parts.terms.length > 0)
    await tx
      .insertInto('listing_terms')
      .values(parts.terms.map((term) => ({ listing_id: id, ...term })))
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  if (parts.places.length > 0)
    await tx
      .insertInto('listing_places')
      .values(parts.places.map((place, position) => ({ listing_id: id, position, ...place })))
      .execute()
}

/** Deletes the words, codes and places of a known row. */
async function writeRow(tx: Handle, row: Omit<NewRow<'listings'>, 'id'>): Promise<number> {
  const known = await tx.selectFrom('listings').select('id').where('offer_uri', '=', row.offer_uri).executeTakeFirst()
  if (!known) {
    const { id } = await tx.insertInto('listings').values(row).returning('id').executeTakeFirstOrThrow()
    return id
  }
  await tx.updateTable('listings').set(row).where('id', '=', known.id).execute()
  await deleteParts(tx, known.id)
  return known.id
}

const WORD_COLUMNS = ['title', 'summary', 'body', 'association', 'places', 'terms'] as const

async function deleteParts(tx: Handle, id: number): Promise<void> {
  await sql`delete from listings_fts where rowid = ${id}`.execute(tx)
  await tx.deleteFrom('listing_terms').where('listing_id', '=', id).execute()
  await tx.deleteFrom('listing_places').where('listing_id', '=', id).execute()
}

export async function deleteListing(tx: Handle, offerUri: string): Promise<void> {
  const row = await tx.selectFrom('listings').select('id').where('offer_uri', '=', offerUri).executeTakeFirst()
  if (!row) return
  await deleteParts(tx, row.id)
  await tx.deleteFrom('listings').where('id', '=', row.id).execute()
}

export async function updateListing(tx: Handle, offerUri: string, changes: Changes<'listings'>): Promise<void> {
  await tx.updateTable('listings').set(changes).where('offer_uri', '=', offerUri).execute()
}

export async function findListing(db: Handle, publicId: string): Promise<ListingRow | undefined> {
  const row = await db.selectFrom('listings').selectAll().where('public_id', '=', publicId).executeTakeFirst()
  return row && fromRow(row)
}

/** In the order of `ids`. */
export async function listListings(db: Handle, ids: number[]): Promise<ListingRow[]> {
  if (ids.length === 0) return []
  const rows = await db.selectFrom('listings').selectAll().where('id', 'in', ids).execute()
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.flatMap((id) => byId.get(id) ?? []).map(fromRow)
}

/** Includes offers that will be online soon. */
export async function listHomeOfferIds(db: Handle): Promise<string[]> {
  const rows = await db.selectFrom('listings').select('offer_id').where('origin', '=', 'home').execute()
  return rows.flatMap((row) => row.offer_id ?? [])
}
