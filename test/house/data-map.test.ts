// SPDX-License-Identifier: AGPL-3.0-or-later
import { expect, it } from '@jest/globals'
import { dataMap, type Tag } from '../../db/data-map.ts'
import { migrate } from '../../db/migrate.ts'
import { openConnection } from '../../db/open.ts'
import { tablesOf } from '../support/schema.ts'

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
