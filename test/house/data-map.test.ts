// SPDX-License-Identifier: AGPL-3.0-or-later
import { expect, it } from '@jest/globals'
import { dataMap, type Tag } from '../../db/data-map.ts'
import { migrate } from '../../db/migrate.ts'
import { openConnection } from '../../db/open.ts'
import { HOLDINGS, personalColumns } from '../../db/queries/personal.ts'
import { tablesOf } from '../support/schema.ts'
import { readTexts } from '../support/texts.ts'

const connection = openConnection(':memory:')
migrate(connection, '2026-11-22T09:00:00.000Z')
const tables = tablesOf(connection)
connection.close()

const tagged = Object.entries(dataMap).flatMap(([table, columns]) =>
  Object.entries(columns).map(([column, tag]) => ({ name: `${table}.${column}`, table, tag: tag as Tag })),
)

it('every column has a tag, and every tag a column', () => {
  const all = Object.entries(tables).flatMap(([table, columns]) => columns.map((column) => `${table}.${column}`))
  expect(tagged.map(({ name }) => name).toSorted()).toEqual(all.toSorted())
})

/** What a public GET may read from the tables of the federation. */
const SERVED =
  /^fed_(activities\.(id|type|actor|object_id|body|at)|collections\.\w+|follows\.\w+|objects\.\w+|keys\.(actor_uri|public_pem))$/

it('nothing personal or secret stands in what other servers are given', () => {
  const wrong = tagged.filter(({ name, tag }) => SERVED.test(name) && tag !== 'public' && tag !== 'internal')
  expect(wrong.map(({ name }) => name)).toEqual([])
})

it('what is listed for everybody is public from end to end', () => {
  const wrong = tagged.filter(({ table, tag }) => table.startsWith('listing') && tag !== 'public')
  expect(wrong.map(({ name }) => name)).toEqual([])
})

it('what opens something is called a secret', () => {
  const opens = /(password_hash|totp_secret|private_sealed|id_hash|mails\.body_\w+|tokens\.hash)$/
  expect(tagged.filter(({ name, tag }) => opens.test(name) && tag !== 'secret').map(({ name }) => name)).toEqual([])
})

/** Tables with a personal column that hold nothing about people of this site, each with the reason. */
const ABOUT_OTHERS: Record<string, string> = {
  association: 'the contact that the association publishes',
  fed_keys: 'the key of this site',
  fed_actors: 'what other sites say of themselves',
  fed_further_keys: 'keys of other sites',
  offers: 'only who wrote it or answers for it: DONE_BY',
  offer_revisions: 'only who wrote it: DONE_BY',
  offer_templates: 'only who kept it: DONE_BY',
  shared_templates: 'only who wrote it: DONE_BY',
  hours_rates: 'only who set it: DONE_BY',
  credential_keys: 'the key of this site',
  hours_statements: 'only who closed and posted it: DONE_BY',
  hours_rules: 'only who made it: DONE_BY',
  trip_rates: 'only who set it: DONE_BY',
  hours_headcounts: 'only who entered it: DONE_BY',
  moderation_items: 'only who decided: DONE_BY',
  affiliations: 'only who decided: DONE_BY',
  moderation_verdicts: 'only who decided: DONE_BY',
  held_answers: 'only who answered, for a minute',
  offer_messages: 'only who wrote to a partner: DONE_BY',
}

it('web H3: what is kept about a person is in their data, or said to be about others', () => {
  const personal = new Set(
    tagged.filter(({ tag }) => ['personal', 'sensitive', 'secret'].includes(tag)).map(({ table }) => table),
  )
  const held = new Set<string>(HOLDINGS.map(({ table }) => table))
  expect([...personal].filter((table) => !held.has(table) && !Object.hasOwn(ABOUT_OTHERS, table))).toEqual([])
  expect(Object.keys(ABOUT_OTHERS).filter((table) => !personal.has(table) || held.has(table))).toEqual([])
})

it('web H3: each personal column has its name on the page', () => {
  const texts = Object.keys(readTexts('fr'))
  const needed = HOLDINGS.flatMap(({ table }) => [
    `people.data.part.${table}`,
    ...personalColumns(table).map((column) => `people.data.column.${column}`),
  ])
  const named = texts.filter((key) => /^people\.data\.(column|part)\./.test(key))
  expect(named.toSorted()).toEqual([...new Set(needed)].toSorted())
})
