// SPDX-License-Identifier: AGPL-3.0-or-later
// The texts of db/schema.sql, db/schema.ts and db/data-map.ts, made from the migrations alone.
import Database from 'better-sqlite3'
import { migrate, MIGRATIONS_TABLE, type Migration } from '../migrate.ts'
import { migrations } from '../migrations/index.ts'
import { TAG_AT_END, withoutTags, type Tag } from '../tags.ts'

type Column = { name: string; type: string; mayBeNull: boolean; isOptional: boolean; codes: string | undefined }
type Table = { name: string; columns: Column[] }
/** `people.email` → its tag. */
type TagOf = Map<string, Tag>

const BY_HAND = 'by `npm run schema` from db/migrations; not to be changed by hand.'
const LICENCE = '// SPDX-License-Identifier: AGPL-3.0-or-later'
const TYPES: Record<string, string> = { TEXT: 'string', INTEGER: 'number', REAL: 'number', BLOB: 'Buffer' }

/** The columns that a line of a table begins with; a full-text index names several in one line. */
const COLUMNS = /^ {2}([a-z]\w*(?:, [a-z]\w*)*)[ ,]/

/**
 * @param further migrations to come after ours, for tests.
 * @returns the content of each file, by its name in db/.
 * @throws an error that names every column without a tag.
 */
export function schemaFiles(further: readonly Migration[] = []): Record<string, string> {
  const connection = new Database(':memory:')
  try {
    migrate(connection, '2026-01-01T00:00:00.000Z')
    for (const { sql } of further) connection.exec(withoutTags(sql))
    const tables = tablesOf(connection)
    const tags = tagsIn([{ name: 'migrations', sql: MIGRATIONS_TABLE }, ...migrations, ...further])
    return {
      'schema.sql': schemaText(connection),
      'schema.ts': typesText(tables),
      'data-map.ts': mapText(tables, tags),
    }
  } finally {
    connection.close()
  }
}

/** The tags after the last migration: a table that is made anew or renamed brings its own. */
export function tagsIn(all: readonly Migration[]): TagOf {
  const tags: TagOf = new Map()
  const drop = (table: string) =>
    [...tags.keys()].filter((key) => key.startsWith(`${table}.`)).map((key) => tags.delete(key))
  let table = ''
  let columns: string[] = []
  for (const line of all.flatMap(({ sql }) => sql.split('\n'))) {
    const made = /^CREATE (?:VIRTUAL )?TABLE (?:IF NOT EXISTS )?(\w+)/.exec(line)
    const added = /^ALTER TABLE (\w+) ADD COLUMN (\w+)/.exec(line)
    const renamed = /^ALTER TABLE (\w+) RENAME TO (\w+)/.exec(line)
    const newName = /^ALTER TABLE (\w+) RENAME COLUMN (\w+) TO (\w+)/.exec(line)
    if (newName) moveTag(tags, `${newName[1]}.${newName[2]}`, `${newName[1]}.${newName[3]}`)
    const dropped = /^DROP TABLE (\w+)/.exec(line)
    if (dropped) drop(dropped[1]!)
    if (renamed) {
      for (const [key, tag] of tags) {
        if (key.startsWith(`${renamed[1]}.`)) tags.set(key.replace(renamed[1]!, renamed[2]!), tag)
      }
      drop(renamed[1]!)
    }
    if (made) [table, columns] = [made[1]!, []]
    else if (added) [table, columns] = [added[1]!, [added[2]!]]
    else columns = COLUMNS.exec(line)?.[1]?.split(', ') ?? columns
    const tag = TAG_AT_END.exec(line)?.[1] as Tag | undefined
    if (tag) for (const column of columns) tags.set(`${table}.${column}`, tag)
  }
  return tags
}

function moveTag(tags: TagOf, from: string, to: string): void {
  const tag = tags.get(from)
  if (tag) tags.set(to, tag)
  tags.delete(from)
}

function schemaText(connection: Database.Database): string {
  const rows = connection
    .prepare(
      "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '%_fts_%' ORDER BY rowid",
    )
    .pluck()
    .all() as string[]
  return `-- Made ${BY_HAND} Read it in every review.\n\n${rows.join(';\n\n')};\n`
}

