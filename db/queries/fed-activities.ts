// SPDX-License-Identifier: AGPL-3.0-or-later
import { sql, type Kysely, type RawBuilder } from 'kysely'
import { chunksOf, inList } from '../in-list.ts'
import type { NewRow, Row, Tables } from '../schema.ts'
import { IS_PARTNER } from './fed-relations.ts'

type Handle = Kysely<Tables>
export type ActivityRow = Row<'fed_activities'>
export type FollowRow = Row<'fed_follows'>

/** A known id changes nothing. @returns the new ids. */
export async function insertActivities(tx: Handle, rows: NewRow<'fed_activities'>[]): Promise<string[]> {
  const ids: string[] = []
  for (const some of chunksOf(rows)) {
    const inserted = await tx
      .insertInto('fed_activities')
      .values(some)
      .onConflict((conflict) => conflict.column('id').doNothing())
      .returning('id')
      .execute()
    ids.push(...inserted.map((row) => row.id))
  }
  return ids
}

/**
 * For the outbox of an actor that we now follow: activities that were ignored before, or undone when we stopped
 * following, wait again.
 */
export async function openActivities(tx: Handle, rows: NewRow<'fed_activities'>[]): Promise<void> {
  for (const some of chunksOf(rows)) {
    await tx
      .insertInto('fed_activities')
      .values(some)
      .onConflict((conflict) =>
        conflict
          .column('id')
          .doUpdateSet((eb) => ({
            body: eb.ref('excluded.body'),
            state: 'waiting',
            attempts: 0,
            fetches: 0,
            error: null,
          }))
          .where('fed_activities.direction', '=', 'in')
          .whereRef('fed_activities.actor', '=', 'excluded.actor'),
      )
      .execute()
  }
}

export type NewReceived = Pick<
  ActivityRow,
  'id' | 'type' | 'actor' | 'object_id' | 'body' | 'is_public' | 'state' | 'error' | 'fetches' | 'at' | 'signed_at'
>

/** In this order and in one statement; a known id changes nothing. */
export async function insertReceived(tx: Handle, rows: readonly NewReceived[]): Promise<void> {
  const values = rows.map((row) => [
    row.id,
    row.type,
    row.actor,
    row.object_id,
    row.is_public,
    row.state,
    row.error,
    row.fetches,
    row.at,
    row.body,
    row.signed_at,
  ])
  await sql`
    insert into fed_activities (id, direction, type, actor, object_id, is_public, state, error, fetches, at, body,
      signed_at)
    select value ->> 0, 'in', value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6,
      value ->> 7, value ->> 8, value ->> 9, value ->> 10
    from json_each(${JSON.stringify(values)}) where true order by key
    on conflict (id) do nothing`.execute(tx)
}

/**
 * Handled activities with the same id, type and actor as these, which were signed later: so what comes again is handled
 * again, after all that came between. An answer only counts again when it answers something else.
 */
export async function forgetSaidBefore(tx: Handle, rows: readonly NewReceived[]): Promise<void> {
  if (rows.length === 0) return
  const values = rows.map(({ id, actor, type, object_id, signed_at }) => [id, actor, type, object_id, signed_at])
  await sql`
    delete from fed_activities where seq in (
      select a.seq from json_each(${JSON.stringify(values)}) v cross join fed_activities a on a.id = v.value ->> 0
      where a.direction = 'in' and a.actor = v.value ->> 1 and a.type = v.value ->> 2
        and a.state in ('done', 'ignored') and coalesce(a.signed_at, '') < v.value ->> 4
        and (a.type in ('Follow', 'Undo') or a.object_id is not v.value ->> 3))`.execute(tx)
}

/**
 * @returns the ids of those that may concern us: we have or had a relation with their origin, know the object, or have
 * activities of the actor that still wait.
 */
export async function listOfConcern(
  db: Handle,
  received: { id: string; actor: string; origin: string; object_id: string | null }[],
): Promise<string[]> {
  const found = await sql<{ id: string }>`
    select value ->> 'id' as id from json_each(${JSON.stringify(received)})
    where exists (
        select 1 from affiliations where partner_uri >= value ->> 'origin' and partner_uri < (value ->> 'origin') || '0')
      or exists (select 1 from moderation_items where offer_uri = value ->> 'object_id')
      or exists (
        select 1 from fed_activities a
        where a.state = 'waiting' and a.actor = value ->> 'actor')`.execute(db)
  return found.rows.map((row) => row.id)
}

