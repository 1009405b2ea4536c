// SPDX-License-Identifier: AGPL-3.0-or-later
// One row per activity and inbox, deleted when it has arrived. `ends_at` is when a waiting row is given up, and when a
// failed one is deleted.
import { sql, type Kysely, type RawBuilder } from 'kysely'
import { chunksOf, inList } from '../in-list.ts'
import type { NewRow, Row, Tables } from '../schema.ts'
import { listHostsOf, unlistHostsOf } from './fed-hosts.ts'
import { IS_PARTNER } from './fed-relations.ts'

type Handle = Kysely<Tables>
export type DeliveryRow = Row<'fed_deliveries'>

export async function insertDeliveries(tx: Handle, rows: NewRow<'fed_deliveries'>[]): Promise<void> {
  for (const some of chunksOf(rows)) {
    await tx
      .insertInto('fed_deliveries')
      .values(some)
      .onConflict((conflict) => conflict.columns(['activity_id', 'inbox']).doNothing())
      .execute()
  }
  await listHostsOf(tx, rows)
}

/** In any state; hosts without rows are left out. */
export async function countPerHost(db: Handle, hosts: string[]): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('fed_deliveries')
    .select(['host', ({ fn }) => fn.countAll<number>().as('count')])
    .where('host', 'in', inList(hosts))
    .groupBy('host')
    .execute()
  return new Map(rows.map(({ host, count }) => [host, count]))
}

/** A site's answers to one kind of activity: how many of it were refused in a row, and when the last one was. */
export type Refused = { count: number; at: string }

/** Those of the hosts that have refused this kind so often, the last time after `since`. */
export async function listRefusing(
  db: Handle,
  hosts: readonly string[],
  { kind, most, since }: { kind: string; most: number; since: string },
): Promise<Set<string>> {
  const found = await sql<{ host: string }>`
    select p.host from json_each(${JSON.stringify(hosts)}) h cross join fed_peers p on p.host = h.value
    where p.refused <> '{}' and exists (
      select 1 from json_each(p.refused) r
      where r.key = ${kind} and r.value ->> 'count' >= ${most} and r.value ->> 'at' > ${since})`.execute(db)
  return new Set(found.rows.map(({ host }) => host))
}

/** The kinds that this host has refused so often, the last time after `since`. */
export async function listRefusedKinds(
  db: Handle,
  host: string,
  { most, since }: { most: number; since: string },
): Promise<string[]> {
  const found = await sql<{ kind: string }>`
    select r.key as kind from fed_peers p, json_each(p.refused) r
    where p.host = ${host} and r.value ->> 'count' >= ${most} and r.value ->> 'at' > ${since}
    order by r.key`.execute(db)
  return found.rows.map(({ kind }) => kind)
}

/** Given up for good; the operator reads one line in their place. */
export async function deleteFailedOfKind(tx: Handle, host: string, kind: string): Promise<void> {
  const [type = '', object = ''] = kind.split(' ')
  const gone = await sql<{ host: string }>`
    delete from fed_deliveries where id in (
      select d.id from fed_deliveries d join fed_activities a on a.id = d.activity_id
      where d.host = ${host} and d.state = 'failed' and a.type = ${type}
        and (${object} = '' or json_extract(a.body, '$.object.type') = ${object}))
    returning host`.execute(tx)
  await unlistHostsOf(tx, gone.rows)
}

/**
 * Hosts that rest because they did not answer, although something arrived there after `since`: what is new may be
 * asked at once, because what they do not answer may be one kind of activity only.
 */
export async function endRestOf(tx: Handle, hosts: readonly string[], now: string, since: string): Promise<void> {
  await sql`
    update fed_peers set next_probe_at = ${now}
    where host in (select value from json_each(${JSON.stringify(hosts)}))
      and state = 'failing' and last_error in ('timeout', 'unreachable ECONNRESET') and next_probe_at > ${now} and last_delivered_at > ${since}`.execute(
    tx,
  )
}