/** In the order in which they were made, without the tables that FTS5 keeps. */
function tablesOf(connection: Database.Database): Table[] {
  const rows = connection
    .prepare(
      "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '%_fts_%' ORDER BY rowid",
    )
    .all() as { name: string; sql: string }[]
  return rows.map(({ name, sql }) => ({ name, columns: columnsOf(connection, name, sql) }))
}

type Info = { name: string; type: string; notnull: number; dflt_value: string | null; pk: number; hidden: number }

function columnsOf(connection: Database.Database, table: string, sql: string): Column[] {
  const rows = connection.pragma(`table_xinfo('${table}')`) as Info[]
  const keys = rows.filter(({ pk }) => pk > 0).length
  const isIndexOfWords = table.endsWith('_fts')
  return rows
    .filter(({ hidden }) => hidden !== 1)
    .map(({ name, type, notnull, dflt_value, pk }) => ({
      name,
      type: TYPES[type] ?? 'string',
      mayBeNull: !notnull && !pk && !isIndexOfWords,
      // A single INTEGER primary key is the number of the row, which SQLite gives.
      isOptional: dflt_value !== null || (type === 'INTEGER' && pk === 1 && keys === 1),
      codes: codesOf(sql, name),
    }))
}

/** `CHECK (state IN ('draft', 'published'))` → `'draft' | 'published'`. */
function codesOf(sql: string, column: string): string | undefined {
  const list = new RegExp(`CHECK \\(${column} IN\\s*\\(([^()]*)\\)\\)`).exec(sql)?.[1]
  return list
    ?.split(',')
    .map((code) => code.trim())
    .join(' | ')
}

function typeOf({ type, mayBeNull, isOptional, codes }: Column): string {
  const whole = `${codes ?? type}${mayBeNull ? ' | null' : ''}`
  return isOptional ? `Generated<${whole}>` : whole
}

const pascal = (name: string) =>
  name
    .split('_')
    .map((word) => word[0]!.toUpperCase() + word.slice(1))
    .join('')

function typesText(tables: Table[]): string {
  const types = tables.map(({ name, columns }) => {
    const lines = columns.map((column) => `  ${column.name}: ${typeOf(column)}\n`).join('')
    return `export interface ${pascal(name)}Table {\n${lines}}\n`
  })
  const all = tables.map(({ name }) => `  ${name}: ${pascal(name)}Table\n`).join('')
  return `// Made ${BY_HAND}
${LICENCE}
// One type per table, as SQL has it: codes are those that a CHECK lists.
import type { Generated, Insertable, Selectable, Updateable } from 'kysely'

${types.join('\n')}
export interface Tables {
${all}}

export type Row<T extends keyof Tables> = Selectable<Tables[T]>
export type NewRow<T extends keyof Tables> = Insertable<Tables[T]>
export type Changes<T extends keyof Tables> = Updateable<Tables[T]>
`
}

function mapText(tables: Table[], tags: TagOf): string {
  const missing = tables.flatMap(({ name, columns }) =>
    columns.map((column) => `${name}.${column.name}`).filter((column) => !tags.has(column)),
  )
  if (missing.length > 0) {
    throw new Error(
      `write a tag behind ${missing.join(', ')} in its migration, as in: email TEXT NOT NULL, -- personal`,
    )
  }
  const maps = tables.map(({ name, columns }) => {
    const lines = columns.map((column) => `    ${column.name}: '${tags.get(`${name}.${column.name}`)}',\n`).join('')
    return `  ${name}: {\n${lines}  },\n`
  })
  return `// Made ${BY_HAND}
${LICENCE}
// What each column holds, for the register of processing and for the tests. The tags are explained in tags.ts.
import type { Tables } from './schema.ts'
import type { Tag } from './tags.ts'

export type { Tag }

export const dataMap: { readonly [T in keyof Tables]: { readonly [C in keyof Tables[T]]: Tag } } = {
${maps.join('')}}
`
}
