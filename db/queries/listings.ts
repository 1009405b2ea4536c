// SPDX-License-Identifier: AGPL-3.0-or-later
// What the public can find: one row per offer, its words in the full-text index, and what searches compare of it.
import { sql, type Kysely } from 'kysely'
import type { OfferContent, OfferPlace, TextMap } from '../../server/model/offer/content.ts'
import { completeContent } from '../../server/model/offer/fields.ts'
import { mayBeListed } from '../../server/model/offer/standing.ts'
import { inList } from '../in-list.ts'
import type { NewRow, Row, Tables } from '../schema.ts'
import { noteTowns } from './typed-towns.ts'

type Handle = Kysely<Tables>
export type ListedContent = OfferContent & { association_mission: string; association_sectors?: string[] }
export type ListingRow = Omit<Row<'listings'>, 'content'> & { content: ListedContent }
export type ListingTerm = { kind: string; code: string }
/** Coordinates in degrees (WGS 84). */
export type ListingPlace = {
  latitude: number | null
  longitude: number | null
  place_code: string | null
  department: string | null
  region: string | null
  name: string
}
/** How open an offer is, from when until when it is visible, and when it begins as an event. */
export type ListingStanding = Pick<
  Row<'listings'>,
  'applications' | 'status' | 'remaining' | 'visible_from' | 'visible_until'
> &
  Pick<Row<'listing_state'>, 'starts_at'>
/** Plain words for the index, as server/public-offer/index-text.ts makes them. */
export type ListingWords = Record<'title' | 'summary' | 'body' | 'association' | 'places' | 'terms', string>

function fromRow(row: Row<'listings'>): ListingRow {
  const content = JSON.parse(row.content) as ListedContent
  return { ...row, content: { ...content, ...completeContent(content) } }
}

/** Replaces all that was known of the offer; its number stays. `typed`: its places as its text has them; `at`: ISO instant. */
export async function saveListing(
  tx: Handle,
  { starts_at, ...listing }: Omit<NewRow<'listings'>, 'id' | 'content'> & ListingStanding & { content: ListedContent },
  parts: {
    words: ListingWords
    terms: ListingTerm[]
    places: ListingPlace[]
    typed: readonly OfferPlace[]
    at: string
    listedAt: string
  },
): Promise<void> {
  const id = await writeRow(tx, { ...listing, content: JSON.stringify(listing.content) })
  await sql`insert into listings_fts (rowid, title, summary, body, association, places, terms)
    values (${sql.join([id, ...WORD_COLUMNS.map((column) => parts.words[column])])})`.execute(tx)
  const state = {
    ...stateOf({ ...listing, starts_at }),
    published_at: listing.published_at,
    min_age: listing.min_age ?? null,
    association_uri: listing.association_uri,
    codes: JSON.stringify([...new Set(parts.terms.map(({ kind, code }) => `${kind}:${code}`))]),
    places: JSON.stringify(parts.places.map(placeValues)),
  }
  await tx
    .insertInto('listing_state')
    .values({ id, ...state, listed_at: parts.listedAt })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(state))
    .execute()
  await noteTowns(tx, id, parts.typed)
  await saveLinks(tx, id, listing.content.linked)
  await recordChange(tx, id, 1, parts.at)
}

async function saveLinks(tx: Handle, listing_id: number, linked: readonly string[]): Promise<void> {
  await tx.deleteFrom('listing_links').where('listing_id', '=', listing_id).execute()
  if (linked.length === 0) return
  const rows = [...new Set(linked)].map((other_uri) => ({ listing_id, other_uri }))
  await tx.insertInto('listing_links').values(rows).execute()
}

/** What is online of the offers that this one names, and of those that name it. */
export async function listLinked(
  db: Handle,
  { uri, linked }: { uri: string; linked: readonly string[] },
  now: string,
): Promise<{ public_id: string; title: TextMap }[]> {
  const { rows } = await sql<{ public_id: string; title: string }>`
    select l.public_id, l.content ->> 'title' as title from (
      select offer_uri from listings where offer_uri in ${inList(linked)}
      union
      select other.offer_uri from listing_links k indexed by listing_links_other_uri
        cross join listings other on other.id = k.listing_id where k.other_uri = ${uri}) found
    cross join listings l on l.offer_uri = found.offer_uri
    where l.offer_uri <> ${uri} and l.status = 'confirmed' and l.visible_from <= ${now} and l.visible_until > ${now}
    order by l.published_at, l.id limit 10`.execute(db)
  return rows.map(({ public_id, title }) => ({ public_id, title: JSON.parse(title) as TextMap }))
}

const placeValues = ({ latitude, longitude, place_code, department, region, name }: ListingPlace) =>
  [latitude, longitude, place_code, department, region, name] as const

