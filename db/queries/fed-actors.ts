// SPDX-License-Identifier: AGPL-3.0-or-later
// Our own key, the actors we know with theirs, and the servers they live on.
import type { Kysely } from 'kysely'
import type { NewRow, Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
export type ActorRow = Row<'fed_actors'>
export type PeerRow = Row<'fed_peers'>

export async function findKey(db: Handle, actorUri: string): Promise<Row<'fed_keys'> | undefined> {
  return db.selectFrom('fed_keys').selectAll().where('actor_uri', '=', actorUri).executeTakeFirst()
}

/** Keeps the first key written: a second process that made one too reads it back. */
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

export async function listActors(db: Handle, uris: string[]): Promise<ActorRow[]> {
  const found: ActorRow[] = []
  for (let from = 0; from < uris.length; from += 500) {
    const some = uris.slice(from, from + 500)
    found.push(...(await db.selectFrom('fed_actors').selectAll().where('uri', 'in', some).execute()))
  }
  return found
}

/** Who of a host reads this inbox, their own or a shared one. */
export async function listActorsAt(db: Handle, host: string, inbox: string): Promise<string[]> {
  const rows = await db
    .selectFrom('fed_actors')
    .select('uri')
    .where('host', '=', host)
    .where((eb) => eb.or([eb('inbox', '=', inbox), eb('shared_inbox', '=', inbox)]))
    .execute()
  return rows.map((row) => row.uri)
}

export async function listActorsOfHost(db: Handle, host: string): Promise<string[]> {
  const rows = await db.selectFrom('fed_actors').select('uri').where('host', '=', host).execute()
  return rows.map((row) => row.uri)
}

export async function findActorByKey(db: Handle, keyId: string, host: string): Promise<ActorRow | undefined> {
  return db.selectFrom('fed_actors').selectAll().where('host', '=', host).where('key_id', '=', keyId).executeTakeFirst()
}

export async function saveActor(db: Handle, row: NewRow<'fed_actors'>): Promise<void> {
  const { uri: _uri, ...rest } = row
  await db
    .insertInto('fed_actors')
    .values(row)
    .onConflict((conflict) => conflict.column('uri').doUpdateSet({ ...rest, gone_at: null }))
    .execute()
}

/** Remembers that a signature of this actor did not hold and its document was asked for again. */
export async function markKeyMissed(db: Handle, uri: string, at: string): Promise<void> {
  await db.updateTable('fed_actors').set({ key_missed_at: at }).where('uri', '=', uri).execute()
}

export async function markActorGone(db: Handle, uri: string, at: string): Promise<void> {
  await db.updateTable('fed_actors').set({ gone_at: at, key_id: null, key_pem: null }).where('uri', '=', uri).execute()
}

export async function findPeer(db: Handle, host: string): Promise<PeerRow | undefined> {
  return db.selectFrom('fed_peers').selectAll().where('host', '=', host).executeTakeFirst()
}

export async function savePeer(db: Handle, host: string, changes: Omit<NewRow<'fed_peers'>, 'host'>): Promise<void> {
  await db
    .insertInto('fed_peers')
    .values({ host, ...changes })
    .onConflict((conflict) => conflict.column('host').doUpdateSet(changes))
    .execute()
}
