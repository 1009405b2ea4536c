// SPDX-License-Identifier: AGPL-3.0-or-later
// Long lists in pages that begin behind a row and not at a number: any page costs what the first one costs
// (https://use-the-index-luke.com/no-offset). First the numbers of the rows from an index, then the rows themselves.
import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { Tables } from './schema.ts'

type Handle = Kysely<Tables>
/** A column of an order. It is never null, and all of them together are different for each row. */
export type Key = { by: RawBuilder<unknown>; isDown: boolean }
/** A part of a list with an order of its own; the table is called `t`. */
export type Section = {
  table: keyof Tables
  /** FROM and WHERE, with what was asked for. */
  from: RawBuilder<unknown>
  /** Which rows stand in this part, whatever was asked for. */
  holds: RawBuilder<unknown>
  order: readonly Key[]
}
/** Where a row stands in its list: in which part, and the values of its order. */
export type Position = { section: number; keys: readonly (string | number)[] }
/** At most `limit` rows: the first ones, those behind a position, or the last ones before it. */
export type Range = { limit: number; after?: Position; before?: Position }
/** `number`: the rowid, which holds for as long as a list is read. */
export type Placed = { number: number; position: Position }

export type KeyedList<T> = {
  /** Undefined when there is no such row. A row that has left the list meanwhile still has its place in the order. */
  find(id: string): Promise<Position | undefined>
  place(range: Range): Promise<Placed[]>
  /** The rows of these numbers, in the order of the numbers; those that are gone are left out. */
  read(numbers: readonly number[]): Promise<T[]>
}

/** The list of all its parts, one after the other. */
export function keyedList<T>(
  db: Handle,
  sections: readonly Section[],
  read: (numbers: readonly number[]) => Promise<T[]>,
): KeyedList<T> {
  return {
    find: (id) => findPosition(db, sections, id),
    place: (range) => placeRows(db, sections, range),
    read,
  }
}

/** How many rows there are, counted up to `most` and one more. */
export async function countUpTo(db: Handle, from: readonly RawBuilder<unknown>[], most: number): Promise<number> {
  const parts = from.map((one) => sql`select * from (select 1 ${one} limit ${most + 1})`)
  const found = await sql<{ count: number }>`
    select count(*) as count from (${sql.join(parts, sql` union all `)} limit ${most + 1})`.execute(db)
  return found.rows[0]!.count
}

async function findPosition(db: Handle, sections: readonly Section[], id: string): Promise<Position | undefined> {
  for (const condition of [({ holds }: Section) => holds, () => sql`true`]) {
    for (const [at, section] of sections.entries()) {
      const found = await sql<Record<string, string | number | null>>`
        select ${columns(section)} from ${sql.table(section.table)} t
        where t.id = ${id} and ${condition(section)}`.execute(db)
      const keys = section.order.map((_key, rank) => found.rows[0]?.[`k${rank}`] ?? null)
      if (keys.every((key) => key !== null)) return { section: at, keys }
    }
  }
  return undefined
}

async function placeRows(db: Handle, sections: readonly Section[], range: Range): Promise<Placed[]> {
  const isBack = range.before !== undefined
  const from = range.before ?? range.after
  const asked = [...sections.entries()].filter(([at]) => !from || (isBack ? at <= from.section : at >= from.section))
  const placed: Placed[] = []
  for (const [at, section] of isBack ? asked.toReversed() : asked) {
    const limit = range.limit - placed.length
    if (limit <= 0) break
    const keys = from?.section === at ? from.keys : undefined
    placed.push(...(await placeInSection(db, { section, at, keys, isBack, limit })))
  }
  return isBack ? placed.toReversed() : placed
}

type Asked = {
  section: Section
  at: number
  keys: Position['keys'] | undefined
  isBack: boolean
  limit: number
}

async function placeInSection(db: Handle, { section, at, keys, isBack, limit }: Asked): Promise<Placed[]> {
  const further = keys ? sql`and ${beyond(section.order, keys, isBack)}` : sql``
  const order = section.order.map(({ by, isDown }) => (isDown === isBack ? by : sql`${by} desc`))
  const found = await sql<{ number: number } & Record<string, string | number>>`
    select t.rowid as number, ${columns(section)} ${section.from} ${further}
    order by ${sql.join(order)} limit ${limit}`.execute(db)
  return found.rows.map((row) => ({
    number: row.number,
    position: { section: at, keys: section.order.map((_key, rank) => row[`k${rank}`]!) },
  }))
}

const columns = ({ order }: Section) => sql.join(order.map(({ by }, rank) => sql`${by} as ${sql.ref(`k${rank}`)}`))

/**
 * Behind these values, or before them. Written as `a <= x and (a < x or b < y)`: the first condition is the one by which
 * an index is entered, also where columns go in different directions.
 */
function beyond(order: readonly Key[], keys: Position['keys'], isBack: boolean): RawBuilder<unknown> {
  const [key, ...others] = order
  const [value, ...rest] = keys
  const sign = sql.raw(key!.isDown === isBack ? '>' : '<')
  if (others.length === 0) return sql`${key!.by} ${sign} ${value}`
  return sql`${key!.by} ${sign}= ${value} and (${key!.by} ${sign} ${value} or ${beyond(others, rest, isBack)})`
}

/** The rows in the order of the numbers they were asked for by. */
export function inOrder<T extends { number: number }>(numbers: readonly number[], rows: readonly T[]): T[] {
  const byNumber = new Map(rows.map((row) => [row.number, row]))
  return numbers.flatMap((number) => byNumber.get(number) ?? [])
}

/** The first rows of a list. */
export async function firstRows<T>(list: KeyedList<T>, limit: number): Promise<T[]> {
  const placed = await list.place({ limit })
  return list.read(placed.map(({ number }) => number))
}