/** Actors whose oldest waiting activity was tried before, and of whom more than `most` wait. */
export async function listOverfull(db: Handle, actors: string[], most: number): Promise<string[]> {
  const found = await sql<{ actor: string }>`
    select value as actor from json_each(${JSON.stringify(actors)})
    where (
        select a.attempts from fed_activities a
        where a.state = 'waiting' and a.actor = value order by a.seq limit 1) > 0
      and exists (
        select 1 from fed_activities a
        where a.state = 'waiting' and a.actor = value limit 1 offset ${most})`.execute(db)
  return found.rows.map((row) => row.actor)
}

/** Oldest first. */
export async function listWaitingOf(db: Handle, actor: string, most: number): Promise<ActivityRow[]> {
  const found = await sql<ActivityRow>`
    select a.* from fed_activities a
    where a.state = 'waiting' and a.actor = ${actor} order by a.seq limit ${most}`.execute(db)
  return found.rows
}

export async function findActivity(db: Handle, id: string): Promise<ActivityRow | undefined> {
  return db.selectFrom('fed_activities').selectAll().where('id', '=', id).executeTakeFirst()
}

/** What an activity does to what: `Update Event`, `Undo Announce`; `Announce` alone when its object is only named. */
const KIND = sql<string>`type || case json_type(body, '$.object')
  when 'object' then ' ' || coalesce(json_extract(body, '$.object.type'), '') else '' end`

export async function listBodies(db: Handle, ids: string[]): Promise<{ id: string; body: string; kind: string }[]> {
  return db
    .selectFrom('fed_activities')
    .select(['id', 'body', KIND.as('kind')])
    .where('id', 'in', inList(ids))
    .execute()
}

/** '' for an activity that is not there. */
export async function findKind(db: Handle, id: string): Promise<string> {
  const row = await db.selectFrom('fed_activities').select(KIND.as('kind')).where('id', '=', id).executeTakeFirst()
  return row?.kind ?? ''
}

/** The newest one. `target`: only what was sent to this centre. */
export async function findActivityAbout(
  db: Handle,
  about: { objectId: string; types: string[]; direction: 'in' | 'out'; actor?: string; target?: string },
): Promise<ActivityRow | undefined> {
  let query = db
    .selectFrom('fed_activities')
    .selectAll()
    .where('object_id', '=', about.objectId)
    .where('type', 'in', about.types)
    .where('direction', '=', about.direction)
  if (about.actor) query = query.where('actor', '=', about.actor)
  if (about.target) query = query.where(sql`json_extract(meta, '$.target')`, '=', about.target)
  return query.orderBy('seq', 'desc').limit(1).executeTakeFirst()
}

/** One of our answers to this actor said no to that revision of the offer; null for one that names none. */
export async function wasRejected(
  db: Handle,
  { offerUri, actor, revision }: { offerUri: string; actor: string; revision: number | null },
): Promise<boolean> {
  const { rows } = await sql`
    select 1 from fed_activities asked
    join fed_activities told on told.object_id = asked.id and told.type = 'Reject' and told.direction = 'out'
    where asked.object_id = ${offerUri} and asked.type in ('Create', 'Update', 'Offer') and asked.direction = 'in'
      and asked.actor = ${actor} and json_extract(told.body, '$.revision') is ${revision} limit 1`.execute(db)
  return rows.length > 0
}

/** `except`: actors whose activities are being handled. */
export type Wanted = { now: string; except: string[]; most: number }

/**
 * Those that are due, each the oldest waiting one of its actor, so that the activities of one actor are handled in the
 * order in which they came.
 */
export async function listWaiting(db: Handle, { now, except, most }: Wanted): Promise<ActivityRow[]> {
  // A literal, because partial indexes are not used for a bound value.
  const found = await sql<ActivityRow>`
    select a.* from fed_activities a
    where a.state = 'waiting' and (a.not_before is null or a.not_before <= ${now})
      and a.actor not in (select value from json_each(${JSON.stringify(except)}))
      and not exists (
        select 1 from fed_activities b
        where b.state = 'waiting' and b.actor = a.actor and b.seq < a.seq)
    order by a.seq limit ${most}`.execute(db)
  return found.rows
}

/** The same for partners only, whoever else waits. */
export async function listWaitingOfPartners(db: Handle, { now, except, most }: Wanted): Promise<ActivityRow[]> {
  const found = await sql<ActivityRow>`
    select a.* from (
      select distinct partner_uri from affiliations
      where ${IS_PARTNER}
        and partner_uri not in (select value from json_each(${JSON.stringify(except)}))) p
    cross join fed_activities a on a.seq = (
      select w.seq from fed_activities w
      where w.state = 'waiting' and w.actor = p.partner_uri order by w.seq limit 1)
    where a.not_before is null or a.not_before <= ${now}
    order by a.seq limit ${most}`.execute(db)
  return found.rows
}

