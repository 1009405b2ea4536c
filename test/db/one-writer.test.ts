// SPDX-License-Identifier: AGPL-3.0-or-later
// The connection that writes and the one that reads: what is seen when, and what becomes of those that share a commit.
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises'
import type Database from 'better-sqlite3'
import { sql, type Kysely } from 'kysely'
import { Journal } from '../../db/journal.ts'
import { inTransaction, isFileFault, openConnection, openDb, type Db } from '../../db/open.ts'
import type { Tables } from '../../db/schema.ts'

let folder: string
let connection: Database.Database
let db: Db
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mainforte-one-writer-'))
  connection = openConnection(join(folder, 'x.sqlite'))
  connection.exec("CREATE TABLE notes (number INTEGER PRIMARY KEY, text TEXT NOT NULL CHECK (text <> 'wrong'))")
  db = openDb(connection)
})
afterEach(async () => {
  letGo()
  await db.destroy()
  rmSync(folder, { recursive: true })
})

const write = (handle: Kysely<Tables>, number: number, text = 'x') =>
  sql`insert into notes values (${number}, ${text})`.execute(handle)
const numbers = async (handle: Kysely<Tables> = db): Promise<number[]> =>
  (await sql<{ number: number }>`select number from notes order by number`.execute(handle)).rows.map(
    (row) => row.number,
  )
const commits = () => {
  const ran = jest.spyOn(connection, 'exec')
  return () => ran.mock.calls.filter(([text]) => text === 'commit').length
}
const outcomes = async (all: Promise<unknown>[]) =>
  (await Promise.allSettled(all)).map((one) => (one.status === 'fulfilled' ? 'done' : String(one.reason)))

it('transactions and single statements of one turn share a commit, and are done only after it', async () => {
  const count = commits()
  let isDone = false
  const first = inTransaction(db, (tx) => write(tx, 1)).then(() => (isDone = true))
  const others = [write(db, 2), inTransaction(db, (tx) => write(tx, 3))]
  // Timers of the same turn come before.
  await Promise.resolve()
  expect([isDone, count()]).toEqual([false, 0])
  await Promise.all([first, ...others])
  expect([await numbers(), count()]).toEqual([[1, 2, 3], 1])
})

it('one that fails takes back only what it wrote itself', async () => {
  const results = await outcomes([
    inTransaction(db, (tx) => write(tx, 1)),
    inTransaction(db, async (tx) => {
      await write(tx, 2)
      throw new Error('no')
    }),
    write(db, 3, 'wrong'),
    inTransaction(db, (tx) => write(tx, 4)),
  ])
  expect(results).toEqual(['done', 'Error: no', expect.stringContaining('CHECK'), 'done'])
  expect(await numbers()).toEqual([1, 4])
  await write(db, 5)
  expect(await numbers()).toEqual([1, 4, 5])
})

it('what is not committed yet is not read by others, and does not make them wait', async () => {
  let mayEnd = () => {}
  const until = new Promise<void>((done) => (mayEnd = done))
  const long = inTransaction(db, async (tx) => {
    await write(tx, 1)
    await until
    return numbers(tx)
  })
  await turn()
  expect(await numbers()).toEqual([])
  mayEnd()
  expect(await long).toEqual([1])
  expect(await numbers()).toEqual([1])
})

it('one that is still at work and then fails takes nothing of the others back', async () => {
  let mayEnd = () => {}
  const until = new Promise<void>((done) => (mayEnd = done))
  const first = inTransaction(db, (tx) => write(tx, 1))
  const long = inTransaction(db, async (tx) => {
    await write(tx, 2)
    await until
    throw new Error('no')
  })
  await turn()
  await turn()
  mayEnd()
  expect(await outcomes([first, long])).toEqual(['done', 'Error: no'])
  expect(await numbers()).toEqual([1])
})

it('a full disk fails all that share a commit, keeps nothing of them, and the next ones go on', async () => {
  await write(db, 1)
  const pages = connection.pragma('page_count', { simple: true }) as number
  connection.pragma(`max_page_count = ${pages + 1}`)
  const all = [inTransaction(db, (tx) => write(tx, 2)), inTransaction(db, (tx) => write(tx, 3, 'x'.repeat(20_000)))]
  const isFull = await Promise.all(all.map((one) => one.then(() => false, isFileFault)))
  expect(isFull).toEqual([true, true])
  connection.pragma('max_page_count = 100000')
  await write(db, 4)
  expect(await numbers()).toEqual([1, 4])
})

it('a commit that fails is told to each of its transactions', async () => {
  const exec = connection.exec.bind(connection)
  const ran = jest.spyOn(connection, 'exec').mockImplementation((text: string) => {
    if (text === 'commit') throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' })
    return exec(text)
  })
  const all = [inTransaction(db, (tx) => write(tx, 1)), write(db, 2)]
  expect(await outcomes(all)).toEqual(['Error: database or disk is full', 'Error: database or disk is full'])
  ran.mockRestore()
  await write(db, 3)
  expect(await numbers()).toEqual([3])
})