/** What searches compare of a standing; whether its window is open is a question of the instant. */
function stateOf({ visible_from, visible_until, starts_at, remaining, ...standing }: ListingStanding) {
  const is_listed: 0 | 1 = mayBeListed(standing) ? 1 : 0
  const is_open: 0 | 1 = standing.applications === 'open' ? 1 : 0
  return { visible_from, visible_until, starts_at, remaining, is_listed, is_open }
}

/** Writes the row and leaves it without words. */
async function writeRow(tx: Handle, row: Omit<NewRow<'listings'>, 'id'>): Promise<number> {
  const known = await findId(tx, row.offer_uri)
  if (known === undefined) {
    const { id } = await tx.insertInto('listings').values(row).returning('id').executeTakeFirstOrThrow()
    return id
  }
  await tx.updateTable('listings').set(row).where('id', '=', known).execute()
  await deleteWords(tx, known)
  return known
}

const WORD_COLUMNS = ['title', 'summary', 'body', 'association', 'places', 'terms'] as const

async function deleteWords(tx: Handle, id: number): Promise<void> {
  await sql`delete from listings_fts where rowid = ${id}`.execute(tx)
}

async function findId(tx: Handle, offerUri: string): Promise<number | undefined> {
  const row = await tx.selectFrom('listings').select('id').where('offer_uri', '=', offerUri).executeTakeFirst()
  return row?.id
}

export async function deleteListing(tx: Handle, offerUri: string, at: string): Promise<void> {
  const id = await findId(tx, offerUri)
  if (id === undefined) return
  await noteTowns(tx, id, [])
  await deleteWords(tx, id)
  await tx.deleteFrom('listings').where('id', '=', id).execute()
  await recordChange(tx, id, 1, at)
}

/** How open the offer is from now on. Nothing happens when it is not listed. */
export async function updateStanding(
  tx: Handle,
  offerUri: string,
  { starts_at, ...standing }: ListingStanding,
  at: string,
): Promise<void> {
  const id = await findId(tx, offerUri)
  if (id === undefined) return
  await tx.updateTable('listings').set(standing).where('id', '=', id).execute()
  await tx
    .updateTable('listing_state')
    .set(stateOf({ ...standing, starts_at }))
    .where('id', '=', id)
    .execute()
  await recordChange(tx, id, 0, at)
}

/** Processes that are further behind read all listings anew. */
const KEPT_CHANGES = 10_000

async function recordChange(tx: Handle, id: number, is_reworded: 0 | 1, at: string): Promise<void> {
  const { seq } = await tx
    .insertInto('listing_changes')
    .values({ listing_id: id, is_reworded, at })
    .returning('seq')
    .executeTakeFirstOrThrow()
  await tx
    .deleteFrom('listing_changes')
    .where('seq', '<=', seq - KEPT_CHANGES)
    .execute()
}

export async function findListing(db: Handle, publicId: string): Promise<ListingRow | undefined> {
  const row = await db.selectFrom('listings').selectAll().where('public_id', '=', publicId).executeTakeFirst()
  return row && fromRow(row)
}

/** In the order of `ids`. */
export async function listListings(db: Handle, ids: number[]): Promise<ListingRow[]> {
  if (ids.length === 0) return []
  const rows = await db.selectFrom('listings').selectAll().where('id', 'in', inList(ids)).execute()
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.flatMap((id) => byId.get(id) ?? []).map(fromRow)
}

/**
 * For each of these listings a text that is another one after every change of what its readers are told, by number. The
 * content itself is not read, because it is most of a listing.
 */
export async function listStamps(db: Handle, ids: readonly number[]): Promise<Map<number, string>> {
  const { rows } = await sql<{ id: number; stamp: string }>`
    select l.id as id, concat_ws(' ', revision, updated_at, applications, status, coalesce(capacity, '-'),
      coalesce(remaining, '-'), visible_until, association_name) as stamp
    from json_each(${JSON.stringify(ids)}) given cross join listings l on l.id = given.value`.execute(db)
  return new Map(rows.map(({ id, stamp }) => [id, stamp]))
}

/** By their public ids; those that are gone are left out. */
export async function listListingsNamed(db: Handle, publicIds: readonly string[]): Promise<ListingRow[]> {
  if (publicIds.length === 0) return []
  const rows = await db.selectFrom('listings').selectAll().where('public_id', 'in', inList(publicIds)).execute()
  return rows.map(fromRow)
}

/** The names of the associations of these listings, by number. */
export async function listAssociationNames(db: Handle, ids: readonly number[]): Promise<Map<number, string>> {
  if (ids.length === 0) return new Map()
  const { rows } = await sql<{ id: number; name: string }>`select l.id as id, l.association_name as name
    from json_each(${JSON.stringify(ids)}) given cross join listings l on l.id = given.value`.execute(db)
  return new Map(rows.map(({ id, name }) => [id, name]))
}

/** Includes offers that will be online soon. */
export async function listHomeOfferIds(db: Handle): Promise<string[]> {
  const rows = await db.selectFrom('listings').select('offer_id').where('offer_id', 'is not', null).execute()
  return rows.flatMap((row) => row.offer_id ?? [])
}
