// SPDX-License-Identifier: AGPL-3.0-or-later
// Which listings fit a search, condition by condition, so that each can be left out where its choices are counted.
import { Bits } from './bits.ts'
import type { OfferIndex } from './offer-index.ts'
import type { Posting } from './posting.ts'
import type { OfferFilter } from './query.ts'

/** `fixed`: what no choice of the page changes. `region` is null when all fit. */
export type Matching = { fixed: Bits; terms: { kind: string; bits: Bits }[]; region: Bits | null }
type Without = { kind?: string; region?: boolean }

/**
 * @param words slots of the listings with the words; null when there are none to look for.
 * @param except number of a listing to leave out.
 * The place is no part of it: `around` adds it.
 */
export function matching(index: OfferIndex, filter: OfferFilter, words: Bits | null, except?: number): Matching {
  const fixed = index.windows.online(Date.parse(filter.now)).clone()
  if (words) fixed.and(words)
  if (filter.openOnly) fixed.and(index.open)
  if (filter.age !== null) fixed.and(index.forAge(filter.age))
  if (filter.association !== null) fixed.and(index.ofAssociation(filter.association))
  if (except !== undefined) fixed.delete(index.slotOf(except))
  return {
    fixed,
    terms: filter.terms.map(({ kind, codes }) => ({ kind, bits: anyOf(index, kind, codes) })),
    region: filter.region === null ? null : index.places.within(filter.region),
  }
}

function anyOf(index: OfferIndex, kind: string, codes: readonly string[]): Bits {
  const bits = new Bits(index.size)
  for (const code of codes) postingOf(index, kind, code)?.addTo(bits)
  return bits
}

function postingOf(index: OfferIndex, kind: string, code: string): Posting | undefined {
  return index.codes.get(kind)?.get(code)
}

/** What fits all conditions, or all without one. A set of its own. */
export function fitting({ fixed, terms, region }: Matching, without: Without = {}): Bits {
  const bits = fixed.clone()
  for (const term of terms) if (term.kind !== without.kind) bits.and(term.bits)
  if (region && !without.region) bits.and(region)
  return bits
}

/** What one does from home. */
export function remoteOnes(index: OfferIndex): Bits {
  return anyOf(index, 'mode', ['remote'])
}

/** The same conditions, within so many kilometres too. @param distances by slot, as PlaceTable gives them. */
export function around(
  index: OfferIndex,
  all: Matching,
  distances: Float64Array,
  { km, remoteToo }: NonNullable<OfferFilter['near']>,
): Matching {
  const near = Bits.upTo(distances, km)
  const remote = remoteOnes(index)
  if (remoteToo) near.or(remote)
  else near.andNot(remote)
  return { ...all, fixed: all.fixed.clone().and(near) }
}
