// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Db } from '../../db/open.ts'
import { listAssociationNames, listListings, type ListingRow } from '../../db/queries/listings.ts'
import type { Area, Country, Gazetteer, Place } from '../../db/reference/places.ts'
import { DAY, later } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import type { AssociationCount, Facets } from '../model/facets.ts'
import { everything, type Hit, type OfferFilter, type OfferQuery, type Sort } from '../offer-search/query.ts'
import { codeFilters, RADII, USUAL_RADIUS, type Asked } from './query.ts'
import { areaNamed, locate, type Where } from './towns.ts'
import { matchExpression } from '../public-offer/index-text.ts'

export const PER_PAGE = 20
/** Kilometres tried next when nothing is found near. */
const WIDER = [50, 100, 200] as const
const IN_THE_STRIP = 3
/** Associations that are named among the choices. */
export const MOST_NAMED = 8
const SOON_DAYS = 14

/** The end (UTC) of the day until which an offer begins soon: one instant for all searches of a day. */
export const soonFrom = (now: string): string => later(`${now.slice(0, 10)}T00:00:00.000Z`, (SOON_DAYS + 1) * DAY)

export type Query = {
  asked: Asked
  where: Where
  region: Area | undefined
  match: string | null
  /** Of the region, or of the region around the département: its départements or MRC. */
  departments: string[]
}
export type FoundOffer = ListingRow & Pick<Hit, 'km' | 'town'>
export type Found = {
  offers: FoundOffer[]
  total: number
  page: number
  pages: number
  sort: Sort
  /** Kilometres; `widenedFrom` is the radius asked for when nothing was that near. */
  radius: number
  widenedFrom: number | null
  remote: { offers: FoundOffer[]; total: number } | null
  facets: Facets | null
  /** The associations with the most and the chosen one, by name, for a whole page. */
  associations: (AssociationCount & { name: string })[]
}

/** Asks the gazetteer only, not the database. */
export function understand(
  places: Gazetteer,
  asked: Asked,
  country: Country,
  territory: readonly string[] = [],
): Query {
  const where = asked.place
    ? locate(places, asked.place, country, territory)
    : { towns: [], area: undefined, unknown: [] }
  const region = asked.region ? areaNamed(places, asked.region, country) : where.area
  const around = region?.kind === 'region' ? region.code : (region?.parent ?? undefined)
  const departments = around ? places.departments(around).map(({ code }) => code) : []
  return { asked, where, region, departments, match: asked.q ? matchExpression(asked.q) : null }
}

/** What the query asks of all offers at that instant. */
export function filterOf(query: Query, now: string, radius = query.asked.radius ?? USUAL_RADIUS): OfferFilter {
  const { asked, where, region, match } = query
  const terms = codeFilters.map((kind) => ({ kind: kind as string, codes: asked[kind] }))
  for (const kind of ['accessible', 'group', 'easy'] as const) if (asked[kind]) terms.push({ kind, codes: ['yes'] })
  if (asked.language) terms.push({ kind: 'language', codes: [asked.language] })
  return {
    ...everything(now),
    match,
    near:
      where.towns.length > 0
        ? { points: where.towns.map(pointOf), km: radius, remoteToo: asked.mode.includes('remote') }
        : null,
    region: region?.code ?? null,
    terms: terms.filter(({ codes }) => codes.length > 0),
    age: asked.age,
    association: asked.association || null,
    startsBefore: asked.soon ? soonFrom(now) : null,
  }
}

const pointOf = ({ latitude, longitude, code }: Place) => ({ latitude, longitude, code })

type Searching = Pick<Deps, 'db' | 'offerSearch'>

/**
 * One page of what is online now.
 * @param want.whole for the search page: widens a radius that finds nothing, adds remote offers and facets.
 */
export async function search(
  { db, offerSearch }: Searching,
  query: Query,
  now: string,
  want: { whole?: boolean; perPage?: number } = {},
): Promise<Found> {
  const asked = query.asked.radius ?? USUAL_RADIUS
  const filter = filterOf(query, now, asked)
  const sort = sortOf(query, filter)
  const { hits, remote, km, ...found } = await offerSearch.find({
    filter,
    sort,
    perPage: want.perPage ?? PER_PAGE,
    page: query.asked.page,
    whole: want.whole ? wholeOf(query, now) : null,
  })
  const radius = km ?? asked
  return {
    ...found,
    offers: await fill(db, hits),
    sort,
    radius,
    widenedFrom: radius === asked ? null : asked,
    remote: remote && { offers: await fill(db, remote.hits), total: remote.total },
    associations: await named(db, found.facets?.associations ?? []),
  }
}

