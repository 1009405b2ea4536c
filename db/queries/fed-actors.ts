// SPDX-License-Identifier: AGPL-3.0-or-later
import { sql, type Kysely } from 'kysely'
import { chunksOf, inList } from '../in-list.ts'
import { plain } from '../plain.ts'
import type { NewRow, Row, Tables } from '../schema.ts'
import { listHostsOf, unlistHostsOf } from './fed-hosts.ts'

type Handle = Kysely<Tables>
export type ActorRow = Row<'fed_actors'>
export type PeerRow = Row<'fed_peers'>

export async function findKey(db: Handle, actorUri: string): Promise<Row<'fed_keys'> | undefined> {
  return db.selectFrom('fed_keys').selectAll().where('actor_uri', '=', actorUri).executeTakeFirst()
}

/** Keeps the first key: a second process that made one too reads it back. */
export async function insertKey(db: Handle, row: NewRow<'fed_keys'>): Promise<void> {
  await db
    .insertInto('fed_keys')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export async function findActor(db: Handle, uri: string): Promise<ActorRow | undefined> {
  return db.selectFrom('fed_actors').selectAll().where('uri', '=', uri).executeTakeFirst()
}

export type KnownCentre = Pick<ActorRow, 'uri' | 'name' | 'url'> & { territory: string[] }

/** Centres that are known here and that we have nothing to do with yet, by name. */
export async function listOtherCentres(db: Handle): Promise<KnownCentre[]> {
  const { rows } = await sql<Omit<KnownCentre, 'territory'> & { territory: string }>`
    select a.uri, a.name, a.url, a.territory from fed_actors a indexed by fed_actors_centres
    where a.role in ('centre', 'both') and a.gone_at is null and a.territory <> '[]' and not exists (
      select 1 from affiliations f where f.partner_uri = a.uri and f.state in ('asking', 'requested', 'active'))
    order by a.search_key, a.uri`.execute(db)
  return rows.map((row) => ({ ...row, territory: JSON.parse(row.territory) as string[] }))
}

export async function listActors(db: Handle, uris: string[]): Promise<ActorRow[]> {
  return db.selectFrom('fed_actors').selectAll().where('uri', 'in', inList(uris)).execute()
}

/**
 * Actors of a host with a follow or a live relation with us; `inbox`: only those that read there. The query starts from
 * our side, because a host may have a hundred thousand actors, of whom few have to do with us.
 */
export async function listBoundActors(db: Handle, ourUri: string, host: string, inbox?: string): Promise<string[]> {
  const reads = inbox === undefined ? sql`true` : sql`(a.inbox = ${inbox} or a.shared_inbox = ${inbox})`
  const found = await sql<{ uri: string }>`
    with bound as (
      select follower as uri from fed_follows where followed = ${ourUri} and state in ('asked', 'accepted')
      union select followed from fed_follows where follower = ${ourUri} and state in ('asked', 'accepted')
      union select partner_uri from affiliations where state in ('asking', 'requested', 'active'))
    select a.uri from bound cross join fed_actors a on a.uri = bound.uri where a.host = ${host} and ${reads}`.execute(
    db,
  )
  return found.rows.map((row) => row.uri)
}

export type ActorKey = { id: string; pem: string }
/** What decides whether a signature is valid; without the document, which may be long. */
export type Holder = Pick<ActorRow, 'uri' | 'key_fetched_at' | 'key_missed_at' | 'gone_at'> & { keys: ActorKey[] }

type HolderRow = Omit<Holder, 'keys'> & Pick<ActorRow, 'key_id' | 'key_pem'> & { further: string }
const HOLDER = sql`
  select a.uri, a.key_id, a.key_pem, a.key_fetched_at, a.key_missed_at, a.gone_at, (
    select json_group_array(json_object('id', f.key_id, 'pem', f.key_pem)) from fed_further_keys f
    where f.actor_uri = a.uri) as further`

function toHolder({ key_id: id, key_pem: pem, further, ...rest }: HolderRow): Holder {
  return { ...rest, keys: [...(id && pem ? [{ id, pem }] : []), ...(JSON.parse(further) as ActorKey[])] }
}

export async function findHolder(db: Handle, uri: string): Promise<Holder | undefined> {
  const found = await sql<HolderRow>`${HOLDER} from fed_actors a where a.uri = ${uri}`.execute(db)
  return found.rows.map(toHolder)[0]
}

/** Found by the key, because a host may have a hundred thousand actors. */
export async function findHolderOfKey(db: Handle, keyId: string, host: string): Promise<Holder | undefined> {
  const found = await sql<HolderRow>`${HOLDER}
    from (
      select uri from fed_actors where key_id = ${keyId}
      union all select actor_uri from fed_further_keys where key_id = ${keyId}) k
    cross join fed_actors a on a.uri = k.uri where a.host = ${host} limit 1`.execute(db)
  return found.rows.map(toHolder)[0]
}

/** @param further keys beside the one in the row; they replace those kept before. */
export async function saveActor(tx: Handle, row: NewRow<'fed_actors'>, further: ActorKey[]): Promise<void> {
  const { uri, ...given } = row
  const rest = { ...given, search_key: plain(row.name ?? '') }
  await tx
    .insertInto('fed_actors')
    .values({ uri, ...rest })
    .onConflict((conflict) => conflict.column('uri').doUpdateSet({ ...rest, gone_at: null }))
    .execute()
  await listHostsOf(tx, [row])
  await deleteFurtherKeys(tx, uri)
  for (const some of chunksOf(further)) {
    await tx
      .insertInto('fed_further_keys')
      .values(some.map(({ id, pem }) => ({ actor_uri: uri, key_id: id, key_pem: pem })))
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
}

async function deleteFurtherKeys(db: Handle, uri: string): Promise<void> {
  await db.deleteFrom('fed_further_keys').where('actor_uri', '=', uri).execute()
}

/** Call when a signature of this actor was not valid and its document was fetched again. */
export async function markKeyMissed(db: Handle, uri: string, at: string): Promise<void> {
  await db.updateTable('fed_actors').set({ key_missed_at: at }).where('uri', '=', uri).execute()
}

export async function markActorGone(db: Handle, uri: string, at: string): Promise<void> {
  await db.updateTable('fed_actors').set({ gone_at: at, key_id: null, key_pem: null }).where('uri', '=', uri).execute()
  await deleteFurtherKeys(db, uri)
}

/**
 * Deletes actors not fetched since the instant that have no follow, relation or offer with us; one that writes again is
 * fetched again. @returns how many, at most `most`.
 */
export async function deleteActorsBefore(tx: Handle, instant: string, most: number): Promise<number> {
  const gone = await sql<{ host: string }>`
    delete from fed_actors where uri in (
      select a.uri from fed_actors a
      where a.fetched_at < ${instant}
        and not exists (select 1 from fed_follows f where f.follower = a.uri)
        and not exists (select 1 from fed_follows f where f.followed = a.uri)
        and not exists (select 1 from affiliations p where p.partner_uri = a.uri)
        and not exists (select 1 from offer_announces o where o.announcer_uri = a.uri)
        and not exists (select 1 from moderation_items m where m.association_uri = a.uri)
      order by a.fetched_at limit ${most}) returning host`.execute(tx)
  await unlistHostsOf(tx, gone.rows)
  return gone.rows.length
}

export async function findPeer(db: Handle, host: string): Promise<PeerRow | undefined> {
  return db.selectFrom('fed_peers').selectAll().where('host', '=', host).executeTakeFirst()
}

/** Those that did not answer our last delivery. */
export async function listAwayHosts(db: Handle, hosts: string[]): Promise<string[]> {
  const found = await sql<{ host: string }>`
    select p.host from json_each(${JSON.stringify(hosts)}) h join fed_peers p on p.host = h.value
    where p.state in ('failing', 'dead')`.execute(db)
  return found.rows.map((row) => row.host)
}

/**
 * Deletes servers that neither sent nor answered since the instant, have no known actor, and for which nothing waits.
 * What people decided about one (blocked, paused, kept in the list, a note) stays. Call after `deleteActorsBefore`.
 * @returns how many, at most `most`.
 */
export async function deletePeersBefore(tx: Handle, instant: string, most: number): Promise<number> {
  const gone = await sql<{ host: string }>`
    delete from fed_peers where host in (
      select p.host from fed_peers p
      where coalesce(p.last_seen_at, '') < ${instant}
        and max(coalesce(p.last_delivered_at, ''), coalesce(p.first_failed_at, ''), coalesce(p.next_probe_at, ''))
          < ${instant}
        and p.state <> 'blocked' and p.paused_at is null and p.allowed_at is null and p.note = ''
        and not exists (select 1 from fed_actors a where a.host = p.host)
        and not exists (select 1 from fed_deliveries d where d.host = p.host)
      order by coalesce(p.last_seen_at, '') limit ${most}) returning host`.execute(tx)
  await unlistHostsOf(tx, gone.rows)
  return gone.rows.length
}

export async function savePeer(tx: Handle, host: string, changes: Omit<NewRow<'fed_peers'>, 'host'>): Promise<void> {
  await tx
    .insertInto('fed_peers')
    .values({ host, ...changes })
    .onConflict((conflict) => conflict.column('host').doUpdateSet(changes))
    .execute()
  await listHostsOf(tx, [{ host }])
}
