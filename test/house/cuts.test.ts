// SPDX-License-Identifier: AGPL-3.0-or-later
// public, kind 6: texts are cut between characters as people see them, everywhere.
import { describe, expect, it } from '@jest/globals'
import { cut, shortened } from '../../server/base/cut.ts'
import { readModules, withoutComments } from '../support/sources.ts'

/** A text that is cut, with the sign that says so. */
const SHORTENED = /\b(?:slice|substring|substr)\(0,[^\n]*…|…[^\n]*\b(?:slice|substring|substr)\(0,/

it('a text is shortened by server/base/cut.ts', () => {
  const files = readModules().filter(({ file }) => /^(?:server|federation)\//.test(file))
  const found = files.filter(({ text }) => SHORTENED.test(withoutComments(text))).map(({ file }) => file)
  expect(found).toEqual(['server/base/cut.ts'])
})

const TEXTS = {
  'family and flag': 'Vive la fête 👩‍👩‍👧‍👦 et 🇫🇷🇨🇦 !',
  'accents apart': 'E\u0301te\u0301 a\u0300 No\u0308el',
  Hindi: 'स्वयंसेवक चाहिए',
  Thai: 'กำลังหาอาสาสมัคร',
  Hangul: '\u1112\u1161\u11ab\u1100\u1173\u11af 한글',
  Arabic: 'مُتَطَوِّعون مطلوبون',
  syllabics: 'ᐃᑲᔪᖅᑎ ᐊᑐᖅᑕᐅᔪᖅ',
  Chinese: '招募志愿者帮忙分发食物𠮷𠮷',
  skin: '👍🏽👍🏿👋🏻 merci',
  broken: 'a\ud800b\udfffc',
  'many accents': `e${'\u0301'.repeat(40)}te${'\u0301'.repeat(40)}`,
  long: 'Une phrase 👩‍👩‍👧‍👦 '.repeat(40),
}

describe.each(Object.entries(TEXTS))('%s', (_name, text) => {
  const ends = (whole: string) => {
    const parts = [...new Intl.Segmenter('fr', { granularity: 'grapheme' }).segment(whole)]
    return new Set([0, ...parts.map(({ index, segment }) => index + segment.length)])
  }

  it('is cut where a character ends, fits, and is well formed', () => {
    const whole = text.toWellFormed()
    const allowed = ends(whole)
    for (let most = 0; most <= whole.length + 2; most++) {
      const kept = cut(text, most)
      expect([
        most,
        kept.length <= most,
        whole.startsWith(kept),
        allowed.has(kept.length),
        kept.isWellFormed(),
      ]).toEqual([most, true, true, true, true])
    }
    expect(cut(text, whole.length)).toBe(whole)
  })

  it('is shortened to what fits, with a mark at its end', () => {
    for (const most of [5, 10, 20, 200]) {
      const kept = shortened(text, most)
      expect(kept.length).toBeLessThanOrEqual(most)
      expect(kept.isWellFormed()).toBe(true)
      if (text.length > most) expect(kept.endsWith('…')).toBe(true)
    }
  })
})
