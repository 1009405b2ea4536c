// SPDX-License-Identifier: AGPL-3.0-or-later
// Long lists on pages and in files: a page begins behind a row, and its address names that row by its id.
import { setImmediate } from 'node:timers/promises'
import type { Request, Response } from 'express'
import { limits } from '../../config/limits.ts'
import type { KeyedList, Range } from '../../db/keyset.ts'
import type { Translator } from '../text/i18n.ts'
import type { MessageKey } from '../text/message-keys.ts'
import { streamCsv, type Cell, type Column } from './csv.ts'
import { query } from './handler.ts'
import { RowNumbers } from './row-numbers.ts'

/** What an address asks for: the page behind a row, or the one before it; the first one when neither is given. */
export type Place = { after?: string; before?: string }
/** `previous` and `next` are null where the list begins and ends. */
export type RowsPage<T> = { rows: T[]; place: Place; previous: Place | null; next: Place | null }

/** Addresses of before had a number, `page`: they lead to the first page. */
export function placeAsked(req: Request): Place {
  const [after, before] = [query(req, 'after'), query(req, 'before')]
  return after ? { after } : before ? { before } : {}
}

/** The page of `length` rows. A row that is not there leads to the first page, and so does one before which few stand. */
export async function readPage<T extends { id: string }>(
  list: KeyedList<T>,
  asked: Place,
  length: number,
): Promise<RowsPage<T>> {
  const id = asked.after ?? asked.before
  const position = id === undefined ? undefined : await list.find(id)
  const edge: Omit<Range, 'limit'> = !position ? {} : asked.after ? { after: position } : { before: position }
  const placed = await list.place({ ...edge, limit: length + 1 })
  const isShort = placed.length <= length
  if (position && (placed.length === 0 || (edge.before && isShort))) return readPage(list, {}, length)
  const shown = isShort ? placed : edge.before ? placed.slice(1) : placed.slice(0, length)
  const rows = await list.read(shown.map(({ number }) => number))
  const [first, last] = [rows[0]?.id, rows.at(-1)?.id]
  return {
    rows,
    place: position ? asked : {},
    previous: position && first ? { before: first } : null,
    next: last && (edge.before || !isShort) ? { after: last } : null,
  }
}

/** What the partial `pager` shows. */
export function pagerByRow({ previous, next }: RowsPage<unknown>, href: (place: Place) => string) {
  return { previous: previous && href(previous), next: next && href(next) }
}

type Counted = MessageKey extends infer K ? (K extends `${infer B}.many` ? B : never) : never

/** « 12 personnes », or « plus de 10 000 personnes » for a count that stopped at one more than that. */
export function countInWords(t: Translator, base: Counted, count: number): string {
  if (count > limits.mostCounted) return t(`${base}.many`, { count: limits.mostCounted })
  return t.n(base as Parameters<Translator['n']>[0], count)
}

/** Rows found at a time, of which only the numbers are kept. */
const FOUND_AT_ONCE = 1000
/**
 * Rows read and written between two turns of the loop. With more they outlive a collection of V8's young heap (4 MB),
 * and 100 MB of old heap grow during an export.
 */
const WRITTEN_AT_ONCE = 100

type File<T> = { name: string; columns: readonly Column[]; cells: (row: T) => readonly Cell[] }

/**
 * Sends a whole list as a file. First all numbers of its rows, so that nothing is left out that moves meanwhile; then the
 * rows, as fast as they are taken.
 * @param record is told how many rows there are, before the first one leaves.
 */
export async function sendRows<T>(
  res: Response,
  list: KeyedList<T>,
  { name, columns, cells }: File<T>,
  record: (rows: number) => Promise<void> = async () => {},
): Promise<void> {
  const numbers = new RowNumbers()
  try {
    await findNumbers(list, numbers, () => res.destroyed)
    await record(numbers.length)
    await streamCsv(res, { name, columns }, batches(list, numbers, cells))
  } finally {
    numbers.free()
  }
}

async function* batches<T>(list: KeyedList<T>, numbers: RowNumbers, cells: File<T>['cells']) {
  for (let from = 0; from < numbers.length; from += WRITTEN_AT_ONCE) {
    yield (await list.read(numbers.slice(from, from + WRITTEN_AT_ONCE))).map(cells)
  }
}

async function findNumbers<T>(list: KeyedList<T>, numbers: RowNumbers, isGone: () => boolean): Promise<void> {
  let placed = await list.place({ limit: FOUND_AT_ONCE })
  for (
    ;
    placed.length > 0 && !isGone();
    placed = await list.place({ limit: FOUND_AT_ONCE, after: placed.at(-1)!.position })
  ) {
    for (const { number } of placed) numbers.add(number)
    if (placed.length < FOUND_AT_ONCE) break
    await setImmediate()
  }
}
