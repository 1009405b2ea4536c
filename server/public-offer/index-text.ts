// SPDX-License-Identifier: AGPL-3.0-or-later
// Accents, capitals, hyphens and elisions make no difference in a search.
import { plain } from '../../db/plain.ts'
import { SYNONYMS } from './synonyms.ts'

const STOP_WORDS = new Set(
  (
    'le la les un une des du de au aux et ou en pour par avec dans sur chez ce ces se son sa ses mon ma mes ' +
    'the an of and to in on at for with or'
  )
    .split(' ')
    .concat('abcdefghijklmnopqrstuvwxyz'.split(''))
    .concat('qu', 'jusqu', 'lorsqu', 'puisqu'),
)
const MOST_WORDS = 8
const LONGEST_WORD = 40
const HYPHENS = /[-\u2010-\u2015\u2212]/

/** Split at spaces and apostrophes: `porte-à-porte` is one piece of three words. */
function pieces(text: string): string[][] {
  return plain(text)
    .split(/[\s'’ʼ`]+/u)
    .map((piece) =>
      piece
        .split(HYPHENS)
        .flatMap((part) => part.match(/[\p{L}\p{N}]+/gu) ?? [])
        .map((word) => word.slice(0, LONGEST_WORD)),
    )
    .filter((words) => words.length > 0)
}

const SAINTS: Record<string, string> = { st: 'saint', ste: 'sainte', sts: 'saints', stes: 'saintes' }
const writtenOut = (word: string): string => SAINTS[word] ?? word

/** Hyphenated words both apart and joined, so that « week-end » and « weekend » match; `St` as `saint`. */
export function indexText(...texts: (string | undefined)[]): string {
  return texts
    .flatMap((text) => pieces(text ?? ''))
    .flatMap((words) => (words.length > 1 ? [...words.map(writtenOut), words.join('')] : words.map(writtenOut)))
    .join(' ')
}

/**
 * The FTS5 expression: every word must occur, in singular or plural or as a synonym; the last may be incomplete. Words
 * are alphanumeric and quoted, so that nothing typed is an operator of FTS5.
 * @returns null when there is no word to look for.
 */
export function matchExpression(typed: string): string | null {
  const groups = joinSynonyms(pieces(typed.slice(0, 300))).slice(0, MOST_WORDS)
  const wanted = groups.filter((words) => words.length > 1 || !STOP_WORDS.has(words[0]!))
  if (wanted.length === 0) return null
  return wanted.map((words, at) => expression(words, at === wanted.length - 1)).join(' AND ')
}

/** Words that are one synonym together (« sans abri ») stay together. */
function joinSynonyms(groups: string[][]): string[][] {
  const joined: string[][] = []
  for (const words of groups) {
    const before = joined.at(-1)
    const pair = before && [...before, ...words].join(' ')
    if (pair && SYNONYMS.has(pair)) joined[joined.length - 1] = [pair]
    else joined.push(words.length > 1 && SYNONYMS.has(words.join(' ')) ? [words.join(' ')] : words)
  }
  return joined
}

function expression(words: string[], isLast: boolean): string {
  const begun = (word: string) => (isLast ? `"${word}"*` : `"${word}"`)
  if (isInclusive(words)) {
    const [stem = '', ending = ''] = words
    // « bénévol·e » is a word together, « animateur·trice » is not.
    const all = [...new Set([...forms(stem), ...numbers(stem + ending), words.join('')])].map(begun)
    return `(${all.join(' OR ')})`
  }
  if (words.length > 1) {
    const apart = words.map((word, at) => (at === words.length - 1 ? begun(writtenOut(word)) : `"${writtenOut(word)}"`))
    return `((${apart.join(' AND ')}) OR ${begun(words.join(''))})`
  }
  const [word = ''] = words
  const others = (SYNONYMS.get(word) ?? []).filter((other) => other !== word).map((other) => `"${other}"`)
  const own = word.includes(' ') ? [`"${word}"`] : [...new Set([writtenOut(word), ...forms(word)])].map(begun)
  const all = [...new Set([...own, ...others])]
  return all.length === 1 ? all[0]! : `(${all.join(' OR ')})`
}

/** What stands behind the point, the hyphen or in the brackets of « animateur·trice », « un(e) », « citoyen-ne-s ». */
const ENDINGS = new Set(
  'e es s ne nes ve ves ice ices rice rices trice trices euse euses iere ieres ere eres ienne iennes enne ennes elle elles fe fes x'.split(
    ' ',
  ),
)
const isInclusive = ([stem = '', ...endings]: string[]): boolean =>
  stem.length > 2 && endings.length > 0 && endings.every((ending) => ENDINGS.has(ending))

/** Endings for men and women, in the spelling that db/plain.ts makes; the first that fits counts. */
const GENDERS: readonly (readonly [string, readonly string[]])[] = [
  ['trice', ['teur']],
  ['teur', ['trice', 'teuse']],
  ['euse', ['eur', 'eux']],
  ['eux', ['euse']],
  ['eur', ['euse']],
  ['enne', ['en']],
  ['ien', ['ienne']],
  ['yen', ['yenne']],
  ['een', ['eenne']],
  ['ere', ['er']],
  ['ier', ['iere']],
  ['ive', ['if']],
  ['if', ['ive']],
  ['nelle', ['nel']],
  ['nel', ['nelle']],
  ['ante', ['ant']],
  ['ant', ['ante']],
  ['ee', ['e']],
]
/** Shorter words are rather other words than women or men of a trade. */
const SHORTEST = 6

/** Singular and plural, for men and for women: animatrices → animatrice, animateur, animateurs. */
function forms(word: string): string[] {
  const own = numbers(word)
  const singular = word.length > 3 && /[^s]s$/.test(word) ? word.slice(0, -1) : word
  const [ending, others] = GENDERS.find(([one]) => singular.endsWith(one)) ?? []
  if (!ending || !others || singular.length < SHORTEST) return own
  const stem = singular.slice(0, -ending.length)
  return [...new Set([...own, ...others.flatMap((other) => numbers(stem + other))])]
}

/** Singular and plural, as far as the ending shows: jardins → jardin, animaux → animal. */
function numbers(word: string): string[] {
  if (word.length < 4 || /\d/.test(word)) return [word]
  if (word.endsWith('aux')) return [word, `${word.slice(0, -3)}al`, word.slice(0, -1)]
  if (/[^s]s$|[^x]x$/.test(word)) return [word, word.slice(0, -1)]
  if (word.endsWith('al')) return [word, `${word.slice(0, -2)}aux`]
  return [word, `${word}s`]
}
