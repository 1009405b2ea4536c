// SPDX-License-Identifier: AGPL-3.0-or-later
// The columns of the database in SQLite and in db/schema.ts: `table.column: type`, sorted.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type Database from 'better-sqlite3'

type Column = { name: string; type: string; notnull: number; dflt_value: string | null; pk: number }
const TYPES: Record<string, string> = {
  TEXT: 'string',
  INTEGER: 'number',
  REAL: 'number',
  BLOB: 'Buffer',
  '': 'string',
}

export function tablesOf(connection: Database.Database): Record<string, string[]> {
  const names = connection
    .prepare(
      "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual') AND name NOT LIKE 'sqlite_%'",
    )
    .pluck()
    .all() as string[]
  return Object.fromEntries(
    names.toSorted().map((table) => [table, columns(connection, table).map(({ name }) => name)]),
  )
}

function columns(connection: Database.Database, table: string): Column[] {
  const all = connection.pragma(`table_xinfo('${table}')`) as Column[]
  return all.filter(({ name }) => name !== table && !(table.endsWith('_fts') && name === 'rank'))
}

export function columnsOf(connection: Database.Database): string[] {
  return Object.keys(tablesOf(connection))
    .flatMap((table) =>
      columns(connection, table).map((column) => {
        const mayBeNull = !column.notnull && !column.pk && !table.endsWith('_fts')
        const type = `${TYPES[column.type]}${mayBeNull ? ' | null' : ''}`
        return `${table}.${column.name}: ${type}`
      }),
    )
    .toSorted()
}

/** Codes ('draft' | 'published') count as string, numbers (0 | 1) as number; defaults are not compared. */
export function columnsWritten(): string[] {
  const text = readFileSync(join(import.meta.dirname, '../../db/schema.ts'), 'utf8')
  const tables = /export interface Tables \{([^}]*)\}/.exec(text)?.[1] ?? ''
  return [...tables.matchAll(/(\w+): (\w+)/g)]
    .flatMap(([, table, name]) => {
      const body = new RegExp(`export interface ${name} \\{([^}]*)\\}`).exec(text)?.[1] ?? ''
      return [...body.matchAll(/^ {2}(\w+):([\s\S]*?)(?=^ {2}\w+:|(?![\s\S]))/gm)].map(
        ([, column, type]) => `${table}.${column}: ${plain(type ?? '')}`,
      )
    })
    .toSorted()
}

function plain(type: string): string {
  const parts = type
    .replaceAll(/Generated<|>/g, '')
    .split('|')
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part) => (part.startsWith("'") ? 'string' : /^\d/.test(part) ? 'number' : part))
  return [...new Set(parts)].join(' | ')
}
