// SPDX-License-Identifier: AGPL-3.0-or-later
// Which listings have the words of an FTS5 expression (server/public-offer/index-text.ts), and how well?
import { sql, type Kysely } from 'kysely'
import type { Tables } from '../schema.ts'

type Handle = Kysely<Tables>

/** Weights of title, summary, body, association, places, terms. */
const RELEVANCE = sql`bm25(listings_fts, 10, 4, 1, 3, 3, 4)`

/**
 * The numbers of the listings that have the words, in rising order. In one statement: with a range of numbers FTS5 still
 * goes through all that have them, so that several ranges take longer, and none of them less.
 */
export async function listMatches(db: Handle, match: string): Promise<number[]> {
  // One text instead of a row each: of fifty thousand rows most of the time would go into making objects.
  const { rows } = await sql<{ ids: string | null }>`select group_concat(rowid) as ids from listings_fts
    where listings_fts match ${match}`.execute(db)
  const ids = rows[0]?.ids
  return ids ? ids.split(',').map(Number) : []
}

/** The same words, looked for in titles only. */
export const inTitle = (match: string): string => `{title} : (${match})`

/** Whether one listing has the words. */
export async function isMatch(db: Handle, match: string, id: number): Promise<boolean> {
  // With `rowid =` SQLite 3.54 answers with the next that has them too, when this one has not.
  const { rows } = await sql<{ id: number }>`select rowid as id from listings_fts
    where listings_fts match ${match} and rowid >= ${id} order by rowid limit 1`.execute(db)
  return rows[0]?.id === id
}

/**
 * How well these listings have the words: the smaller the number, the better.
 * @param ids in rising order. One without the words is left out.
 */
export async function scoreMatches(db: Handle, match: string, ids: readonly number[]): Promise<[number, number][]> {
  if (ids.length === 0) return []
  // The plus keeps FTS5 from being asked once for each number, which takes two milliseconds every time.
  const { rows } = await sql<{ id: number; score: number }>`select rowid as id, ${RELEVANCE} as score
    from listings_fts where listings_fts match ${match} and rowid between ${ids[0]} and ${ids.at(-1)}
      and +rowid in (select value from json_each(${JSON.stringify(ids)}))`.execute(db)
  return rows.map(({ id, score }) => [id, score])
}
