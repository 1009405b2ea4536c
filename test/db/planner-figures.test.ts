// SPDX-License-Identifier: AGPL-3.0-or-later
// SQLite's statistics of tables: kept of large ones alone, and known to the connection that reads.
import { afterEach, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { refreshFigures } from '../../db/queries/operator.ts'
import { startApp, stopApps, type World } from '../support/app.ts'

afterEach(stopApps)

const fill = (db: World['deps']['db'], rows: number) =>
  sql`insert into events (at, type, details)
      with recursive n (i) as (select 1 union all select i + 1 from n where i < ${rows})
      select '2026', 'x', '{}' from n`.execute(db)
const tablesWithFigures = async ({ deps }: World) => {
  const { rows } = await sql<{ tbl: string }>`select distinct tbl from sqlite_stat1`.execute(deps.db)
  return rows.map(({ tbl }) => tbl)
}
const hasNone = async ({ deps }: World) => {
  const { rows } = await sql`select 1 from sqlite_schema where name = 'sqlite_stat1'`.execute(deps.db)
  return rows.length === 0
}

it('a start with small tables writes none', async () => {
  expect(await hasNone(await startApp())).toBe(true)
})

it('a table that has become large has them, and has none once it is small again', async () => {
  const world = await startApp()
  const { db } = world.deps
  await fill(db, 10_500)
  await refreshFigures(db)
  expect(await tablesWithFigures(world)).toEqual(['events'])

  await db.deleteFrom('events').where('seq', '>', 50).execute()
  await refreshFigures(db)
  expect(await tablesWithFigures(world)).toEqual([])
})