/** Nothing is known of the host, or it neither rests nor is paused or blocked. */
const isOpen = (now: string): RawBuilder<boolean> => sql`
  (p.host is null or p.paused_at is null and p.state <> 'blocked'
    and (p.next_probe_at is null or p.next_probe_at <= ${now}))`

/** Also those that are not due yet. */
export async function hasWaiting(db: Handle): Promise<boolean> {
  const { rows } = await sql`select 1 from fed_deliveries where state = 'waiting' limit 1`.execute(db)
  return rows.length > 0
}

export type Take = {
  now: string
  leaseUntil: string
  most: number
  /** How many more deliveries to this host may begin. */
  freeOf: (host: string) => number
  /** Hosts to which none may begin, so that they need not be looked at. */
  busy: readonly string[]
  perHost: number
  /** The query begins after this host, so that no host is left out. */
  after: string
  isForPartners: boolean
}

/**
 * Takes what is due, with a lease, host by host: few of one host, one of a host that is being probed, none of one that
 * rests, never a row while an older one of the same inbox and order key is on its way, and none of an activity
 * whose deliveries are not all written yet.
 */
export async function claimDeliveries(tx: Handle, take: Take): Promise<DeliveryRow[]> {
  const due = take.isForPartners
    ? await listDue(tx, take, PARTNERS)
    : await listDue(tx, take, hostsBetween(take.after, '\u{10ffff}'))
  if (!take.isForPartners && due.length < take.most && take.after !== '')
    due.push(...(await listDue(tx, take, hostsBetween('', take.after))))
  const taken = new Map<string, number>()
  const fits = due.filter(({ host, peer }) => {
    const count = (taken.get(host) ?? 0) + 1
    taken.set(host, count)
    return count <= (peer === 'failing' || peer === 'dead' ? Math.min(1, take.freeOf(host)) : take.freeOf(host))
  })
  const ids = fits.slice(0, take.most).map((row) => row.id)
  if (ids.length === 0) return []
  const rows = await tx
    .updateTable('fed_deliveries')
    .set({ state: 'sending', lease_until: take.leaseUntil })
    .where('id', 'in', inList(ids))
    .returningAll()
    .execute()
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}

/**
 * Goes from one host to the next by the index, whatever the number of rows. The states are literals, because partial
 * indexes are not used for a bound value; without table statistics SQLite would take an index that reads every row.
 */
const hostsBetween = (from: string, upTo: string): RawBuilder<unknown> => sql`
  with recursive hosts(host) as (
    select min(host) from fed_deliveries indexed by fed_deliveries_ready where state = 'waiting' and host > ${from}
    union all
    select (
      select min(n.host) from fed_deliveries n indexed by fed_deliveries_ready
      where n.state = 'waiting' and n.host > hosts.host)
    from hosts where hosts.host < ${upTo})
  select host from hosts where host <= ${upTo}`

const PARTNERS: RawBuilder<unknown> = sql`
  select distinct r.host from affiliations a join fed_actors r on r.uri = a.partner_uri
  where ${IS_PARTNER}`

/** Each once. */
export async function listPartnerHosts(db: Handle): Promise<string[]> {
  const found = await sql<{ host: string }>`${PARTNERS}`.execute(db)
  return found.rows.map(({ host }) => host)
}

