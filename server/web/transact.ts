// SPDX-License-Identifier: AGPL-3.0-or-later
import { setImmediate } from 'node:timers/promises'
import type { Kysely, Transaction } from 'kysely'
import { inTransaction } from '../../db/open.ts'
import type { Tables } from '../../db/schema.ts'
import type { Deps } from '../deps.ts'

export type Tx = Transaction<Tables>
export type Handle = Kysely<Tables>

/**
 * Runs `work` in one IMMEDIATE transaction, then wakes the queues. Only SQL and pure code belong inside: no network, no
 * mail, no password hashing, and no use of `deps.db` (it throws).
 * @param options.wakes false when nothing was written that a queue has to read.
 */
export async function transact<T>(
  deps: Pick<Deps, 'db' | 'commits'>,
  work: (tx: Tx) => Promise<T>,
  { wakes = true }: { wakes?: boolean } = {},
): Promise<T> {
  const result = await inTransaction(deps.db, work)
  if (wakes) deps.commits.notify()
  return result
}

/** Rows in one transaction, so that neither requests nor other transactions wait long. */
export const ROWS_AT_ONCE = 200

/** Offers in one transaction, where each is written, listed and told of: a few milliseconds each. */
export const OFFERS_AT_ONCE = 5

/**
 * Does a long piece of work in parts, each in a transaction of its own; requests are served between two of them.
 * @param some does a part of at most `most` rows. @returns how many; 0 when nothing is left.
 */
export async function transactInParts(
  deps: Pick<Deps, 'db' | 'commits'>,
  some: (tx: Tx, most: number) => Promise<number>,
): Promise<void> {
  while ((await transact(deps, (tx) => some(tx, ROWS_AT_ONCE), { wakes: false })) > 0) await setImmediate()
}
