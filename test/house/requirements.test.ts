// SPDX-License-Identifier: AGPL-3.0-or-later
// What the software had to do better than what people used before (J1–J22), and what others fell into (P1–P15): each is
// held by a test that names it, or DECISIONS.md says in a line of its own why there is none.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { readTexts } from '../support/texts.ts'

const ROOT = join(import.meta.dirname, '../..')
const REQUIREMENTS = [
  ...Array.from({ length: 22 }, (_, at) => `J${at + 1}`),
  ...Array.from({ length: 15 }, (_, at) => `P${at + 1}`),
]

/** Titles of tests; those of `it.each` too. */
function titlesIn(source: string): string[] {
  const titles = source.matchAll(/^\s*(?:(?:it|describe)\b[^'"`\n]*|\](?: as const)?\))\(\s*(['"`])(.*?)\1/gm)
  return [...titles].map(([, , title]) => title!)
}

const named = (text: string): string[] => [...text.matchAll(/\b[JP]\d{1,2}\b/g)].map(([id]) => id)

it('each of them is named by a test, or has its line in the decisions', () => {
  const files = readdirSync(join(ROOT, 'test'), { recursive: true, encoding: 'utf8' })
  const tests = files.filter((file) => file.endsWith('.test.ts'))
  const inTests = tests.flatMap((file) => titlesIn(readFileSync(join(ROOT, 'test', file), 'utf8')).flatMap(named))
  const lines = readFileSync(join(ROOT, 'DECISIONS.md'), 'utf8').split('\n')
  const inDecisions = lines.filter((line) => /^- \*\*[JP]\d+\*\*: .{40}/.test(line)).flatMap(named)
  const missing = REQUIREMENTS.filter((id) => !inTests.includes(id) && !inDecisions.includes(id))
  expect(missing.map((id) => `${id}: end the title of the test that holds it with « (${id}) »`)).toEqual([])
})

it('a title that names one is found, and one that only looks alike is not', () => {
  const source = ["it('counts (J15)', () => {})", "  it.each(all)('P2: %s', (a) => a)", "it('H2X is there', f)"].join(
    '\n',
  )
  expect(titlesIn(source).flatMap(named)).toEqual(['J15', 'P2'])
})

it('no text on screen says « poste » of what somebody does (J9)', () => {
  const texts = { ...readTexts('fr'), ...readTexts('fr-CA') }
  const faults = Object.entries(texts).filter(([, text]) =>
    /\bpostes?\b/i.test(text.replaceAll(/La Poste|poste \d+/g, '')),
  )
  expect(faults).toEqual([])
  expect(Object.values(texts).some((text) => /\bcoup de main\b/.test(text))).toBe(true)
})

it('what is stored as a state is a code, and no word of a language (P7)', () => {
  const schema = readFileSync(join(ROOT, 'db/schema.sql'), 'utf8')
  const lists = [...schema.matchAll(/CHECK \(\w+ IN\s*\(([^)]*)\)\)/g)].map(([, list]) => list!)
  const codes = lists.flatMap((list) => [...list.matchAll(/'([^']*)'/g)].map(([, code]) => code!).filter(Boolean))
  expect(codes.length).toBeGreaterThan(100)
  expect(codes.filter((code) => !/^[A-Za-z][\w-]*$/.test(code))).toEqual([])
  const words = new Set(Object.values(readTexts('fr')))
  expect(codes.filter((code) => /^[a-z]/.test(code) && words.has(code))).toEqual([])
})
