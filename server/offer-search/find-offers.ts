// SPDX-License-Identifier: AGPL-3.0-or-later
// One pass for one search: the conditions give one set, from which the count, the page and all that can be chosen next
// follow.
import type { Bits } from './bits.ts'
import { countChoices, type KeptCounts } from './facets.ts'
import type { Live, LiveIndex } from './live-index.ts'
import { around, fitting, matching, remoteOnes, type Matching } from './matching.ts'
import type { OfferIndex } from './offer-index.ts'
import { inOrder, type Found, type Wanted } from './ordering.ts'
import type { Hit, OfferAnswer, OfferFilter, OfferQuery } from './query.ts'

/** `without`: number of a listing to leave out. */
type Options = { without: number | undefined; counts: KeptCounts }
/** What is known of the words that are looked for. */
type Known = NonNullable<ReturnType<Live['words']['known']>>
type NearFilter = NonNullable<OfferFilter['near']>
/** What is near: within `km`, which is more than was asked when nothing was that near. */
type Around = { all: Matching; distances: Float64Array; near: NearFilter }

export async function findOffers(live: LiveIndex, query: OfferQuery, options: Options): Promise<OfferAnswer> {
  const { match } = query.filter
  for (;;) {
    const now = await live.current()
    if (match !== null) await now.words.read(match)
    const words = match === null ? null : now.words.known(match)
    // Without a wait in between: what is known now may have changed after one.
    if (words !== undefined) return answer(now, words, query, options)
  }
}

async function answer(now: Live, words: Known | null, query: OfferQuery, options: Options): Promise<OfferAnswer> {
  const { filter, whole, perPage } = query
  const { index } = now
  const anywhere = matching(index, filter, words?.slots ?? null, options.without)
  const place = filter.near && nearby(index, anywhere, filter.near, whole)
  const all = place?.all ?? anywhere
  const hits = fitting(all)
  const total = hits.count()
  const pages = Math.max(1, Math.ceil(total / perPage))
  // A person lands on the last page; a program that reads on and on must come to an empty one.
  const page = whole ? Math.min(query.page, pages) : query.page
  const remote = whole && filter.near ? remoteBeside(index, filter, anywhere) : null
  const near = place && { anywhere, distances: place.distances, radii: whole?.radii ?? [] }
  const count = () => countChoices(index, all, { near, whole: whole!, chosen: filter.association })
  const facets =
    whole &&
    options.counts.get(
      versionOf(now, filter),
      JSON.stringify([
        { ...filter, now: '' },
        { ...whole, wider: 0, beside: 0 },
      ]),
      count,
    )
  const distances = place && { distances: place.distances, km: place.near.km }
  const wanted: Wanted = { match: filter.match, titles: words?.titles ?? null, near: distances }
  const part = { offset: (page - 1) * perPage, limit: perPage }
  // Both read the index before anything is waited for: after that it may change.
  const listed = inOrder(now, hits, query.sort, part, wanted)
  const beside = remote && inOrder(now, remote, 'relevance', { offset: 0, limit: whole!.beside }, wanted)
  return {
    hits: (await listed).map((found) => hitOf(index, found, place)),
    total,
    page,
    pages,
    km: place?.near.km ?? null,
    remote: remote && { hits: (await beside!).map((found) => hitOf(index, found, null)), total: remote.count() },
    facets,
  }
}

/** Of what is online at that instant. */
const versionOf = ({ index, seq }: Live, { now }: OfferFilter) => `${seq} ${index.windows.lastTurn(Date.parse(now))}`

/** Looks further away when nothing is near. Distances reach as far as any count of the page. */
function nearby(index: OfferIndex, anywhere: Matching, near: NearFilter, whole: OfferQuery['whole']): Around {
  const within = (km: number): Around => {
    const reach = Math.max(km, ...(whole?.radii ?? []))
    const distances = index.places.distances(near.points, reach, index.size)
    return { all: around(index, anywhere, distances, { ...near, km }), distances, near: { ...near, km } }
  }
  const first = within(near.km)
  if (!whole || fitting(first.all).count() > 0) return first
  for (const km of whole.wider.filter((wider) => wider > near.km)) {
    const found = within(km)
    if (fitting(found.all).count() > 0) return found
  }
  return first
}

/** Remote offers that fit everything but the place; null for none, and where they are in the list already. */
function remoteBeside(index: OfferIndex, filter: OfferFilter, anywhere: Matching): Bits | null {
  if (filter.near?.remoteToo || filter.terms.some(({ kind }) => kind === 'mode')) return null
  const remote = fitting(anywhere).and(remoteOnes(index))
  return remote.count() > 0 ? remote : null
}

function hitOf(index: OfferIndex, { slot, id }: Found, place: Around | null): Hit {
  const km = place?.distances[slot] ?? Infinity
  if (!place || km > place.near.km) return { id, km: null, town: null }
  // The slot may be another listing's since the words were scored.
  const town = index.slotOf(id) === slot ? index.places.nearestName(slot, place.near.points) : null
  return { id, km, town }
}
