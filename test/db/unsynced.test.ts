// SPDX-License-Identifier: AGPL-3.0-or-later
// A commit that does not wait for the disk: only that one, whatever becomes of it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { sql, type Kysely } from 'kysely'
import { inTransaction, openConnection, openDb, type Db } from '../../db/open.ts'
import type { Tables } from '../../db/schema.ts'

const [NORMAL, FULL] = [1, 2]
let folder: string
let db: Db
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mainforte-'))
  db = openDb(openConnection(join(folder, 'file.sqlite')))
  await sql`create table t (x integer)`.execute(db)
})
afterEach(async () => {
  await db.destroy()
  rmSync(folder, { recursive: true, force: true })
})

const settingOf = async (handle: Kysely<Tables>) =>
  (await sql<{ synchronous: number }>`pragma synchronous`.execute(handle)).rows[0]!.synchronous
const add = (handle: Kysely<Tables>) => sql`insert into t values (1)`.execute(handle)
const count = async () => (await sql<{ n: number }>`select count(*) as n from t`.execute(db)).rows[0]!.n

it('others that begin meanwhile wait for the disk', async () => {
  const unsynced = inTransaction(
    db,
    async (tx) => {
      await add(tx)
      return settingOf(tx)
    },
    { isOnDisk: false },
  )
  const other = inTransaction(db, settingOf)
  expect([await unsynced, await other, await settingOf(db), await count()]).toEqual([NORMAL, FULL, FULL, 1])
})

it('the setting is back after what failed', async () => {
  const failing = async (tx: Kysely<Tables>) => {
    await add(tx)
    throw new Error('not this one')
  }
  await expect(inTransaction(db, failing, { isOnDisk: false })).rejects.toThrow('not this one')
  expect([await settingOf(db), await count()]).toEqual([FULL, 0])
})

it('while another process holds the file, whoever uses the connection between two tries has the usual setting', async () => {
  const other = openConnection(join(folder, 'file.sqlite'))
  other.exec('begin immediate')
  const waiting = inTransaction(db, add, { isOnDisk: false })
  const between = [await settingOf(db), await settingOf(db)]
  other.exec('commit')
  other.close()
  await waiting
  expect([...between, await settingOf(db), await count()]).toEqual([FULL, FULL, FULL, 1])
})
