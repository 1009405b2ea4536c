// SPDX-License-Identifier: AGPL-3.0-or-later
// People look for hashtags in their own language: our codes are only in the addresses.
import type { PublicOffer } from '../../server/model/offer/content.ts'
import { label, type Wording } from '../../server/public-offer/words.ts'
import type { JsonObject } from '../plain-json.ts'

/** Mobilizon refuses an event with a shorter or a longer one. */
const SHORTEST = 2
const LONGEST = 40

/** @param wording in the main language of the offer. */
export function hashtagsOf({ content, uri }: PublicOffer, wording: Wording): JsonObject[] {
  const { origin } = new URL(uri)
  const tags = (words: string, query: string) =>
    hashtags(words).map((name) => ({ type: 'Hashtag', name, href: `${origin}/offers${query}` }))
  const all = [
    ...tags(wording.t('search.hashtag'), ''),
    ...content.causes.flatMap((code) => tags(label(wording, 'cause', code), `?cause=${encodeURIComponent(code)}`)),
    ...content.activities
      .filter((code) => code !== 'other')
      .flatMap((code) => tags(label(wording, 'activity', code), `?activity=${encodeURIComponent(code)}`)),
  ]
  return [...new Map(all.toReversed().map((tag) => [tag.name, tag])).values()].toReversed()
}

/** « Arts, culture (et loisirs) » as `#arts` and `#culture`; of several words, each begins with a capital. */
function hashtags(words: string): string[] {
  const parts = words.replaceAll(/\([^()]*\)/g, '').split(',')
  return parts.flatMap((part) => {
    const found = part.match(/[\p{L}\p{N}]+/gu) ?? []
    const name = found.length === 1 ? found[0].toLowerCase() : found.map(capitalised).join('')
    return name.length >= SHORTEST && name.length < LONGEST ? [`#${name}`] : []
  })
}

const capitalised = (word: string) => word.replace(/^./u, (first) => first.toUpperCase())
