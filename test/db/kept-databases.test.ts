// SPDX-License-Identifier: AGPL-3.0-or-later
// Databases of tests stay open for the next test, which finds nothing of the one before.
import { afterAll, expect, it } from '@jest/globals'
import type Database from 'better-sqlite3'
import { emptyDatabase, takeDatabase } from '../support/kept-databases.ts'
import { START } from '../support/app.ts'

const BYTES = Buffer.from(emptyDatabase(START))
type Taken = Required<ReturnType<typeof takeDatabase>>
const taken: Taken[] = []
const take = () => {
  const one = takeDatabase(BYTES) as Taken
  taken.push(one)
  return one
}
afterAll(() => taken.forEach(({ connection }) => connection.close()))

const count = (connection: Database.Database) => connection.prepare('SELECT count(*) FROM teams').pluck().get()
const write = (connection: Database.Database, id = 'a') =>
  connection.prepare("INSERT INTO teams (id, name, name_key, created_at) VALUES (@id, @id, @id, '2026')").run({ id })
function addPages(connection: Database.Database, count: number): void {
  const insert = connection.prepare('INSERT INTO instance_facts (key, value) VALUES (?, ?)')
  for (let n = 0; n < count; n++) insert.run(`${n}`, 'x'.repeat(4000))
}
const seenBy = ({ connection, openBeside }: Taken) => [count(connection), count(openBeside())]

const CHANGES: Record<string, (taken: Taken) => void> = {
  nothing() {},
  'rows, read by both'(one) {
    write(one.connection)
    expect(seenBy(one)).toEqual([1, 1])
  },
  'rows that are copied from the log into the file': ({ connection }) => {
    write(connection)
    connection.pragma('wal_checkpoint(PASSIVE)')
  },
  'rows, and a log that is empty again': ({ connection }) => {
    write(connection)
    connection.pragma('wal_checkpoint(TRUNCATE)')
  },
  'rows before and after the log began anew': ({ connection }) => {
    write(connection, 'a')
    connection.pragma('wal_checkpoint(RESTART)')
    write(connection, 'b')
  },
  'more than the log keeps': ({ connection }) => {
    write(connection)
    addPages(connection, 1200)
  },
  'a transaction that is open': ({ connection }) => {
    connection.exec('BEGIN IMMEDIATE')
    write(connection)
  },
  'another schema': ({ connection }) => {
    connection.exec('CREATE TRIGGER more AFTER INSERT ON teams BEGIN DELETE FROM teams; END')
  },
  'a temporary schema': ({ connection }) => {
    connection.exec('CREATE TEMP TRIGGER more AFTER INSERT ON teams BEGIN DELETE FROM teams; END')
  },
  'a connection that may not write': ({ connection }) => void connection.pragma('query_only = ON'),
  'a full disk': ({ connection }) => void connection.pragma('max_page_count = 1'),
}

it.each(Object.entries(CHANGES))('after %s, the next one begins without it', (_what, change) => {
  const one = take()
  expect(seenBy(one)).toEqual([0, 0])
  change(one)
  one.connection.close()
  const next = take()
  expect(seenBy(next)).toEqual([0, 0])
  write(next.connection)
  addPages(next.connection, 20)
  expect(seenBy(next)).toEqual([1, 1])
  next.connection.close()
})

it('the same connections are taken again, with the statements that they have prepared', () => {
  const one = take()
  write(one.connection)
  one.connection.close()
  expect(take().connection).toBe(one.connection)
})

it('two schemas, one after the other, are not taken for each other', () => {
  for (const column of ['a', 'b']) {
    const one = take()
    one.connection.exec(`CREATE TABLE notes (${column})`)
    expect(one.openBeside().prepare(`SELECT ${column} FROM notes`).all()).toEqual([])
    one.connection.close()
  }
})

it('two at once have rows of their own, also when one was closed twice', () => {
  const one = take()
  one.connection.close()
  one.connection.close()
  const [two, three] = [take(), take()]
  write(two.connection)
  expect([...seenBy(two), ...seenBy(three)]).toEqual([1, 1, 0, 0])
})

it('whoever has closed it reads nothing more', () => {
  const one = take()
  one.connection.close()
  expect(() => one.openBeside()).toThrow('the database was closed')
})
