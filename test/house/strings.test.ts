// SPDX-License-Identifier: AGPL-3.0-or-later
// No sentence for people is written in the code, where translators do not find it.
import { readFileSync } from 'node:fs'
import { expect, it } from '@jest/globals'
import { readModules, withoutComments } from '../support/sources.ts'
import { readTexts } from '../support/texts.ts'

const DATA =
  /^(?:db\/reference|server\/(?:demo|public-offer\/(?:synonyms|index-text)|hours\/defaults|accounts\/common-passwords))/
const QUOTED = /'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`|"((?:[^"\\\n]|\\.)*)"/g
const SMALL = /^(?:vous|votre|vos|nous|une|les|des|est|sont|pas|pour|qui|que|dans|avec|sur|cette|ne|à|où|déjà)$/i

/** Three words or more, two of them small French ones or with an accent. */
function isFrench(text: string): boolean {
  const words = text.match(/\p{L}+/gu) ?? []
  const telling = words.filter((word) => SMALL.test(word) || /[àâçéèêëîïôùûœ]/i.test(word))
  return words.length >= 3 && telling.length >= 2
}

it('no French sentence stands in the code', () => {
  const found = readModules()
    .filter(({ file }) => !DATA.test(file))
    .flatMap(({ file, text }) =>
      [...withoutComments(text).matchAll(QUOTED)]
        .map((match) => match[1] ?? match[2] ?? match[3] ?? '')
        .filter(isFrench)
        .map((text) => `${file}: ${text}`),
    )
  expect(found).toEqual([])
})

/** What visitors and applicants read; the team and the associations speak of « annonces », as CONTRIBUTING.md says. */
const PUBLIC =
  /^(search\.(?!offer\.edit)|association\.(home|page)\.|applications\.(apply|closed|confirm|status|next|withdraw)\.|mail\.applications\.(accepted|cancelled|closed|confirm|declined|known|offers|received|silent|withdrawn)\b)/
/** `besoin` is a noun for it only when it is counted; « avoir besoin de » is French. */
const OTHER_NOUNS = /(?<!\p{L})(annonces?|missions?|offres?)(?!\p{L})|\{count\} besoins?/iu

it('pages F40: in French, visitors read one noun for what is offered', () => {
  const texts = { ...readTexts('fr'), ...readTexts('fr-CA') }
  const read = Object.entries(texts).filter(([key]) => PUBLIC.test(key))
  expect(read.length).toBeGreaterThan(200)
  expect(read.filter(([, text]) => OTHER_NOUNS.test(text))).toEqual([])
  expect(read.filter(([, text]) => /coups? de main/i.test(text)).length).toBeGreaterThan(30)
})

it('pages F40: that noun names no kind of it', () => {
  const lists = JSON.parse(readFileSync('db/reference/taxonomies.json', 'utf8')).lists as Record<
    string,
    { fr: string }[]
  >
  const words = Object.values(lists).flatMap((terms) => terms.map(({ fr }) => fr))
  expect(words.length).toBeGreaterThan(100)
  expect(words.filter((word) => /coups? de main/i.test(word))).toEqual([])
})

it('pages F43: « appelez-nous », « écrivez-nous » and « parlons-en » stay in one line', () => {
  const texts = { ...readTexts('fr'), ...readTexts('fr-CA') }
  const onPages = Object.entries(texts).filter(([key]) => !/^(?:mail|cli)\./.test(key))
  const broken = onPages.filter(([, text]) => /(?:appelez|écrivez|parlons)-(?:nous|en)\b/i.test(text))
  expect(broken.map(([key]) => `${key}: write the hyphen that does not end a line (U+2011)`)).toEqual([])
})
