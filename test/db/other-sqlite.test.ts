// SPDX-License-Identifier: AGPL-3.0-or-later
// An operator can read, dump and copy the file with the sqlite3 of Debian 12 (3.40) and with later ones, except the
// FTS5 index, which is built again from the listings.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { textsFor } from '../../config/node/texts.js'
import { inspectDatabase } from '../../db/inspect.ts'
import { migrate } from '../../db/migrate.ts'
import { openConnection } from '../../db/open.ts'

/** Newer than 3.40: https://sqlite.org/changes.html. */
const NEWER_FUNCTIONS =
  /\b(concat|concat_ws|string_agg|octet_length|timediff|json_error_position|json_pretty|jsonb\w*|unhex|unistr|if|median|percentile\w*)\s*\(/gi

/** Before 3.44, SQLite has no order among the values of an aggregate. */
function ordersInAggregates(sql: string): string[] {
  return [...sql.matchAll(/\bORDER BY\b/gi)].flatMap(({ index }) => {
    let depth = 0
    for (let at = index; at >= 0; at -= 1) {
      if (sql[at] === ';') return []
      if (sql[at] === ')') depth += 1
      if (sql[at] === '(' && (depth -= 1) < 0) {
        const inside = sql.slice(at + 1, index)
        const isAllowed = /^\s*(?:SELECT|WITH)\b/i.test(inside) || /\bOVER\s*$/i.test(sql.slice(0, at))
        return isAllowed ? [] : [sql.slice(at - 20, index + 20)]
      }
    }
    return []
  })
}

/** An FTS5 index is not read until it is used. */
const schema = readFileSync(join(import.meta.dirname, '../../db/schema.sql'), 'utf8')

it('no table, index or trigger is written in newer SQL', () => {
  expect(schema.match(NEWER_FUNCTIONS) ?? []).toEqual([])
  expect(ordersInAggregates(schema)).toEqual([])
})

it('newer SQL would be found', () => {
  expect('SELECT concat (a, b), octet_length(c)'.match(NEWER_FUNCTIONS)).toHaveLength(2)
  const trigger = (value: string) => `CREATE TRIGGER t AFTER INSERT ON a BEGIN INSERT INTO b VALUES ((${value})); END;`
  expect(ordersInAggregates(trigger("SELECT group_concat(trim(x), '.' ORDER BY y) FROM c"))).toHaveLength(1)
  expect(ordersInAggregates(trigger('SELECT x FROM c ORDER BY y LIMIT 1'))).toEqual([])
  expect(ordersInAggregates(trigger('SELECT rank() OVER (ORDER BY y) FROM c'))).toEqual([])
})

const hasBinary = spawnSync('sqlite3', ['--version']).status === 0

// Skipped without the program; .ci/run installs it.
;(hasBinary ? describe : describe.skip)('the sqlite3 of this machine', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mainforte-sqlite3-'))
  const file = join(folder, 'ours.sqlite')
  const sqlite3 = (database: string, ...words: string[]) =>
    execFileSync('sqlite3', ['-bail', join(folder, database), ...words], { encoding: 'utf8' }).trim()

  beforeAll(() => {
    const connection = openConnection(file)
    migrate(connection, '2026-11-22T09:00:00.000Z')
    connection.exec(`
      INSERT INTO instance_facts VALUES ('public_url', 'https://conteurs.example');
      INSERT INTO listings_fts (rowid, title) VALUES (1, 'Lire des histoires');
      INSERT INTO people (id, member_number, joined_on, created_at, updated_at) VALUES ('p', 1, '2026', 'now', 'now')`)
    connection.close()
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('reads every table', () => {
    expect(sqlite3('ours.sqlite', 'PRAGMA integrity_check')).toBe('ok')
    const tables = schema.match(/(?<=^CREATE TABLE "?)\w+/gm)!
    expect(tables.length).toBeGreaterThan(40)
    const counts = tables.map((table) => `SELECT count(*) FROM ${table}`).join(' UNION ALL ')
    expect(sqlite3('ours.sqlite', `SELECT count(*) FROM (${counts})`)).toBe(String(tables.length))
    expect(sqlite3('ours.sqlite', 'SELECT member_number FROM people')).toBe('1')
  })

  it.each([
    ['copies', () => sqlite3('ours.sqlite', `VACUUM INTO '${join(folder, 'copy.sqlite')}'`), 'copy.sqlite'],
    [
      'dumps',
      () => {
        const dump = sqlite3('ours.sqlite', '.dump')
        const pragmas = 'PRAGMA application_id, PRAGMA user_version'
        const [id, version] = sqlite3('ours.sqlite', ...pragmas.split(', ')).split('\n')
        const header = `PRAGMA application_id = ${id}; PRAGMA user_version = ${version};`
        execFileSync('sqlite3', ['-bail', join(folder, 'again.sqlite')], { input: `${dump}\n${header}` })
      },
      'again.sqlite',
    ],
  ])('%s it whole, and we can open what it made', (_what, make, made) => {
    make()
    expect(inspectDatabase(join(folder, made), textsFor({ LANG: 'en' }))).toMatchObject({
      ok: true,
      people: 1,
      pending: 0,
      publicUrl: 'https://conteurs.example',
    })
    const connection = openConnection(join(folder, made))
    const found = connection
      .prepare('SELECT rowid FROM listings_fts WHERE listings_fts MATCH ?')
      .pluck()
      .all('histoires')
    expect(found).toEqual([1])
    connection.close()
  })
})
