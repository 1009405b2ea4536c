// SPDX-License-Identifier: AGPL-3.0-or-later
// A database with long tables, and how SQLite would answer what is asked of it.
import type Database from 'better-sqlite3'
import { Kysely, type CompiledQuery } from 'kysely'
import { migrate } from '../../db/migrate.ts'
import { StableSqliteDialect } from '../../db/one-writer.ts'
import { openConnection } from '../../db/open.ts'
import { refreshFigures } from '../../db/queries/operator.ts'
import type { Tables } from '../../db/schema.ts'
import * as many from './many-rows.ts'

export type Planned = {
  connection: Database.Database
  db: Kysely<Tables>
  /** The lines of the plans of all that `work` asks. */
  plansOf(work: () => Promise<unknown>): Promise<string[]>
}

export const FIGURES = ['no figures', 'fresh figures'] as const

/** @param figures whether SQLite has statistics of the tables. */
export async function openPlanned(
  figures: (typeof FIGURES)[number],
  { rows, now }: { rows: number; now: string },
): Promise<Planned> {
  const connection = openConnection(':memory:')
  migrate(connection, now)
  const asked: CompiledQuery[] = []
  const db = new Kysely<Tables>({
    dialect: new StableSqliteDialect({ database: connection }),
    log: ({ query }) => void asked.push(query),
  })
  await many.addPeople(db, rows)
  await many.addOffers(db, 1_000)
  connection.exec(`INSERT INTO hours_categories (id, label, created_at) VALUES ('c', '{}', '')`)
  await many.addHours(db, rows, 'p1')
  await many.addApplications(db, rows)
  await many.addApplications(db, 100, 'submitted')
  await many.addItems(db, rows)
  await many.addOpenings(db, rows, 'p1', 'p2')
  await many.addMails(db, rows)
  if (figures === 'fresh figures') await refreshFigures(db)
  return {
    connection,
    db,
    async plansOf(work) {
      asked.length = 0
      await work()
      return asked.flatMap(({ sql, parameters }) =>
        connection
          .prepare(`EXPLAIN QUERY PLAN ${sql}`)
          .all(...parameters)
          .map((row) => (row as { detail: string }).detail),
      )
    },
  }
}
