// SPDX-License-Identifier: AGPL-3.0-or-later
// Which listings fit a search, condition by condition, so that each can be left out where its choices are counted.
import { Bits } from './bits.ts'
import type { OfferIndex } from './offer-index.ts'
import type { Posting } from './posting.ts'
import type { OfferFilter } from './query.ts'

/** `fixed`: what no choice of the page changes. `region` is null when all fit. */
export type Matching = {
  fixed: Bits
  terms: { kind: string; bits: Bits }[]
  region: Bits | null
  moments: Moments
}
/** Days and parts of days that are asked for. Both together name moments: one of the parts of one of the days. */
export type Moments = { days: readonly string[]; parts: readonly string[] }
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
  if (filter.since !== null) fixed.and(index.appearedBetween(Date.parse(filter.since), Date.parse(filter.now)))
  if (filter.age !== null) fixed.and(index.forAge(filter.age))
  if (except !== undefined) fixed.delete(index.slotOf(except))
  return {
    fixed,
    terms: termsOf(index, filter),
    moments: momentsOf(filter.terms),
    region: filter.region === null ? null : index.places.within(filter.region),
  }
}

function termsOf(index: OfferIndex, { terms, association, startsBefore }: OfferFilter): Matching['terms'] {
  const moments = momentsOf(terms)
  const areBoth = moments.days.length > 0 && moments.parts.length > 0
  const others = areBoth ? terms.filter(({ kind }) => kind !== 'day' && kind !== 'part') : terms
  const bits = others.map(({ kind, codes }) => ({ kind, bits: anyOf(index, kind, codes) }))
  if (areBoth) bits.push({ kind: 'slot', bits: atMoments(index, moments) })
  if (association !== null) bits.push({ kind: 'association', bits: index.ofAssociation(association) })
  if (startsBefore !== null) bits.push({ kind: 'soon', bits: index.startsBefore(Date.parse(startsBefore)) })
  return bits
}

function momentsOf(terms: OfferFilter['terms']): Moments {
  const codesOf = (wanted: string) => terms.find(({ kind }) => kind === wanted)?.codes ?? []
  return { days: codesOf('day'), parts: codesOf('part') }
}

/** One of these parts of one of these days. A day without a part is all of it. */
export function atMoments(index: OfferIndex, { days, parts }: Moments): Bits {
  return anyOf(
    index,
    'slot',
    days.flatMap((day) => [day, ...parts.map((part) => `${day}-${part}`)]),
  )
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
