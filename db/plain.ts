// SPDX-License-Identifier: AGPL-3.0-or-later

/** Characters of their own, which no decomposition takes apart, as they are typed where the keyboard lacks them. */
const WRITTEN_OUT: Record<string, string> = {
  œ: 'oe',
  æ: 'ae',
  ß: 'ss',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
}

/** For text search and order: no accent, no capital, characters of their own written out: « Cœur d’Été » is « coeur d’ete ». */
export function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[œæßøłđðþı]/g, (one) => WRITTEN_OUT[one]!)
}

/** The one order of names, wherever they are put in order in code. */
export function compareNames(a: string, b: string): number {
  return compare(nameKey(a), nameKey(b)) || compare(a, b)
}

/** In the order of compareNames, with each name looked at once. */
export function sortedByName<T>(items: readonly T[], nameOf: (item: T) => string): T[] {
  const named = items.map((item) => ({ item, name: nameOf(item), key: nameKey(nameOf(item)) }))
  return named.sort((a, b) => compare(a.key, b.key) || compare(a.name, b.name)).map(({ item }) => item)
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** For search and order, without accents or capitals: "moreau bastien". */
export function nameKey(...names: string[]): string {
  return plain(names.join(' '))
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}