export type Outcome = {
  state: ActivityRow['state']
  error?: string | null
  attempts?: number
  not_before?: string | null
  fetches?: number
}

/** Longest body, in characters, that is kept of a handled activity; a partner's is kept whatever its length. */
const MOST_KEPT = 4096

/**
 * The body is dropped when the activity is ignored, or done, long and not from a partner: otherwise anybody could fill
 * the disk.
 */
export async function settleActivity(tx: Handle, seq: number, outcome: Outcome): Promise<void> {
  const isPartner = sql`exists (
    select 1 from affiliations p
    where p.partner_uri = fed_activities.actor and ${IS_PARTNER})`
  const kept = sql<string>`case when length(body) <= ${MOST_KEPT} or ${isPartner} then body else '{}' end`
  const body = outcome.state === 'ignored' ? { body: '{}' } : outcome.state === 'done' ? { body: kept } : {}
  await tx
    .updateTable('fed_activities')
    .set({ error: null, not_before: null, ...outcome, ...body })
    .where('seq', '=', seq)
    .execute()
}

/**
 * Empties the bodies, which nobody reads again, of done activities that came before the instant. The rows stay, so that
 * none is handled twice. Parked ones become `ignored`. @returns how many, at most twice `most`.
 */
export async function emptyReceivedBefore(db: Handle, instant: string, most: number): Promise<number> {
  const done = await sql`
    update fed_activities set body = '{}' where seq in (
      select seq from fed_activities
      where direction = 'in' and state = 'done' and body <> '{}' and at < ${instant} order by at limit ${most})`.execute(
    db,
  )
  const parked = await sql`
    update fed_activities set body = '{}', state = 'ignored' where seq in (
      select seq from fed_activities
      where state = 'parked' and direction = 'in' and at < ${instant} order by seq limit ${most})`.execute(db)
  return Number(done.numAffectedRows ?? 0n) + Number(parked.numAffectedRows ?? 0n)
}

/** One that comes again is handled again, and needs a new signature. @returns how many, at most `most`. */
export async function deleteIgnoredBefore(db: Handle, instant: string, most: number): Promise<number> {
  const gone = await sql`
    delete from fed_activities where seq in (
      select seq from fed_activities
      where direction = 'in' and state = 'ignored' and at < ${instant} order by at limit ${most})`.execute(db)
  return Number(gone.numAffectedRows ?? 0n)
}

/** Call when a host answers: activities that waited for it are due now. */
export async function releaseWaiting(tx: Handle, host: string): Promise<void> {
  await sql`
    update fed_activities set not_before = null
    where state = 'waiting' and actor in (select uri from fed_actors where host = ${host})`.execute(tx)
}

