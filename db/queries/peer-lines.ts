// SPDX-License-Identifier: AGPL-3.0-or-later
// What is known of the sites of one page, or of one batch.
import { sql, type Kysely } from 'kysely'
import type { Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>

const listed = (values: readonly string[]) => JSON.stringify(values)

/** `name`: of its account, when it has only one. Instants are ISO. */
export type PeerLine = Omit<Row<'fed_peers'>, 'next_probe_at' | 'state'> & {
  name: string
  waiting: number
  failed: number
  /** When the oldest waiting or failed delivery was created. */
  oldest: string | null
  /** The error of the newest failed delivery. */
  refusal: string | null
}

/** In the order of `hosts`, also for unknown ones. */
export async function listPeerLines(db: Handle, hosts: string[]): Promise<PeerLine[]> {
  const found = await sql<PeerLine>`
    with asked (at, host) as materialized (select key, value from json_each(${listed(hosts)})),
    queue as materialized (
      select d.host, count(*) filter (where d.state <> 'failed') as waiting,
        count(*) filter (where d.state = 'failed') as failed, min(d.id) as eldest
      from asked cross join fed_deliveries d on d.host = asked.host group by d.host)
    select asked.host, coalesce(p.failures, 0) as failures, p.first_failed_at,
      p.last_error, p.last_seen_at, p.last_delivered_at, p.paused_at, p.blocked_at, p.allowed_at,
      coalesce(p.note, '') as note, coalesce((
        select case when count(*) = 1 then max(a.name) end from fed_actors a
        where a.host = asked.host and a.gone_at is null), '') as name,
      coalesce(queue.waiting, 0) as waiting, coalesce(queue.failed, 0) as failed,
      (select created_at from fed_deliveries where id = queue.eldest) as oldest,
      case when queue.failed > 0 then (
        select last_error from fed_deliveries d where d.host = asked.host and d.state = 'failed' order by d.id desc limit 1
      ) end as refusal
    from asked left join fed_peers p on p.host = asked.host left join queue on queue.host = asked.host
    order by asked.at`.execute(db)
  return found.rows
}

export type FollowerLine = { host: string; count: number; since: string }

export async function listFollowersOf(db: Handle, ourUri: string, hosts: string[]): Promise<FollowerLine[]> {
  const found = await sql<FollowerLine>`
    select a.host, count(*) as count, min(f.at) as since
    from json_each(${listed(hosts)}) asked
      cross join fed_actors a on a.host = asked.value
      cross join fed_follows f on f.follower = a.uri and f.followed = ${ourUri} and f.state = 'accepted'
    group by a.host`.execute(db)
  return found.rows
}
