// SPDX-License-Identifier: AGPL-3.0-or-later
// No sentence for people is written in the code, where translators do not find it.
import { expect, it } from '@jest/globals'
import { readModules, withoutComments } from '../support/sources.ts'

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
