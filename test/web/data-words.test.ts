// SPDX-License-Identifier: AGPL-3.0-or-later
// Whoever reads their data reads words: no code of a program stands on the page or in the file for spreadsheets.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from '@jest/globals'
import { HOLDINGS, personalColumns } from '../../db/queries/personal.ts'
import { loadTaxonomies } from '../../db/reference/taxonomies.ts'
import { EVENTS } from '../../server/model/events.ts'
import { wordOf, type Words } from '../../server/privacy/words.ts'
import { createI18n } from '../../server/text/i18n.ts'
import { readModules, withoutComments } from '../support/sources.ts'
import { readTexts } from '../support/texts.ts'

const i18n = createI18n((key) => {
  throw new Error(`no text ${key}`)
})
const wordsIn = (locale: 'fr' | 'en'): Words => ({
  t: i18n.for(locale),
  taxonomies: loadTaxonomies(),
  names: new Map(),
})

/** The codes that the schema lets into a column of somebody's data. */
const schema = readFileSync(join(import.meta.dirname, '../../db/schema.sql'), 'utf8')
const coded = HOLDINGS.flatMap(({ table }) => {
  const body = new RegExp(`CREATE TABLE "?${table}"? \\(([\\s\\S]*?)\\n?\\) STRICT`).exec(schema)![1]!
  return personalColumns(table).flatMap((column) => {
    const list = new RegExp(`CHECK \\(${column} IN\\s*\\(([^)]*)\\)`).exec(body)?.[1] ?? ''
    return [...list.matchAll(/'([^']+)'/g)].map(([, code]) => [table, column, code!] as const)
  })
})

it('finds the codes of the schema', () => {
  expect(coded.length).toBeGreaterThan(30)
})

it.each(['fr', 'en'] as const)('web H3: each code of a column has its word (%s)', (locale) => {
  const words = wordsIn(locale)
  const raw = coded.filter(([table, column, code]) => wordOf(words, table, column, { [column]: code }) === code)
  // An English code may be the English word.
  expect(raw.filter(([, , code]) => locale === 'fr' || code.includes('_'))).toEqual([])
})

it.each(['fr', 'en'] as const)('web H3: each event has its words (%s)', (locale) => {
  const words = wordsIn(locale)
  const said = Object.keys(EVENTS).map((type) => wordOf(words, 'events', 'type', { type }))
  expect(said.filter((text) => /[a-z][._][a-z]/.test(text))).toEqual([])
  const texts = Object.keys(readTexts(locale))
  const missing = Object.keys(EVENTS).flatMap((type) => {
    const [about, deed] = type.split('.')
    const keys = [`people.data.about.${about}`, `people.data.deed.${deed}`]
    return texts.includes(`audit.what.${type.replace('.', '_')}`) || type === 'record.opened'
      ? []
      : keys.filter((key) => !texts.includes(key))
  })
  expect(missing).toEqual([])
})

it('web H3: each kind of link that is mailed or kept has its word', () => {
  const code = readModules(['server', 'db'])
    .filter(({ file }) => file !== 'db/data-map.ts')
    .map(({ text }) => withoutComments(text))
    .join('\n')
  const issued = [...code.matchAll(/issueToken\(tx, deps, '([\w-]+)'/g), ...code.matchAll(/\bpurpose: '([\w.-]+)'/g)]
  const constants = [...code.matchAll(/const (?:PURPOSE|RENEWAL) = '([\w.-]+)'/g)]
  const names = new Set([...issued, ...constants].map(([, name]) => name!))
  expect(names.size).toBeGreaterThan(8)
  const texts = Object.keys(readTexts('fr'))
  const raw = [...names].filter((name) => !texts.includes(`people.data.purpose.${name.replaceAll(/[.-]/g, '_')}`))
  expect(raw).toEqual([])
})

it.each([
  ['hours_entries', 'minutes', { minutes: 600 }, '10\u00a0h'],
  ['hours_entries', 'minutes', { minutes: 90 }, '1\u00a0h\u00a030'],
  ['people', 'locale', { locale: 'fr-CA' }, 'Français du Québec'],
  ['applications', 'age_confirmed', { age_confirmed: 0 }, 'Non'],
  ['applications', 'channel', { channel: 'https://centre.example/actor' }, 'centre.example'],
  ['consents', 'published', { published: '{"name":"Odile","email":"o@e.example"}' }, 'Odile, o@e.example'],
  ['tokens', 'content', { content: '{"people":["a","b"],"of":{"x":1},"none":""}' }, 'a, b, 1'],
  ['tokens', 'content', { content: '{broken' }, '{broken'],
])('%s.%s of %o is « %s »', (table, column, row, expected) => {
  expect(wordOf(wordsIn('fr'), table, column, row).replaceAll('\u202f', '\u00a0')).toBe(expected)
})
