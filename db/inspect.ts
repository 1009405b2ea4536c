// SPDX-License-Identifier: AGPL-3.0-or-later
// Checks that a file is a sound database of ours that this program can read.
import { existsSync } from 'node:fs'
import Database from 'better-sqlite3'
import { migrations } from './migrations/index.ts'
import { APPLICATION_ID } from './open.ts'
import type { Say } from '../config/node/texts.js'

/** `publicUrl` and `keyMark` identify the instance; undefined in a file from before they were kept. */
export type Sound = {
  ok: true
  people: number
  offers: number
  entries: number
  pending: number
  publicUrl: string | undefined
  keyMark: string | undefined
}
export type Inspection = Sound | { ok: false; faults: string[] }

/** Opens the file read-only and never trusts it. @param say gives the faults their language. */
export function inspectDatabase(file: string, say: Say): Inspection {
  if (!existsSync(file)) return { ok: false, faults: [say('cli.inspect.absent', { file })] }
  let connection: Database.Database | undefined
  try {
    connection = new Database(file, { readonly: true })
    connection.pragma('trusted_schema = OFF')
    connection.pragma('cell_size_check = ON')
    return inspect(connection, say)
  } catch (error) {
    return { ok: false, faults: [say('cli.inspect.unread', { why: (error as Error).message })] }
  } finally {
    connection?.close()
  }
}

function inspect(connection: Database.Database, say: Say): Inspection {
  const faults: string[] = []
  if (connection.pragma('application_id', { simple: true }) !== APPLICATION_ID)
    return { ok: false, faults: [say('cli.inspect.foreign')] }
  const version = connection.pragma('user_version', { simple: true }) as number
  if (version > migrations.length || hasUnknownMigration(connection)) {
    return { ok: false, faults: [say('cli.inspect.newer')] }
  }
  const integrity = connection.pragma('integrity_check(5)') as { integrity_check: string }[]
  if (integrity[0]?.integrity_check !== 'ok') faults.push(...integrity.map((row) => row.integrity_check))
  const orphans = (connection.pragma('foreign_key_check') as unknown[]).length
  if (orphans > 0) faults.push(say('cli.inspect.orphans', { count: `${orphans}` }))
  if (faults.length > 0) return { ok: false, faults }
  const count = (table: string) => connection.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number
  const fact = (key: string) =>
    connection.prepare('SELECT value FROM instance_facts WHERE key = ?').pluck().get(key) as string | undefined
  return {
    ok: true,
    people: count('people'),
    offers: count('offers'),
    entries: count('hours_entries'),
    pending: migrations.length - version,
    publicUrl: fact('public_url'),
    keyMark: fact('key_mark'),
  }
}

function hasUnknownMigration(connection: Database.Database): boolean {
  const done = connection.prepare('SELECT name FROM migrations').pluck().all() as string[]
  return done.some((name) => !migrations.some((migration) => migration.name === name))
}