/** The numbers of one page of what is online now, what ends first before the others. @param from page, from 1. */
export async function findEnding(
  { offerSearch }: Pick<Deps, 'offerSearch'>,
  query: Query,
  now: string,
  { page, perPage }: { page: number; perPage: number },
): Promise<{ ids: number[]; pages: number }> {
  const asked = { filter: filterOf(query, now), sort: 'ending' as const, perPage, page, whole: null }
  const { hits, pages } = await offerSearch.find(asked)
  return { ids: hits.map(({ id }) => id), pages }
}

async function named(db: Db, counts: readonly AssociationCount[]): Promise<Found['associations']> {
  const names = await listAssociationNames(
    db,
    counts.map(({ id }) => id),
  )
  return counts.map((one) => ({ ...one, name: names.get(one.id) ?? one.uri }))
}

function wholeOf({ region, departments }: Query, now: string): NonNullable<OfferQuery['whole']> {
  const townsOf = region && region.kind !== 'region' ? region.code : null
  const sizes = { wider: WIDER, beside: IN_THE_STRIP, radii: RADII, associations: MOST_NAMED }
  return { ...sizes, soon: soonFrom(now), departments, townsOf }
}

/** The order asked for when it makes sense here, else the one people expect. */
function sortOf({ asked }: Query, filter: OfferFilter): Sort {
  const fits = { relevance: filter.match !== null, distance: filter.near !== null, newest: true, ending: true }
  if (asked.sort && fits[asked.sort]) return asked.sort
  return filter.match !== null ? 'relevance' : filter.near !== null ? 'distance' : 'newest'
}

async function fill(db: Db, hits: Hit[]): Promise<FoundOffer[]> {
  const byId = new Map(hits.map((hit) => [hit.id, hit]))
  const rows = await listListings(
    db,
    hits.map(({ id }) => id),
  )
  return rows.map((row) => ({ ...row, km: byId.get(row.id)?.km ?? null, town: byId.get(row.id)?.town ?? null }))
}

/** The newest offers that still take people. */
export async function findNewest({ db, offerSearch }: Searching, now: string, limit: number): Promise<FoundOffer[]> {
  const filter = { ...everything(now), openOnly: true }
  return fill(db, (await offerSearch.find(listOf(filter, 'newest', limit))).hits)
}

const listOf = (filter: OfferFilter, sort: Sort, perPage: number) => ({ filter, sort, perPage, page: 1, whole: null })

/** What appeared after an instant (ISO) and still takes people: the numbers of the listings, the newest first. */
export async function findNewIn(
  { offerSearch }: Pick<Deps, 'offerSearch'>,
  query: Query,
  { since, now }: { since: string; now: string },
): Promise<number[]> {
  const filter = { ...filterOf(query, now), openOnly: true, since }
  const { hits } = await offerSearch.find(listOf(filter, 'newest', Number.MAX_SAFE_INTEGER))
  return hits.map(({ id }) => id)
}

/** Kilometres around an offer within which another is near. */
const NEARBY = 50

/**
 * Up to `limit` offers in the same spirit, the nearest first: the same cause, then any cause, never from elsewhere. For
 * what is done from home: the same cause from home.
 */
export async function findSimilar(
  { db, offerSearch }: Searching,
  offer: Similar,
  now: string,
  limit = 3,
): Promise<FoundOffer[]> {
  const all = { ...everything(now), openOnly: true, except: offer.uri }
  const cause = offer.causes.length > 0 ? [{ kind: 'cause', codes: offer.causes }] : []
  const near = { points: offer.points, km: NEARBY, remoteToo: false }
  const fromHome = [...cause, { kind: 'mode', codes: ['remote'] }]
  const tries: [OfferFilter, Sort][] =
    offer.points.length > 0
      ? [
          [{ ...all, near, terms: cause }, 'distance'],
          [{ ...all, near }, 'distance'],
        ]
      : [[{ ...all, terms: fromHome }, 'newest']]
  const hits: Hit[] = []
  for (const [filter, sort] of tries) {
    if (hits.length >= limit) break
    const more = (await offerSearch.find(listOf(filter, sort, limit))).hits
    hits.push(...more.filter(({ id }) => !hits.some((hit) => hit.id === id)))
  }
  return fill(db, hits.slice(0, limit))
}
export type Similar = { uri: string; causes: string[]; points: { latitude: number; longitude: number; code: string }[] }
