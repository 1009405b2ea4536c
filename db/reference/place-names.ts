// SPDX-License-Identifier: AGPL-3.0-or-later
import { plain } from '../plain.ts'

const ABBREVIATIONS: Record<string, string> = {
  st: 'saint',
  ste: 'sainte',
  sts: 'saints',
  stes: 'saintes',
  mt: 'mont',
  nd: 'notre dame',
}

/**
 * Lower case without accents, hyphens and apostrophes as single spaces, `St-`/`Ste-` written out, `s/` as `sur`.
 * Applying it twice changes nothing.
 */
export function normalisePlace(text: string): string {
  return plain(text)
    .replace(/(?<=\s|-)s\/s(?:\/|(?=\s))/g, ' sous ')
    .replace(/(?<=\s|-)s\//g, ' sur ')
    .replace(/(?<=\s|-)ss\//g, ' sous ')
    .replace(/(?<=[a-z]{3})\/(?=[a-z]{3})/g, ' sur ')
    .replace(/(?:[^\p{L}\p{N}]|\p{Lm})+/gu, ' ')
    .trim()
    .split(' ')
    .map((word) => (Object.hasOwn(ABBREVIATIONS, word) ? ABBREVIATIONS[word] : word))
    .join(' ')
}

/** Without spaces, so that "Val dOr" and "Val-d’Or" have one key in the index. */
export function placeKey(text: string): string {
  return normalisePlace(text).replaceAll(' ', '')
}

/**
 * The towns of a pasted list, in order, each once. Semicolons, new lines, tabs and bars separate; a comma only when
 * there is none of these, because of "Saint-Denis, Réunion".
 */
export function splitPlaces(text: string): string[] {
  const list = text.trim()
  const parts = /[;\n\r\t|]/.test(list) ? list.split(/[;\n\r\t|]+/) : list.split(',')
  const seen = new Map<string, string>()
  for (const part of parts) {
    const item = part.replace(/^[\s•*·–-]+|(?<![\s,.])[\s,.]+$/g, '').replace(/\s+/g, ' ')
    const key = normalisePlace(item)
    if (key !== '' && !seen.has(key)) seen.set(key, item)
  }
  return [...seen.values()]
}

/** `postal`: 5 digits or a Canadian prefix; `where`: a département, region… in words. */
export type ReadPlace = { name: string; postal: string | null; where: string | null }

/** « Lyon 03 », « Lyon 3ème arrondissement », « Paris 11e ». */
const BOROUGH = /^\s*(paris|lyon|marseille)[ -]+(\d{1,2})(?: ?(?:er|e|è|eme|ème|ième|ieme))?(?: ?arr(?:ondissement|dt)?\.?)?\s*$/i
const BOROUGH_CODES: Record<string, [first: number, many: number]> = {
  paris: [75_001, 20],
  lyon: [69_001, 9],
  marseille: [13_001, 16],
}

/** Its postal code; the number as it is where there is no such borough. */
function boroughCode(city: string, number: number): string {
  const [first, many] = BOROUGH_CODES[city.toLowerCase()]!
  return String(number >= 1 && number <= many ? first + number - 1 : number)
}

/** Reads "21200 Beaune", "Saint-Denis (93)", "Saint-Denis 974", "Saint-Denis, La Réunion", "Saint-Jérôme J7Z 1A1". */
export function readPlace(text: string): ReadPlace {
  let name = text
    .replace(/\bcedex(\s*\d+)?\b/i, ' ')
    .replace(/(?<![\p{L}\d])(?:f[- ]?)?(\d{2})[ \u00a0\u202f]?(\d{3})(?![\p{L}\d])/iu, '$1$2')
    .replace(BOROUGH, (_all, city: string, number: string) => `${city} ${boroughCode(city, Number(number))}`)
  let postal: string | null = null
  const found = /(?<![\p{L}\d])(?:(\d{5})|([a-z]\d[a-z])(?:[ -]?\d[a-z]\d)?)(?![\p{L}\d])/iu.exec(name)
  if (found) {
    postal = (found[1] ?? found[2] ?? '').toUpperCase()
    name = `${name.slice(0, found.index)} ${name.slice(found.index + found[0].length)}`
  }
  let where: string | null = null
  const qualified = /^(.*?\S)\s*(?:\(([^()]*)\)?|,(.*))\s*,?\s*$/su.exec(name)
  if (qualified) {
    name = qualified[1] ?? ''
    where = (qualified[2] ?? qualified[3] ?? '').trim() || null
  }
  // "Saint-Denis 974", but the numbers of Paris, Lyon and Marseille are boroughs.
  const numbered = /^(\D+)\s(\d{2,3}|2[ab])$/i.exec(name.trim())
  if (where === null && numbered && !/^(paris|lyon|marseille)$/i.test(numbered[1] ?? '')) {
    name = numbered[1] ?? ''
    where = numbered[2] ?? null
  }
  return { name: name.replace(/(?<![\s,])[\s,]+$/, '').trim(), postal, where }
}