export async function addToCollection(tx: Handle, collection: string, activityId: string): Promise<void> {
  await tx
    .insertInto('fed_collections')
    .columns(['collection', 'activity_id', 'seq'])
    .expression((eb) =>
      eb
        .selectFrom('fed_activities')
        .select([eb.val(collection).as('collection'), 'id as activity_id', 'seq'])
        .where('id', '=', activityId),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export async function removeFromCollection(tx: Handle, collection: string, activityId: string): Promise<void> {
  await tx
    .deleteFrom('fed_collections')
    .where('collection', '=', collection)
    .where('activity_id', '=', activityId)
    .execute()
}

/**
 * Takes the words of a removed object out of what was said of it before, and that out of the collection. What still
 * waits to be delivered is delivered without them.
 */
export async function blankRemoved(
  tx: Handle,
  removed: { id: string; tombstone: string; collection: string },
): Promise<void> {
  const said = sql`direction = 'out' and type in ('Create', 'Update') and object_id = ${removed.id}`
  await sql`
    delete from fed_collections where collection = ${removed.collection} and activity_id in (
      select id from fed_activities where ${said})`.execute(tx)
  await sql`
    update fed_activities set body = json_set(body, '$.object', json(${removed.tombstone})) where ${said}`.execute(tx)
}

export async function listCollectionsOf(db: Handle, activityId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('fed_collections')
    .select('collection')
    .where('activity_id', '=', activityId)
    .execute()
  return rows.map((row) => row.collection)
}

/** Newest first. `before`: only lower numbers. */
export async function listCollection(
  db: Handle,
  collection: string,
  page: { limit: number | null; before: number | null },
): Promise<ActivityRow[]> {
  let query = db
    .selectFrom('fed_collections as c')
    .innerJoin('fed_activities as a', 'a.id', 'c.activity_id')
    .selectAll('a')
    .where('c.collection', '=', collection)
    .orderBy('c.seq', 'desc')
  if (page.before !== null) query = query.where('c.seq', '<', page.before)
  if (page.limit !== null) query = query.limit(page.limit)
  return query.execute()
}

/** Numbers below `before`, newest first, or above `after`, oldest first. */
export type Slice = { before: number } | { after: number }

export async function listPublicActivities(
  db: Handle,
  collection: string,
  slice: Slice,
  most: number,
): Promise<{ at: number; body: string }[]> {
  const found = await sql<{ at: number; body: string }>`
    select c.seq as at, a.body from fed_collections c join fed_activities a on a.id = c.activity_id
    where c.collection = ${collection} and a.is_public = 1 ${cut(sql`c.seq`, slice)} limit ${most}`.execute(db)
  return found.rows
}

/** Only organisations, sites and groups: people are left out. */
export async function listFollowersToName(
  db: Handle,
  collection: string,
  slice: Slice,
  most: number,
): Promise<{ at: number; uri: string }[]> {
  const found = await sql<{ at: number; uri: string }>`
    select c.seq as at, r.uri from fed_collections c
    join fed_activities a on a.id = c.activity_id join fed_actors r on r.uri = a.actor
    where c.collection = ${collection} and r.type in ('Application', 'Group', 'Organization', 'Service')
      and r.gone_at is null ${cut(sql`c.seq`, slice)} limit ${most}`.execute(db)
  return found.rows
}

export function cut(number: RawBuilder<unknown>, slice: Slice): RawBuilder<unknown> {
  return 'after' in slice
    ? sql`and ${number} > ${slice.after} order by ${number}`
    : sql`and ${number} < ${slice.before} order by ${number} desc`
}

export async function countFollowed(db: Handle, follower: string): Promise<number> {
  const row = await db
    .selectFrom('fed_follows')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('follower', '=', follower)
    .where('state', '=', 'accepted')
    .executeTakeFirstOrThrow()
  return row.count
}

export async function countCollection(db: Handle, collection: string): Promise<number> {
  const row = await db
    .selectFrom('fed_collections')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('collection', '=', collection)
    .executeTakeFirstOrThrow()
  return row.count
}

export async function findFollow(db: Handle, follower: string, followed: string): Promise<FollowRow | undefined> {
  return db
    .selectFrom('fed_follows')
    .selectAll()
    .where('follower', '=', follower)
    .where('followed', '=', followed)
    .executeTakeFirst()
}

/** One row per pair: a later Follow replaces an earlier one. */
export async function saveFollow(tx: Handle, row: FollowRow): Promise<void> {
  await tx.deleteFrom('fed_follows').where('follower', '=', row.follower).where('followed', '=', row.followed).execute()
  await tx.insertInto('fed_follows').values(row).execute()
}

export async function setFollowState(tx: Handle, activityId: string, state: FollowRow['state']): Promise<void> {
  await tx.updateTable('fed_follows').set({ state }).where('activity_id', '=', activityId).execute()
}

/** `at` becomes the instant of its end. */
export async function endFollow(
  tx: Handle,
  activityId: string,
  state: 'refused' | 'undone',
  at: string,
): Promise<void> {
  await tx.updateTable('fed_follows').set({ state, at }).where('activity_id', '=', activityId).execute()
}

/**
 * A later answer to one of ours is ignored. A row stays while a block is the reason: when it is lifted, the other side
 * is sent which follow has ended. @returns how many, at most `most`.
 */
export async function deleteFollowsBefore(db: Handle, instant: string, most: number): Promise<number> {
  const gone = await sql`
    delete from fed_follows where activity_id in (
      select f.activity_id from fed_follows f
      where f.state in ('refused', 'undone') and f.at < ${instant}
        and not exists (
          select 1 from affiliations p where p.partner_uri in (f.follower, f.followed) and p.ended_why = 'blocked')
      order by f.at limit ${most})`.execute(db)
  return Number(gone.numAffectedRows ?? 0n)
}

export async function findFollowById(db: Handle, activityId: string): Promise<FollowRow | undefined> {
  return db.selectFrom('fed_follows').selectAll().where('activity_id', '=', activityId).executeTakeFirst()
}

export async function findObject(db: Handle, id: string): Promise<Row<'fed_objects'> | undefined> {
  return db.selectFrom('fed_objects').selectAll().where('id', '=', id).executeTakeFirst()
}

/** @returns false when the id belongs to another owner. */
export async function saveObject(tx: Handle, row: NewRow<'fed_objects'>): Promise<boolean> {
  const { id: _id, owner: _owner, ...rest } = row
  const result = await tx
    .insertInto('fed_objects')
    .values(row)
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet(rest)
        .where(sql<boolean>`fed_objects.owner is excluded.owner`),
    )
    .executeTakeFirst()
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n
}
