// SPDX-License-Identifier: AGPL-3.0-or-later
// For each further choice: how many offers would there be? A choice within a filter already made counts as if that
// filter were not made, so that one sees what the neighbouring choice would give.
import { FACETS, type Facets } from '../model/facets.ts'
import type { Bits } from './bits.ts'
import { atMoments, fitting, remoteOnes, type Matching } from './matching.ts'
import type { OfferIndex } from './offer-index.ts'
import type { OfferQuery } from './query.ts'

/** Each is a few kilobytes. */
const MOST_KEPT = 200

/** @param near what is near, where there is a place: then areas are no choice. @param chosen an association. */
export function countChoices(
  index: OfferIndex,
  all: Matching,
  { near, whole, chosen }: { near: Near | null; whole: Whole; chosen: string | null },
): Facets {
  const hits = fitting(all)
  const without = (kind: string) => (all.terms.some((term) => term.kind === kind) ? fitting(all, { kind }) : hits)
  const counts = FACETS.map((kind) => {
    if (kind === 'soon') return [kind, countSoon(index, without(kind), whole.soon)] as const
    const isMoment =
      (kind === 'day' && all.moments.parts.length > 0) || (kind === 'part' && all.moments.days.length > 0)
    return [kind, isMoment ? countMoments(index, all, kind) : countCodes(index, kind, without(kind))] as const
  })
  const anywhere = near ? hits : fitting(all, { region: true })
  return {
    ...(Object.fromEntries(counts) as Pick<Facets, (typeof FACETS)[number]>),
    region: near ? {} : index.places.countByRegion(anywhere),
    department: near ? {} : index.places.countByDepartment(whole.departments, anywhere),
    town: near || whole.townsOf === null ? {} : index.places.countByTown(whole.townsOf, hits),
    radius: near ? countByDistance(index, near) : [],
    associations:
      whole.associations > 0 ? index.largestAssociations(without('association'), whole.associations, chosen) : [],
  }
}

type Whole = NonNullable<OfferQuery['whole']>

function countSoon(index: OfferIndex, hits: Bits, soon: string): Record<string, number> {
  const count = index.startsBefore(Date.parse(soon)).countBoth(hits)
  return count > 0 ? { yes: count } : {}
}

/** Each day at the chosen parts of it, or each part of the chosen days. */
function countMoments(index: OfferIndex, all: Matching, kind: 'day' | 'part'): Record<string, number> {
  const { days, parts } = all.moments
  const hits = fitting(all, { kind: 'slot' })
  const codes = [...(index.codes.get(kind)?.keys() ?? [])]
  const counts = codes.map((code) => {
    const moments = kind === 'day' ? { days: [code], parts } : { days, parts: [code] }
    return [code, atMoments(index, moments).countBoth(hits)] as const
  })
  return Object.fromEntries(counts.filter(([, count]) => count > 0))
}

/** Counts that were made for the same offers: pages and orders of one search share them. */
export class KeptCounts {
  #version = ''
  readonly #counts = new Map<string, Facets>()

  /** @param version of the offers that are online. @param key what was asked for. */
  get(version: string, key: string, count: () => Facets): Facets {
    if (version !== this.#version || this.#counts.size >= MOST_KEPT) this.#counts.clear()
    this.#version = version
    const known = this.#counts.get(key) ?? count()
    this.#counts.set(key, known)
    return known
  }
}

function countCodes(index: OfferIndex, kind: string, hits: Bits): Record<string, number> {
  const counts: [string, number][] = []
  for (const [code, posting] of index.codes.get(kind) ?? []) {
    const count = posting.countIn(hits)
    if (count > 0) counts.push([code, count])
  }
  return Object.fromEntries(counts)
}

/** `anywhere`: what fits but for the place; `distances` by slot, in kilometres, at least up to the largest of `radii`. */
export type Near = { anywhere: Matching; distances: Float64Array; radii: readonly number[] }

function countByDistance(index: OfferIndex, { anywhere, distances, radii }: Near): Facets['radius'] {
  const fit = fitting(anywhere).andNot(remoteOnes(index))
  const sums = radii.map((km) => ({ km, count: 0 }))
  for (let slot = 0; slot < distances.length; slot++) {
    // Most are far away: only the others are looked up.
    if (distances[slot] === Infinity || !fit.has(slot)) continue
    for (const sum of sums) if (distances[slot]! <= sum.km) sum.count += 1
  }
  return sums
}
