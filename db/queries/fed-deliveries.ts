// SPDX-License-Identifier: AGPL-3.0-or-later
// The queue out: one row per activity and inbox, deleted when it has arrived.
import { sql, type Kysely } from 'kysely'
import type { NewRow, Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
export type DeliveryRow = Row<'fed_deliveries'>
export type Claimed = DeliveryRow & { body: string }

/** More than this for one host is refused: a host that never answers may not fill the disk. */
const MOST_PER_HOST = 10_000

export async function insertDeliveries(tx: Handle, rows: NewRow<'fed_deliveries'>[]): Promise<void> {
  // SQLite takes at most 32 766 values in one statement.
  for (let from = 0; from < rows.length; from += 500) {
    await tx
      .insertInto('fed_deliveries')
      .values(rows.slice(from, from + 500))
      .onConflict((conflict) => conflict.columns(['activity_id', 'inbox']).doNothing())
      .execute()
  }
}

/** Hosts that have no room left, among those given. */
export async function listFullHosts(db: Handle, hosts: string[]): Promise<string[]> {
  if (hosts.length === 0) return []
  const rows = await db
    .selectFrom('fed_deliveries')
    .select('host')
    .where('host', 'in', hosts)
    .groupBy('host')
    .having(({ fn }) => fn.countAll(), '>=', MOST_PER_HOST)
    .execute()
  return rows.map((row) => row.host)
}

/**
 * Takes what is due, each with a lease: at most `perHost` of a host less those under way, one of a host that is being
 * probed, none of a host that rests, and never one whose elder of the same inbox and order key is still waiting.
 */
export async function claimDeliveries(
  tx: Handle,
  take: { now: string; leaseUntil: string; most: number; perHost: number; underWay: ReadonlyMap<string, number> },
): Promise<Claimed[]> {
  const due = await sql<{ id: number; host: string; rank: number; peer: string | null }>`
    select d.id, d.host, p.state as peer, row_number() over (partition by d.host order by d.id) as rank
    from fed_deliveries d left join fed_peers p on p.host = d.host
    where (d.state = 'waiting' and d.not_before <= ${take.now} or d.state = 'sending' and d.lease_until <= ${take.now})
      and (p.host is null or p.paused_at is null and p.state <> 'blocked' and (p.next_probe_at is null or p.next_probe_at <= ${take.now}))
      and not exists (
        select 1 from fed_deliveries e
        where e.inbox = d.inbox and e.order_key = d.order_key and e.id < d.id and e.state in ('waiting', 'sending'))
    order by rank, d.id limit ${take.most * 4}`.execute(tx)
  const fits = due.rows.filter(({ host, rank, peer }) => {
    const room = peer === 'failing' || peer === 'dead' ? 1 : take.perHost
    return rank <= room - (take.underWay.get(host) ?? 0)
  })
  const ids = fits.slice(0, take.most).map((row) => row.id)
  if (ids.length === 0) return []
  await tx
    .updateTable('fed_deliveries')
    .set({ state: 'sending', lease_until: take.leaseUntil })
    .where('id', 'in', ids)
    .execute()
  return tx
    .selectFrom('fed_deliveries as d')
    .innerJoin('fed_activities as a', 'a.id', 'd.activity_id')
    .selectAll('d')
    .select('a.body')
    .where('d.id', 'in', ids)
    .orderBy('d.id')
    .execute()
}

/** At start nothing is under way: what a process that died had taken is free again. */
export async function releaseLeases(tx: Handle): Promise<void> {
  await tx
    .updateTable('fed_deliveries')
    .set({ state: 'waiting', lease_until: null })
    .where('state', '=', 'sending')
    .execute()
}

export async function deleteDelivery(tx: Handle, id: number): Promise<void> {
  await tx.deleteFrom('fed_deliveries').where('id', '=', id).execute()
}

export async function settleDelivery(
  tx: Handle,
  id: number,
  outcome: { state: 'waiting' | 'failed'; attempts: number; not_before: string; last_error: string },
): Promise<void> {
  await tx
    .updateTable('fed_deliveries')
    .set({ ...outcome, lease_until: null })
    .where('id', '=', id)
    .execute()
}

/** Everything that waits for a host is due now: it has given a sign of life. */
export async function releaseHost(tx: Handle, host: string, now: string): Promise<void> {
  await tx
    .updateTable('fed_deliveries')
    .set({ not_before: now })
    .where('host', '=', host)
    .where('state', '=', 'waiting')
    .where('not_before', '>', now)
    .execute()
}

/** Ends everything that still waits for an inbox that is gone. */
export async function failInbox(tx: Handle, inbox: string, error: string): Promise<void> {
  await tx
    .updateTable('fed_deliveries')
    .set({ state: 'failed', lease_until: null, last_error: error })
    .where('inbox', '=', inbox)
    .where('state', '<>', 'failed')
    .execute()
}

/** True when something waits for the host, due or not. */
export async function isWaitedFor(db: Handle, host: string): Promise<boolean> {
  const row = await db
    .selectFrom('fed_deliveries')
    .select('id')
    .where('host', '=', host)
    .where('state', '=', 'waiting')
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** When the next delivery becomes due, as far as the rows themselves say. */
export async function nextDue(db: Handle): Promise<string | undefined> {
  const row = await db
    .selectFrom('fed_deliveries')
    .select(({ fn }) => fn.min('not_before').as('at'))
    .where('state', '=', 'waiting')
    .executeTakeFirst()
  return row?.at ?? undefined
}
