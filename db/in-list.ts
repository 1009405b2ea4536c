// SPDX-License-Identifier: AGPL-3.0-or-later
// How does a list of any length come into one statement? SQLite binds at most 32 766 values (SQLITE_MAX_VARIABLE_NUMBER).
import { sql, type RawBuilder } from 'kysely'

/** For `where('id', 'in', inList(ids))`: one bound value, however long the list is. */
export function inList<T extends string | number>(values: readonly T[]): RawBuilder<T> {
  return sql<T>`(select value from json_each(${JSON.stringify(values)}))`
}

/** Rows that one statement inserts: 500 of 65 columns would reach the limit, and no table has as many. */
const AT_ONCE = 500

/** The rows in parts that one `insertInto(…).values(…)` takes. */
export function* chunksOf<T>(rows: readonly T[]): Generator<T[]> {
  for (let from = 0; from < rows.length; from += AT_ONCE) yield rows.slice(from, from + AT_ONCE)
}