// Without table statistics SQLite would take the index of all due rows, of every host, once for each host.
async function listDue(tx: Handle, take: Take, hosts: RawBuilder<unknown>) {
  const found = await sql<{ id: number; host: string; not_before: string; peer: string | null }>`
    select d.id, d.host, d.not_before, p.state as peer
    from (${hosts}) h left join fed_peers p on p.host = h.host cross join fed_deliveries d
    where ${isOpen(take.now)}
      and h.host not in (select value from json_each(${JSON.stringify(take.busy)}))
      and d.id in (
        select w.id from fed_deliveries w indexed by fed_deliveries_ready
        where w.state = 'waiting' and w.host = h.host and w.not_before <= ${take.now}
          and not exists (
            select 1 from fed_fanouts f where f.activity_id = w.activity_id and f.parked_at is null)
          and not exists (
            select 1 from fed_deliveries e
            where e.inbox = w.inbox and e.order_key = w.order_key and e.id < w.id and e.state in ('waiting', 'sending'))
        order by w.not_before, w.id limit ${take.perHost})
    limit ${take.most * take.perHost}`.execute(tx)
  // Of one host, what has waited longest comes first: one that does not answer is asked with another activity each time.
  const hostsInOrder = new Map([...new Set(found.rows.map(({ host }) => host))].map((host, at) => [host, at]))
  const placeOf = (row: { host: string }) => hostsInOrder.get(row.host) ?? 0
  return found.rows.toSorted(
    (a, b) =>
      placeOf(a) - placeOf(b) || (a.not_before < b.not_before ? -1 : a.not_before > b.not_before ? 1 : a.id - b.id),
  )
}

/** Rows that a process took and did not settle by the end of their lease are due again. */
export async function releaseLeases(tx: Handle, at: string): Promise<void> {
  await tx
    .updateTable('fed_deliveries')
    .set({ state: 'waiting', lease_until: null })
    .where('state', '=', 'sending')
    .where('lease_until', '<=', at)
    .execute()
}

/** Gives up what has waited to its end, and deletes what failed long ago. @returns how many were given up. */
export async function endDeliveries(tx: Handle, now: string, forgetAt: string): Promise<number> {
  const old = tx.deleteFrom('fed_deliveries').where('state', '=', 'failed').where('ends_at', '<=', now)
  await unlistHostsOf(tx, await old.returning('host').execute())
  const given = await tx
    .updateTable('fed_deliveries')
    .set({ state: 'failed', ends_at: forgetAt, last_error: sql`'too_late' || coalesce(' after ' || last_error, '')` })
    .where('state', '=', 'waiting')
    .where('ends_at', '<=', now)
    .executeTakeFirst()
  return Number(given.numUpdatedRows)
}

export async function deleteDeliveries(tx: Handle, ids: number[]): Promise<void> {
  if (ids.length === 0) return
  await unlistHostsOf(
    tx,
    await tx.deleteFrom('fed_deliveries').where('id', 'in', inList(ids)).returning('host').execute(),
  )
}

export async function settleDelivery(
  tx: Handle,
  id: number,
  outcome: { attempts: number; last_error: string } & (
    { state: 'waiting'; not_before: string } | { state: 'failed'; ends_at: string }
  ),
): Promise<void> {
  await tx
    .updateTable('fed_deliveries')
    .set({ ...outcome, lease_until: null })
    .where('id', '=', id)
    .execute()
}

/** Later rows of the same inbox and order key may not arrive before this one, so they wait as long. */
export async function holdYounger(tx: Handle, row: DeliveryRow, until: string): Promise<void> {
  await tx
    .updateTable('fed_deliveries')
    .set({ not_before: until })
    .where('inbox', '=', row.inbox)
    .where('order_key', '=', row.order_key)
    .where('id', '>', row.id)
    .where('state', '=', 'waiting')
    .where('not_before', '<', until)
    .execute()
}

/** Call when the host has answered or sent something: what waits for it is due now. */
export async function releaseHost(tx: Handle, host: string, now: string): Promise<void> {
  await tx
    .updateTable('fed_deliveries')
    .set({ not_before: now })
    .where('host', '=', host)
    .where('state', '=', sql.lit('waiting'))
    .where('not_before', '>', now)
    .execute()
}

export async function failInbox(tx: Handle, inbox: string, error: string, forgetAt: string): Promise<void> {
  await tx
    .updateTable('fed_deliveries')
    .set({ state: 'failed', lease_until: null, last_error: error, ends_at: forgetAt })
    .where('inbox', '=', inbox)
    .where('state', '<>', 'failed')
    .execute()
}

/** Due or not. */
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
