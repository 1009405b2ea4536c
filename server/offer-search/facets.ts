// SPDX-License-Identifier: AGPL-3.0-or-later
// For each further choice: how many offers would there be? A choice within a filter already made counts as if that
// filter were not made, so that one sees what the neighbouring choice would give.
import { FACETS, type Facets } from '../model/facets.ts'
import type { Bits } from './bits.ts'
import { fitting, remoteOnes, type Matching } from './matching.ts'
import type { OfferIndex } from './offer-index.ts'

/** Each is a few kilobytes. */
const MOST_KEPT = 200

/** @param near what is near, where there is a place: then areas are no choice. */
export function countChoices(index: OfferIndex, all: Matching, near: Near | null): Facets {
  const hits = fitting(all)
  const counts = FACETS.map((kind) => {
    const isMade = all.terms.some((term) => term.kind === kind)
    return [kind, countCodes(index, kind, isMade ? fitting(all, { kind }) : hits)] as const
  })
  return {
    ...(Object.fromEntries(counts) as Pick<Facets, (typeof FACETS)[number]>),
    region: near ? {} : index.places.countByRegion(fitting(all, { region: true })),
    radius: near ? countByDistance(index, near) : [],
  }
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
