// SPDX-License-Identifier: AGPL-3.0-or-later
// What is asked of the search of offers, and what it answers.
import type { Facets } from '../model/facets.ts'
import type { Point } from './place-table.ts'

export type { Point }
export type Sort = 'relevance' | 'distance' | 'newest' | 'ending'

export type OfferFilter = {
  /** The instant (ISO) at which the offers must be online. */
  now: string
  /** An FTS5 expression of server/public-offer/index-text.ts. */
  match: string | null
  /** Within so many kilometres of any of the points; remote offers only with `remoteToo`. */
  near: { points: Point[]; km: number; remoteToo: boolean } | null
  /** Code of a region, a département or an MRC. */
  region: string | null
  /** One of the codes of each kind; of `day` and `part` together, one moment that is both. */
  terms: { kind: string; codes: string[] }[]
  /** Offers that take a person of this age. */
  age: number | null
  /** Address of the association's actor. */
  association: string | null
  /** Address of an offer to leave out. */
  except: string | null
  /** Only offers that still take people. */
  openOnly: boolean
  /** Only offers that begin, or may be begun, before this instant (ISO). */
  startsBefore: string | null
  /** Only offers that appeared here after this instant (ISO). */
  since: string | null
}

/** The search that leaves nothing out. */
export function everything(now: string): OfferFilter {
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
    startsBefore: null,
    since: null,
  }
}

export type OfferQuery = {
  filter: OfferFilter
  /** Relevance without words, or distance without a place, is newest first. */
  sort: Sort
  perPage: number
  /** From 1 on. */
  page: number
  /** What else the page of a search shows; null for a list alone. */
  whole: {
    /** Kilometres tried one after the other, when nothing is near enough. */
    wider: readonly number[]
    /** How many remote offers are shown beside those near a place. */
    beside: number
    /** Kilometres for which offers are counted. */
    radii: readonly number[]
    /** Instant (ISO) before which an offer begins soon. */
    soon: string
    /** How many associations are named with their counts; 0 for none. */
    associations: number
  } | null
}

/** `id`: number of the listing. Kilometres and the name of its nearest place, of one found by its place. */
export type Hit = { id: number; km: number | null; town: string | null }

export type OfferAnswer = {
  hits: Hit[]
  total: number
  /** From 1 on. Never beyond the last one for a whole page; as asked for a list. */
  page: number
  pages: number
  /** Kilometres searched within; null without a place. */
  km: number | null
  /** Remote offers beside those near a place; null where there are none, or where they are among the others. */
  remote: { hits: Hit[]; total: number } | null
  /** Null for a list alone. */
  facets: Facets | null
}
