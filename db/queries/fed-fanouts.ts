// SPDX-License-Identifier: AGPL-3.0-or-later
// Activities whose deliveries are not all written yet. Until the last one is, none of them is sent.
import { sql, type Kysely } from 'kysely'
import type { Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
type FanOutRow = Row<'fed_fanouts'>
/**
 * To whom an activity still goes: `inboxes` by name, and the followers of `followed` (null for none) whose Follow comes
 * behind `after` by its id.
 */
export type FanOut = Pick<FanOutRow, 'activity_id' | 'order_key' | 'followed' | 'after'> & { inboxes: string[] }

type Begun = FanOut & Pick<FanOutRow, 'seq' | 'attempts' | 'not_before'>

/** Of those that are not parked, the one that was begun first; undefined when there is none. */
export async function findFanOut(db: Handle): Promise<Begun | undefined> {
  const row = await db
    .selectFrom('fed_fanouts')
    .selectAll()
    .where('parked_at', 'is', null)
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst()
  return row && { ...row, inboxes: JSON.parse(row.inboxes) as string[] }
}

export async function saveFanOutFailure(
  tx: Handle,
  seq: number,
  failure: Pick<FanOutRow, 'attempts' | 'not_before' | 'parked_at'>,
): Promise<void> {
  await tx.updateTable('fed_fanouts').set(failure).where('seq', '=', seq).execute()
}

/** Those that are parked are tried again. */
export async function retryFanOuts(db: Handle): Promise<void> {
  await db
    .updateTable('fed_fanouts')
    .set({ attempts: 0, not_before: null, parked_at: null })
    .where('parked_at', 'is not', null)
    .execute()
}

export async function insertFanOut(tx: Handle, { inboxes, ...rest }: FanOut): Promise<void> {
  await tx
    .insertInto('fed_fanouts')
    .values({ ...rest, inboxes: JSON.stringify(inboxes) })
    .execute()
}

export async function updateFanOut(tx: Handle, seq: number, { inboxes, followed, after }: FanOut): Promise<void> {
  await tx
    .updateTable('fed_fanouts')
    .set({ inboxes: JSON.stringify(inboxes), followed, after })
    .where('seq', '=', seq)
    .execute()
}

export async function deleteFanOut(tx: Handle, seq: number): Promise<void> {
  await tx.deleteFrom('fed_fanouts').where('seq', '=', seq).execute()
}

/** Followers behind `after`, in the order of their Follows' ids: `at` is that id, `inbox` may be shared by several. */
export async function listFollowerInboxes(
  db: Handle,
  { followed, after, most }: { followed: string; after: string; most: number },
): Promise<{ at: string; inbox: string }[]> {
  const found = await sql<{ at: string; inbox: string }>`
    select f.activity_id as at, coalesce(a.shared_inbox, a.inbox) as inbox
    from fed_follows f indexed by fed_follows_followed join fed_actors a on a.uri = f.follower
    where f.followed = ${followed} and f.state = 'accepted' and f.activity_id > ${after} and a.gone_at is null
    order by f.activity_id limit ${most}`.execute(db)
  return found.rows
}
