// SPDX-License-Identifier: AGPL-3.0-or-later
// Towns that are in no list, as offers here name them, and which place of ours each is.
import { createHash } from 'node:crypto'
import { sql, type Kysely } from 'kysely'
import type { OfferPlace } from '../../server/model/offer/content.ts'
import { inList } from '../in-list.ts'
import { countUpTo, inOrder, keyedList, type KeyedList } from '../keyset.ts'
import { normalisePlace } from '../reference/place-names.ts'
import type { Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
export type TownRow = Row<'typed_towns'>
export type TownLine = TownRow & { offers: number }
/** What makes two typed towns the same. */
export type TypedTown = Pick<TownRow, 'key' | 'name' | 'postal_code' | 'country'>
/** `open`: nobody has said yet which place it is. */
export const TOWN_SHELVES = ['open', 'settled'] as const
export type TownShelf = (typeof TOWN_SHELVES)[number]

/** Undefined for a place of a list. Names are the same whatever their case, accents and hyphens. */
export function typedTown({ code, name, postalCode, country }: OfferPlace): TypedTown | undefined {
  const key = normalisePlace(name)
  if (code !== null || key === '') return undefined
  return { key, name, postal_code: postalCode ?? '', country: country ?? '' }
}

/** Its name in addresses: 16 hex digits. */
export function townId({ key, postal_code, country }: TypedTown): string {
  return createHash('sha256')
    .update(JSON.stringify([key, postal_code, country]))
    .digest('hex')
    .slice(0, 16)
}

/** From now on these are the towns of the listing that are in no list. */
export async function noteTowns(tx: Handle, listing: number, places: readonly OfferPlace[]): Promise<void> {
  const typed = places.flatMap((place) => typedTown(place) ?? [])
  const known = await tx.selectFrom('listing_towns').select('town_id').where('listing_id', '=', listing).execute()
  if (typed.length === 0 && known.length === 0) return
  const ids = new Set<string>()
  for (const town of typed) ids.add((await keepTown(tx, town)).id)
  const gone = known.map(({ town_id }) => town_id).filter((id) => !ids.has(id))
  for (const town_id of ids) {
    const row = { town_id, listing_id: listing }
    await tx
      .insertInto('listing_towns')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
  await tx.deleteFrom('listing_towns').where('listing_id', '=', listing).where('town_id', 'in', inList(gone)).execute()
  await dropUnused(tx, gone)
}

/** The row of that town, made when there is none. */
export async function keepTown(tx: Handle, town: TypedTown): Promise<TownRow> {
  const known = await findTyped(tx, town)
  if (known) return known
  return tx
    .insertInto('typed_towns')
    .values({ id: townId(town), ...town })
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** Those of these towns that are neither settled nor named by a listing. */
async function dropUnused(tx: Handle, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await tx
    .deleteFrom('typed_towns')
    .where('id', 'in', inList(ids))
    .where('code', 'is', null)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('listing_towns').select('town_id').whereRef('town_id', '=', 'typed_towns.id'))),
    )
    .execute()
}

export async function findTyped(db: Handle, town: TypedTown): Promise<TownRow | undefined> {
  return db
    .selectFrom('typed_towns')
    .selectAll()
    .where('key', '=', town.key)
    .where('postal_code', '=', town.postal_code)
    .where('country', '=', town.country)
    .executeTakeFirst()
}

export async function findTown(db: Handle, id: string): Promise<TownRow | undefined> {
  return db.selectFrom('typed_towns').selectAll().where('id', '=', id).executeTakeFirst()
}

/** `code`: of the place that it is; null takes the answer back, and the row goes when no listing names the town. */
export async function settleTown(
  tx: Handle,
  id: string,
  answer: Pick<TownRow, 'code' | 'own_place' | 'decided_at' | 'version'>,
): Promise<void> {
  await tx.updateTable('typed_towns').set(answer).where('id', '=', id).execute()
  if (answer.code === null) await dropUnused(tx, [id])
}

/** Places of our own that somebody made, each once, as they were written. */
export async function listOwnPlaces(db: Handle): Promise<string[]> {
  const rows = await db
    .selectFrom('typed_towns')
    .select('own_place')
    .where('code', 'is not', null)
    .where('own_place', 'is not', null)
    .execute()
  return rows.flatMap(({ own_place }) => own_place ?? [])
}

/** How a place of our own was described, by a town that is it; null when none is. */
export async function findOwnPlace(db: Handle, code: string): Promise<string | null> {
  const row = await db
    .selectFrom('typed_towns')
    .select('own_place')
    .where('code', 'is not', null)
    .where('code', '=', code)
    .where('own_place', 'is not', null)
    .executeTakeFirst()
  return row?.own_place ?? null
}

/** True when a typed town is that place. */
export async function isPlaceUsed(db: Handle, code: string): Promise<boolean> {
  const row = await db
    .selectFrom('typed_towns')
    .select('id')
    .where('code', 'is not', null)
    .where('code', '=', code)
    .executeTakeFirst()
  return row !== undefined
}

const named = sql`exists (select 1 from listing_towns where town_id = t.id)`
const FROM = {
  open: sql`from typed_towns t indexed by typed_towns_open where t.code is null and ${named}`,
  settled: sql`from typed_towns t indexed by typed_towns_settled where t.code is not null`,
} as const

/** By name. */
export function townsList(db: Handle, shelf: TownShelf): KeyedList<TownLine> {
  const order = [sql`t.key`, sql`t.id`].map((by) => ({ by, isDown: false }))
  const section = { table: 'typed_towns', from: FROM[shelf], holds: sql`true`, order } as const
  return keyedList(db, [section], async (numbers) => {
    const number = sql<number>`typed_towns.rowid`
    const offers = sql<number>`(select count(*) from listing_towns where town_id = typed_towns.id)`
    const rows = await db
      .selectFrom('typed_towns')
      .selectAll()
      .select([number.as('number'), offers.as('offers')])
      .where(number, 'in', inList(numbers))
      .execute()
    return inOrder(numbers, rows)
  })
}

/** Towns that nobody has settled, counted up to `most` and one more. */
export function countOpenTowns(db: Handle, most: number): Promise<number> {
  return countUpTo(db, [FROM.open], most)
}

export type NamingListing = Pick<
  Row<'listings'>,
  'id' | 'public_id' | 'offer_uri' | 'offer_id' | 'title' | 'association_name'
>

/** Listings that name the town: the first `most` whose number is greater than `after`. */
export async function listNaming(db: Handle, id: string, after: number, most: number): Promise<NamingListing[]> {
  return db
    .selectFrom('listing_towns')
    .innerJoin('listings', 'listings.id', 'listing_towns.listing_id')
    .select(['listings.id', 'public_id', 'offer_uri', 'offer_id', 'title', 'association_name'])
    .where('listing_towns.town_id', '=', id)
    .where('listing_towns.listing_id', '>', after)
    .orderBy('listing_towns.listing_id')
    .limit(most)
    .execute()
}

export async function countNaming(db: Handle, id: string): Promise<number> {
  const { count } = await db
    .selectFrom('listing_towns')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('town_id', '=', id)
    .executeTakeFirstOrThrow()
  return count
}
