// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Db } from '../../db/open.ts'
import {
  countListings,
  everything,
  MOST_COUNTED,
  searchListings,
  type Hit,
  type ListingFilter,
  type Sort,
} from '../../db/queries/listing-search.ts'
import { listListings, type ListingRow } from '../../db/queries/listings.ts'
import type { Area, Country, Gazetteer, Place } from '../../db/reference/places.ts'
import type { Deps } from '../deps.ts'
import { facetsOf } from './facets.ts'
import type { Facets } from '../model/facets.ts'
import { codeFilters, USUAL_RADIUS, type Asked } from './query.ts'
import { areaNamed, locate, type Where } from './towns.ts'
import { matchExpression } from '../public-offer/index-text.ts'

export const PER_PAGE = 20
/** Kilometres tried next when nothing is found near. */
const WIDER = [50, 100, 200] as const
const IN_THE_STRIP = 3

export type Query = {
  asked: Asked
  where: Where
  region: Area | undefined
  match: string | null
}
export type FoundOffer = ListingRow & Pick<Hit, 'km' | 'town'>
export type Found = {
  offers: FoundOffer[]
  /** At most MOST_COUNTED; `more` is true when there are more. */
  total: number
  more: boolean
  page: number
  pages: number
  sort: Sort
  /** Kilometres; `widenedFrom` is the radius asked for when nothing was that near. */
  radius: number
  widenedFrom: number | null
  remote: { offers: FoundOffer[]; total: number } | null
  facets: Facets | null
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
  return { asked, where, region, match: asked.q ? matchExpression(asked.q) : null }
}

export function filterOf(query: Query, now: string, radius = query.asked.radius ?? USUAL_RADIUS): ListingFilter {
  const { asked, where, region, match } = query
  const terms = codeFilters.map((kind) => ({ kind: kind as string, codes: asked[kind] }))
  if (asked.accessible) terms.push({ kind: 'accessible', codes: ['yes'] })
  if (asked.group) terms.push({ kind: 'group', codes: ['yes'] })
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
  }
}

const pointOf = ({ latitude, longitude, code }: Place) => ({ latitude, longitude, code })

/** Three statements: row ids, count, rows. @param want.whole also widens the radius, adds remote offers and facets. */
export async function search(
  deps: Pick<Deps, 'db' | 'memory'>,
  query: Query,
  now: string,
  want: { whole?: boolean; perPage?: number } = {},
): Promise<Found> {
  const { db } = deps
  const perPage = want.perPage ?? PER_PAGE
  const asked = query.asked.radius ?? USUAL_RADIUS
  let radius = asked
  let filter = filterOf(query, now, radius)
  let counted = await countListings(db, filter)
  if (want.whole && counted === 0 && filter.near) {
    for (const wider of WIDER.filter((km) => km > asked)) {
      const next = filterOf(query, now, wider)
      counted = await countListings(db, next)
      if (counted > 0) {
        ;[radius, filter] = [wider, next]
        break
      }
    }
  }
  const total = Math.min(counted, MOST_COUNTED)
  const pages = Math.max(1, Math.ceil(total / perPage))
  // A person gets the last page instead; a program that reads page after page must reach an empty one.
  const page = want.whole ? Math.min(query.asked.page, pages) : query.asked.page
  const sort = sortOf(query, filter)
  const hits = total > 0 ? await searchListings(db, filter, sort, perPage, (page - 1) * perPage) : []
  return {
    offers: await fill(db, hits),
    total,
    more: counted > MOST_COUNTED,
    page,
    pages,
    sort,
    radius,
    widenedFrom: radius === asked ? null : asked,
    remote: want.whole ? await remoteBeside(db, filter) : null,
    facets: want.whole ? await facetsOf(deps, filter, counted) : null,
  }
}

function sortOf({ asked }: Query, filter: ListingFilter): Sort {
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

/** Remote offers that match everything but the place; null when there are none, or when the list has them already. */
async function remoteBeside(db: Db, filter: ListingFilter): Promise<Found['remote']> {
  if (!filter.near || filter.near.remoteToo) return null
  const modes = filter.terms.some(({ kind }) => kind === 'mode')
  if (modes) return null
  const remote = { ...filter, near: null, terms: [...filter.terms, { kind: 'mode', codes: ['remote'] }] }
  const total = await countListings(db, remote)
  if (total === 0) return null
  const sort = remote.match ? 'relevance' : 'newest'
  return { offers: await fill(db, await searchListings(db, remote, sort, IN_THE_STRIP, 0)), total }
}

export async function findNewest(db: Db, now: string, limit: number): Promise<FoundOffer[]> {
  return fill(db, await searchListings(db, { ...everything(now), openOnly: true }, 'newest', limit, 0))
}

/** The same cause near its place, then the same cause anywhere, then any cause near its place. */
export async function findSimilar(db: Db, offer: Similar, now: string, limit = 3): Promise<FoundOffer[]> {
  const same = {
    ...everything(now),
    openOnly: true,
    except: offer.uri,
    terms: [{ kind: 'cause', codes: offer.causes }],
  }
  const cause = offer.causes.length > 0 ? same : { ...same, terms: [] }
  const near = offer.points.length > 0 ? { points: offer.points, km: 50, remoteToo: false } : null
  const tries: [ListingFilter, Sort][] = [
    [{ ...cause, near }, near ? 'distance' : 'newest'],
    [cause, 'newest'],
    [{ ...same, terms: [], near }, near ? 'distance' : 'newest'],
  ]
  const hits: Hit[] = []
  for (const [filter, sort] of tries) {
    if (hits.length >= limit) break
    const more = await searchListings(db, filter, sort, limit, 0)
    hits.push(...more.filter(({ id }) => !hits.some((hit) => hit.id === id)))
  }
  return fill(db, hits.slice(0, limit))
}
export type Similar = { uri: string; causes: string[]; points: { latitude: number; longitude: number; code: string }[] }
