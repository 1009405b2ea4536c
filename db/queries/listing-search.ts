// SPDX-License-Identifier: AGPL-3.0-or-later
// Searches the public list: row numbers in order, totals, and counts for each further choice.
import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { Tables } from '../schema.ts'
import { cut, type Slice } from './fed-activities.ts'

type Handle = Kysely<Tables>
export type Point = { latitude: number; longitude: number; code: string }
export type Sort = 'relevance' | 'distance' | 'newest' | 'ending'
export type ListingFilter = {
  /** ISO; the offers must be online at this instant. */
  now: string
  /** An FTS5 expression of server/public-offer/index-text.ts. */
  match: string | null
  /** Within `km` kilometres of any of the points; remote offers only with `remoteToo`. */
  near: { points: Point[]; km: number; remoteToo: boolean } | null
  /** Code of a region, a département or an MRC. */
  region: string | null
  /** One of the codes of each kind (listing_terms). */
  terms: { kind: string; codes: string[] }[]
  /** Offers that take a person of this age. */
  age: number | null
  /** Address of the association's actor. */
  association: string | null
  /** Address of an offer to leave out. */
  except: string | null
  openOnly: boolean
}
export type Hit = { id: number; km: number | null; town: string | null }

/** Counting stops here, because nobody reads that far. */
export const MOST_COUNTED = 10_000
/** Weights of title, summary, body, association, places, terms. */
const RELEVANCE = sql`bm25(listings_fts, 10, 4, 1, 3, 3, 4)`
const EARTH = 12_742

export async function searchListings(db: Handle, filter: ListingFilter, sort: Sort, limit: number, offset: number) {
  return (await pageQuery(filter, sort, limit, offset).execute(db)).rows
}

/** Exported for a test that reads its plan. */
export function pageQuery(filter: ListingFilter, sort: Sort, limit: number, offset: number): RawBuilder<Hit> {
  const near = filter.near ? sql`n.km as km, n.name as town` : sql`null as km, null as town`
  return sql<Hit>`select l.id as id, ${near} ${matching(filter, sort)}
    order by ${orderOf(filter, sort)} limit ${limit} offset ${offset}`
}

function orderOf(filter: ListingFilter, sort: Sort): RawBuilder<unknown> {
  const newest = sql`l.published_at desc, l.id desc`
  if (sort === 'ending') return sql`l.visible_until, l.id`
  if (sort === 'relevance' && filter.match) return sql`${RELEVANCE}, ${newest}`
  return sort === 'distance' && filter.near ? sql`n.km is null, n.km, ${newest}` : newest
}

/** One more than MOST_COUNTED means « more than that ». */
export async function countListings(db: Handle, filter: ListingFilter): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count
    from (select 1 ${matching(filter, 'ending')} limit ${MOST_COUNTED + 1})`.execute(db)
  return rows[0]?.count ?? 0
}

/** Addresses in the order of listing; `at` is the number of the row. */
export async function listOnline(db: Handle, now: string, slice: Slice, most: number) {
  const { rows } = await sql<{ at: number; uri: string }>`select l.id as at, l.offer_uri as uri
    ${matching(everything(now), 'newest')} ${cut(sql`l.id`, slice)} limit ${most}`.execute(db)
  return rows
}

export async function countByDistance(db: Handle, filter: ListingFilter, distances: readonly number[]) {
  if (!filter.near) return []
  const widest = { ...filter, near: { ...filter.near, km: Math.max(...distances), remoteToo: false } }
  const sums = distances.map((km) => sql`sum(km <= ${km}) as ${sql.ref(`km${km}`)}`)
  const { rows } = await sql<Record<string, number | null>>`select ${sql.join(sums)}
    from (select n.km as km ${matching(widest, 'ending')} limit ${MOST_COUNTED})`.execute(db)
  return distances.map((km) => ({ km, count: rows[0]?.[`km${km}`] ?? 0 }))
}

export type Facet = { kind: string; code: string; count: number }

export async function countByTerm(db: Handle, filter: ListingFilter, kinds: readonly string[]): Promise<Facet[]> {
  const { rows } = await sql<Facet>`select t.kind as kind, t.code as code, count(*) as count
    from listing_terms t
    where t.kind in (${sql.join(kinds)}) and t.listing_id in (select l.id ${matching(filter, 'ending')})
    group by t.kind, t.code`.execute(db)
  return rows
}

type Traits = {
  commitment: string
  mode: string
  time: string | null
  accessible: string
  group: number
  count: number
}

/** The counts of all combinations, in one pass over the rows. */
export async function countByTraits(db: Handle, filter: ListingFilter): Promise<Traits[]> {
  const { rows } = await sql<Traits>`select l.commitment as commitment, l.work_mode as mode, l.time_band as time,
      l.accessible as accessible, l.group_ok as "group", count(*) as count
    ${matching(filter, 'ending')} group by 1, 2, 3, 4, 5`.execute(db)
  return rows
}

export async function countByRegion(db: Handle, filter: ListingFilter): Promise<{ code: string; count: number }[]> {
  const { rows } = await sql<{
    code: string
    count: number
  }>`select p.region as code, count(distinct p.listing_id) as count
    from listing_places p
    where p.region is not null and p.listing_id in (select l.id ${matching(filter, 'ending')})
    group by p.region`.execute(db)
  return rows
}

export async function countTowns(db: Handle, filter: ListingFilter): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(distinct coalesce(p.place_code, p.name)) as count
    from listing_places p where p.listing_id in (select l.id ${matching(filter, 'ending')})`.execute(db)
  return rows[0]?.count ?? 0
}

