// SPDX-License-Identifier: AGPL-3.0-or-later
// Which offers may be the same one, offered twice: by one association in other words, or through two sites.
import { createHash } from 'node:crypto'
import { nameKey } from '../../../db/plain.ts'
import type { PublicOffer } from '../../model/offer/content.ts'

/** Longer words that say nothing of what an offer is about; those of one or two characters are left out anyway. */
const COMMON =
  /^(?:aux|avec|benevole|benevolat|ces|chez|dans|des|les|leur|nos|notre|par|pour|que|qui|ses|son|sur|une|vos|votre|and|for|from|our|the|volunteer|with|your)$/
const SHORT = 2
/** Of a title, and of the towns of an offer. */
const MOST_WORDS = 8
const MOST_TOWNS = 4

type Compared = Pick<PublicOffer, 'content' | 'association'>

/** « Lire des histoires aux enfants » is « enfant histoire lire ». */
function wordsOf(title: string): string[] {
  const words = nameKey(title)
    .split(' ')
    .filter((word) => word.length > SHORT && !COMMON.test(word))
    .map((word) => (word.length > 3 ? word.replace(/[sx]$/, '') : word))
  return [...new Set(words)].toSorted().slice(0, MOST_WORDS)
}

/** The title, and each title with one word less: so two that differ in one word meet. */
function titlesOf(title: string): string[] {
  const words = wordsOf(title)
  if (words.length === 0) return []
  const shorter = words.length < 3 ? [] : words.map((_, left) => words.filter((_word, at) => at !== left).join(' '))
  return [words.join(' '), ...shorter]
}

function townsOf({ content }: Compared): string[] {
  const towns = content.places.map(({ code, name }) => code ?? nameKey(name))
  return towns.length === 0 ? [content.work_mode] : [...new Set(towns)].slice(0, MOST_TOWNS)
}

/** 48 bits are enough for a hint that people look at. */
const hash = (...parts: string[]): number => createHash('sha256').update(parts.join('\n')).digest().readUIntBE(0, 6)

/**
 * Offers that share one may be the same: nearly the same title in one town, whoever offers it, or the same title of one
 * association wherever it is.
 */
export function likenessKeys(offer: Compared): number[] {
  const { fr, en } = offer.content.title
  const keys = [fr, en].flatMap((title) => {
    const titles = title ? titlesOf(title) : []
    const there = townsOf(offer).flatMap((town) => titles.map((one) => hash('town', town, one)))
    return titles.length === 0 ? [] : [...there, hash('association', offer.association.uri, titles[0]!)]
  })
  return [...new Set(keys)]
}
