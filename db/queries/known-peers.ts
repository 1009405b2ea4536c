// SPDX-License-Identifier: AGPL-3.0-or-later
// Orders, counts and searches all known sites in SQL, because there may be very many.
import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { Row, Tables } from '../schema.ts'
import { unlistHostsOf } from './fed-hosts.ts'

type Handle = Kysely<Tables>

/** Those that need attention first. */
export const BY_URGENCY = ['refused', 'silent', 'away', 'waiting', 'paused', 'fine', 'left_out', 'blocked'] as const
export type KnownState = (typeof BY_URGENCY)[number]

/** A name and all names under it; with a `port`, as `:8443`, on that one only. */
export type Domain = { key: string; port: string }

/** What decides the state of a site, beside its rows. */
export type Sight = {
  blocked: Domain[]
  /** The hosts in contact with us when only members are; null when every host is. */
  allowed: string[] | null
  /** Hosts that sent something that was parked. */
  parked: string[]
}

/** All conditions that are given must hold. */
export type KnownFilter = {
  state?: KnownState | undefined
  under?: Domain
  hosts?: string[]
  /** Those with deliveries that wait or were given up. */
  isQueued?: true
  /** `words` from `plain`. `called`: hosts of partners with such a name; `partners`: hosts of all partners. */
  search?: { words: string; called: string[]; partners: string[] }
}

const listed = (values: readonly unknown[]) => JSON.stringify(values)

/** Hosts under one of the names, as `domainContains` (server/peers/rules.ts) has it; '/' follows '.' in ASCII. */
const under = (domains: readonly Domain[]) => sql`
  select h.host from (
    select value ->> 'key' as name, value ->> 'port' as port from json_each(${listed(domains)})) d
  cross join fed_hosts h on h.domain_key >= d.name and h.domain_key < d.name || '/'
  where (h.domain_key = d.name or substr(h.domain_key, length(d.name) + 1, 1) = '.')
    and (d.port = '' or substr(h.host, -length(d.port)) = d.port)`

const rankOf = (state: KnownState) => sql.lit(BY_URGENCY.indexOf(state))

/** `known (host, rank, is_parked)`: a rank is an index in BY_URGENCY. */
const known = ({ blocked, allowed, parked }: Sight) => sql`
  queue (host, failed) as materialized (
    select host, sum(state = 'failed') from fed_deliveries group by host),
  trouble (host, state, paused_at) as materialized (
    select host, state, paused_at from fed_peers
    where state <> 'ok' or paused_at is not null),
  blocked (host) as materialized (${under(blocked)}),
  known (host, rank, is_parked) as (
    select h.host,
      case
        when h.host in (select host from blocked) then ${rankOf('blocked')}
        when ${sql.lit(allowed !== null)} and h.host not in (select value from json_each(${listed(allowed ?? [])}))
          then ${rankOf('left_out')}
        when t.paused_at is not null then ${rankOf('paused')}
        when t.state = 'dead' then ${rankOf('away')}
        when t.state = 'failing' then ${rankOf('silent')}
        when q.failed > 0 then ${rankOf('refused')}
        when q.host is not null then ${rankOf('waiting')}
        else ${rankOf('fine')}
      end,
      h.host in (select value from json_each(${listed(parked)}))
    from fed_hosts h left join trouble t on t.host = h.host left join queue q on q.host = h.host)`

/** A site has the name of its account when it has only one. */
const called = (words: string) => sql`
  select host from fed_actors where gone_at is null
  group by host having count(*) = 1 and instr(max(search_key), ${words}) > 0`

function holds({ state, under: domain, hosts, isQueued, search }: KnownFilter): RawBuilder<unknown> {
  const conditions = [
    ...(state === undefined ? [] : [sql`rank = ${rankOf(state)}`]),
    ...(domain === undefined ? [] : [sql`host in (${under([domain])})`]),
    ...(hosts === undefined ? [] : [sql`host in (select value from json_each(${listed(hosts)}))`]),
    ...(isQueued === undefined ? [] : [sql`host in (select host from queue)`]),
    ...(search === undefined
      ? []
      : [
          sql`(instr(host, ${search.words}) > 0
            or host in (select value from json_each(${listed(search.called)}))
            or (host in (${called(search.words)})
              and host not in (select value from json_each(${listed(search.partners)}))))`,
        ]),
  ]
  return conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `)
}

/** A state without any is left out. */
export async function countKnown(db: Handle, sight: Sight, filter: KnownFilter): Promise<Map<KnownState, number>> {
  const found = await sql<{ rank: number; count: number }>`
    with ${known(sight)} select rank, count(*) as count from known where ${holds(filter)} group by rank`.execute(db)
  return new Map(found.rows.map(({ rank, count }) => [BY_URGENCY[rank]!, count]))
}

export type KnownHost = { host: string; state: KnownState }

/** Hosts with something parked first, then by urgency, then by host. */
export async function listKnownHosts(
  db: Handle,
  sight: Sight,
  filter: KnownFilter,
  range: { limit: number; offset: number } = { limit: -1, offset: 0 },
): Promise<KnownHost[]> {
  const found = await sql<{ host: string; rank: number }>`
    with ${known(sight)} select host, rank from known where ${holds(filter)}
    order by case when is_parked then -1 else rank end, host
    limit ${range.limit} offset ${range.offset}`.execute(db)
  return found.rows.map(({ host, rank }) => ({ host, state: BY_URGENCY[rank]! }))
}

export async function countFollowersOf(db: Handle, ourUri: string, sight: Sight, filter: KnownFilter): Promise<number> {
  const found = await sql<{ count: number }>`
    with ${known(sight)} select count(*) as count
    from (select host from known where ${holds(filter)}) k
      cross join fed_actors a on a.host = k.host
      cross join fed_follows f on f.follower = a.uri and f.followed = ${ourUri} and f.state = 'accepted'`.execute(db)
  return found.rows[0]!.count
}

export async function countDeliveriesOf(db: Handle, sight: Sight, filter: KnownFilter): Promise<number> {
  const found = await sql<{ count: number }>`
    with ${known(sight)} select count(*) as count from fed_deliveries
    where host in (select host from known where ${holds(filter)})`.execute(db)
  return found.rows[0]!.count
}

export async function deleteDeliveriesOf(tx: Handle, sight: Sight, filter: KnownFilter): Promise<void> {
  // Read first, because what waits for a host is part of its state.
  const found = await sql<{ host: string }>`
    with ${known(sight)} select host from known where ${holds(filter)} and host in (select host from queue)`.execute(tx)
  const hosts = listed(found.rows.map(({ host }) => host))
  await sql`delete from fed_deliveries where host in (select value from json_each(${hosts}))`.execute(tx)
  await unlistHostsOf(tx, found.rows)
}

/** Follows between us and sites under that name which have not ended; at most so many. */
export async function listFollowsUnder(
  db: Handle,
  ourUri: string,
  domain: Domain,
  most: number,
): Promise<Row<'fed_follows'>[]> {
  const found = await sql<Row<'fed_follows'>>`
    with hosts (host) as materialized (${under([domain])})
    select f.* from hosts h cross join fed_actors a on a.host = h.host
      cross join fed_follows f on f.follower = a.uri and f.followed = ${ourUri} and f.state in ('asked', 'accepted')
    union all
    select f.* from hosts h cross join fed_actors a on a.host = h.host
      cross join fed_follows f on f.follower = ${ourUri} and f.followed = a.uri and f.state in ('asked', 'accepted')
    limit ${most}`.execute(db)
  return found.rows
}
