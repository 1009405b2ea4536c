// SPDX-License-Identifier: AGPL-3.0-or-later
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