/** Only offers with a number of places count. */
export async function sumRemaining(db: Handle, filter: ListingFilter): Promise<number> {
  const { rows } = await sql<{ sum: number }>`select coalesce(sum(l.remaining), 0) as sum
    ${matching(filter, 'ending')}`.execute(db)
  return rows[0]?.sum ?? 0
}

/** How many offers each of these associations has online, by address; without an entry for none. */
export async function countByAssociation(
  db: Handle,
  uris: readonly string[],
  now: string,
): Promise<Map<string, number>> {
  const { rows } = await sql<{ uri: string; count: number }>`select l.association_uri as uri, count(*) as count
    ${matching(everything(now), 'newest')} and l.association_uri in (select value from json_each(${JSON.stringify(uris)}))
    group by l.association_uri`.execute(db)
  return new Map(rows.map(({ uri, count }) => [uri, count]))
}

export function everything(now: string): ListingFilter {
  return {
    now,
    match: null,
    near: null,
    region: null,
    terms: [],
    age: null,
    association: null,
    except: null,
    openOnly: false,
  }
}

/** Every change records an event, and time alone makes offers appear and end. Null when nothing ever happened. */
export async function lastChange(db: Handle, now: string): Promise<string | null> {
  const { rows } = await sql<{ at: string | null }>`select max(at) as at from (
      select (select at from events order by seq desc limit 1) as at
      union all select max(visible_until) from listings where visible_until <= ${now}
      union all select max(visible_from) from listings where visible_from <= ${now})`.execute(db)
  return rows[0]?.at ?? null
}

/** FROM and WHERE of every search. */
function matching(filter: ListingFilter, sort: Sort): RawBuilder<unknown> {
  const words = filter.match === null ? sql`` : sql`join listings_fts on listings_fts.rowid = l.id`
  const near = filter.near ? nearest(filter.near) : sql``
  return sql`from listings l ${words} ${near} where ${sql.join(conditions(filter, sort), sql` and `)}`
}

function conditions(filter: ListingFilter, sort: Sort): RawBuilder<unknown>[] {
  // The plus keeps SQLite from collecting and sorting the whole window when the newest twenty are wanted.
  const until = sort === 'ending' ? sql`l.visible_until` : sql`+l.visible_until`
  const all = [
    sql`${until} > ${filter.now}`,
    sql`l.visible_from <= ${filter.now}`,
    sql`l.status = 'confirmed'`,
    sql`l.applications <> 'closed'`,
  ]
  if (filter.match !== null) all.push(sql`listings_fts match ${filter.match}`)
  if (filter.near?.remoteToo) all.push(sql`(n.km is not null or l.work_mode = 'remote')`)
  else if (filter.near) all.push(sql`l.work_mode <> 'remote'`)
  for (const { kind, codes } of filter.terms)
    all.push(sql`l.id in (select listing_id from listing_terms where kind = ${kind} and code in (${sql.join(codes)}))`)
  if (filter.region !== null)
    all.push(sql`l.id in (select listing_id from listing_places where region = ${filter.region}
      union all select listing_id from listing_places where department = ${filter.region})`)
  if (filter.age !== null) all.push(sql`(l.min_age is null or l.min_age <= ${filter.age})`)
  if (filter.association !== null) all.push(sql`l.association_uri = ${filter.association}`)
  if (filter.openOnly) all.push(sql`l.applications = 'open'`)
  if (filter.except !== null) all.push(sql`l.offer_uri <> ${filter.except}`)
  return all
}

/** A box on the index first, then the distance (haversine). */
function nearest({ points, km, remoteToo }: NonNullable<ListingFilter['near']>): RawBuilder<unknown> {
  const around = points.map(({ latitude, longitude, code }) => {
    const height = km / 111.2
    const width = height / Math.max(Math.cos((latitude * Math.PI) / 180), 0.01)
    return sql`select p.listing_id, p.name, ${EARTH} * asin(min(1, sqrt(
          pow(sin(radians(p.latitude - ${latitude}) / 2), 2)
          + cos(radians(${latitude})) * cos(radians(p.latitude)) * pow(sin(radians(p.longitude - ${longitude}) / 2), 2)
        ))) as km
      from listing_places p
      where p.latitude between ${latitude - height} and ${latitude + height}
        and p.longitude between ${longitude - width} and ${longitude + width}
      union all select p.listing_id, p.name, 0.0 as km from listing_places p where p.place_code = ${code}`
  })
  return sql`${sql.raw(remoteToo ? 'left join' : 'join')} (
    select listing_id, name, min(km) as km from (${sql.join(around, sql` union all `)})
    where km <= ${km} group by listing_id) n on n.listing_id = l.id`
}