async function turnsUntil(isSo: () => boolean, most = 2_000): Promise<void> {
  for (let turns = 0; turns < most && !isSo(); turns++) await turn()
}

type HeldSync = { done: () => void; failed: (error: unknown) => void }
let letGo = () => {}

/** Each sync of the log waits until it is let go, or fails. */
function holdSyncs(): HeldSync[] {
  const held: HeldSync[] = []
  const sync = jest
    .spyOn(Journal.prototype, 'sync')
    .mockImplementation(() => new Promise<void>((done, failed) => held.push({ done, failed })))
  letGo = () => {
    sync.mockRestore()
    held.forEach(({ done }) => done())
  }
  return held
}

it('nobody is told that a transaction is done before the disk has it; others read and write meanwhile', async () => {
  const held = holdSyncs()
  const told: number[] = []
  const first = write(db, 1).then(() => told.push(1))
  await turnsUntil(() => held.length > 0)
  const others = [2, 3].map((number) => inTransaction(db, (tx) => write(tx, number)).then(() => told.push(number)))
  await turnsUntil(() => false, 20)
  // Those that came while the disk was busy have one commit after it, not one each.
  expect([told, await numbers(), held.length]).toEqual([[], [1], 1])
  held[0]?.done()
  await first
  await turnsUntil(() => held.length > 1)
  expect([told, await numbers()]).toEqual([[1], [1, 2, 3]])
  held[1]?.done()
  await Promise.all(others)
  expect([told.length, held.length]).toEqual([3, 2])
})

it('a sync that fails is told to each transaction that waited for it, as a fault of the file; the next ones go on', async () => {
  const held = holdSyncs()
  const all = [write(db, 1), inTransaction(db, (tx) => write(tx, 2))].map((one) => one.then(() => false, isFileFault))
  await turnsUntil(() => held.length > 0)
  held[0]?.failed(Object.assign(new Error('i/o error'), { code: 'SQLITE_IOERR_FSYNC' }))
  expect(await Promise.all(all)).toEqual([true, true])
  letGo()
  await write(db, 3)
  expect(await numbers()).toContain(3)
})

it('a log that cannot be written to disk is a fault of the file', async () => {
  const other = openConnection(join(folder, 'x.sqlite'))
  const journal = new Journal(other)
  await expect(journal.sync()).resolves.toBeUndefined()
  await journal.close()
  const gone = { name: join(folder, 'none.sqlite'), pragma: () => {} } as unknown as Database.Database
  const fault = await new Journal(gone).sync().catch((error: unknown) => error)
  other.close()
  expect([isFileFault(fault), String(fault)]).toEqual([true, expect.stringContaining('ENOENT')])
})

it('closing waits for the disk', async () => {
  const held = holdSyncs()
  let isClosed = false
  const written = write(db, 1)
  await turnsUntil(() => held.length > 0)
  const closed = db.destroy().then(() => (isClosed = true))
  await turnsUntil(() => false, 20)
  expect(isClosed).toBe(false)
  held[0]?.done()
  await Promise.all([written, closed])
})

it('while another process holds the lock all wait, others read, and then all are done', async () => {
  const other = openConnection(join(folder, 'x.sqlite'))
  other.exec('BEGIN IMMEDIATE')
  const all = [
    inTransaction(db, (tx) => write(tx, 1)),
    write(db, 2),
    inTransaction(db, (tx) => write(tx, 3)),
    write(db, 4),
  ]
  await pause(60)
  expect(await numbers()).toEqual([])
  other.exec('COMMIT')
  other.close()
  expect(await outcomes(all)).toEqual(['done', 'done', 'done', 'done'])
  expect(await numbers()).toEqual([1, 2, 3, 4])
})

it('closing in the middle of a transaction keeps nothing of it, and tells those that waited with it', async () => {
  const first = inTransaction(db, (tx) => write(tx, 1))
  const long = inTransaction(db, async (tx) => {
    await write(tx, 2)
    await pause(50)
    await write(tx, 3)
  })
  await turn()
  await turn()
  const closed = db.destroy()
  expect(await outcomes([first, long])).toEqual([
    expect.stringContaining('closed'),
    expect.stringMatching(/open|closed/),
  ])
  await closed
  connection = openConnection(join(folder, 'x.sqlite'))
  db = openDb(connection)
  expect(await numbers()).toEqual([])
})

it('closing leaves both connections, and keeps what has ended', async () => {
  await write(db, 1)
  await db.destroy()
  connection = openConnection(join(folder, 'x.sqlite'))
  db = openDb(connection)
  expect(await numbers()).toEqual([1])
})

it('no plan depends on a bound value, for which SQLite would make it anew at each execution', async () => {
  connection.exec("CREATE INDEX few ON notes (number) WHERE text = 'x'")
  const planFor = async (text: string) => {
    const plan = sql<{ detail: string }>`explain query plan select number from notes where text = ${text}`
    return (await plan.execute(db)).rows.map(({ detail }) => detail)
  }
  expect(await planFor('x')).toEqual(await planFor('y'))
})
