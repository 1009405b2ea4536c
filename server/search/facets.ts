// SPDX-License-Identifier: AGPL-3.0-or-later
// The choices of a filter are counted as if that filter were not set, so that each shows its own number.
import { lastEvent } from '../../db/queries/events.ts'
import {
  countByDistance,
  countByRegion,
  countByTerm,
  countByTraits,
  MOST_COUNTED,
  type ListingFilter,
} from '../../db/queries/listing-search.ts'
import type { Db } from '../../db/open.ts'
import type { Deps } from '../deps.ts'
import { RADII } from './query.ts'
import { FACETS_BY_TERM, FACETS_BY_TRAIT, type FacetName, type Facets } from '../model/facets.ts'
import { bandsMet, type TimeBand } from '../model/offer/bands.ts'

/** Above this many offers, counts help nobody to choose and take longer than the search itself. */
const MOST_WORTH_COUNTING = 5_000
const MOST_KEPT = 200

/** @param found how many offers fit the search. @returns null when there are too many to count by choice. */
export async function facetsOf(
  { db, memory }: Pick<Deps, 'db' | 'memory'>,
  filter: ListingFilter,
  found: number,
): Promise<Facets | null> {
  const isEverything = filter.terms.length === 0 && !filter.match && !filter.near && !filter.region
  if (found > (isEverything ? MOST_COUNTED : MOST_WORTH_COUNTING)) return null
  const stamp = `${await lastEvent(db)} ${filter.now.slice(0, 16)}`
  const key = JSON.stringify({ ...filter, now: '' })
  const known = memory.facets
  const before = known.get(key)
  if (before?.stamp === stamp) return before.facets
  const facets = await countFacets(db, filter)
  if (known.size >= MOST_KEPT) known.clear()
  known.set(key, { stamp, facets })
  return facets
}

async function countFacets(db: Db, filter: ListingFilter): Promise<Facets> {
  const facets: Facets = {
    cause: {},
    activity: {},
    beneficiary: {},
    commitment: {},
    mode: {},
    time: {},
    accessible: {},
    group: {},
    region: {},
    radius: await countByDistance(db, filter, RADII),
  }
  const made = new Set(filter.terms.map(({ kind }) => kind))
  const open = FACETS_BY_TERM.filter((kind) => !made.has(kind))
  for (const { kind, code, count } of open.length > 0 ? await countByTerm(db, filter, open) : [])
    facets[kind as FacetName][code] = count
  await addTraits(db, filter, facets, made)
  for (const kind of made) {
    const without = { ...filter, terms: filter.terms.filter((term) => term.kind !== kind) }
    for (const { code, count } of await countByTerm(db, without, [kind])) facets[kind as FacetName][code] = count
  }
  const anywhere = { ...filter, region: null, near: null }
  for (const { code, count } of filter.near ? [] : await countByRegion(db, anywhere)) facets.region[code] = count
  return facets
}

async function addTraits(db: Db, filter: ListingFilter, facets: Facets, made: Set<string>): Promise<void> {
  const add = (kind: (typeof FACETS_BY_TRAIT)[number], code: string, count: number) => {
    if (!made.has(kind)) facets[kind][code] = (facets[kind][code] ?? 0) + count
  }
  for (const traits of await countByTraits(db, filter)) {
    const { count } = traits
    add('commitment', traits.commitment, count)
    add('mode', traits.mode, count)
    for (const band of bandsMet(traits.time as TimeBand | null)) add('time', band, count)
    if (traits.accessible === 'yes') add('accessible', 'yes', count)
    if (traits.group) add('group', 'yes', count)
  }
}
