// SPDX-License-Identifier: AGPL-3.0-or-later
import { sql, type Kysely } from 'kysely'
import { inList } from '../in-list.ts'
import type { EventRow } from '../../server/model/events.ts'
import type { Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
export type FailureRow = Row<'event_failures'>

const WINDOW = 500
const AT_ONCE = 20

async function findCursor(db: Handle, consumer: string): Promise<number> {
  const row = await db.selectFrom('event_cursors').select('seq').where('consumer', '=', consumer).executeTakeFirst()
  return row?.seq ?? 0
}

export async function moveCursor(tx: Handle, consumer: string, seq: number): Promise<void> {
  await tx
    .insertInto('event_cursors')
    .values({ consumer, seq })
    .onConflict((conflict) => conflict.column('consumer').doUpdateSet({ seq }))
    .execute()
}

export type Work = { cursor: number; hasNew: boolean; hasFailures: boolean }

/** `hasNew`: are there events that were not read? `hasFailures`: do some wait for their next try? */
export async function findWork(db: Handle, consumer: string): Promise<Work> {
  const { rows } = await sql<{ seq: number; hasNew: number; hasFailures: number }>`
    select c.seq, exists (select 1 from events where events.seq > c.seq) as "hasNew", ${failures(consumer)} as "hasFailures"
    from (select coalesce((select seq from event_cursors where consumer = ${consumer}), 0) as seq) c`.execute(db)
  const { seq, hasNew, hasFailures } = rows[0]!
  return { cursor: seq, hasNew: hasNew === 1, hasFailures: hasFailures === 1 }
}

const failures = (consumer: string) =>
  sql`exists (select 1 from event_failures where consumer = ${consumer} and parked_at is null)`

/** `until`: how far it looked; the cursor itself when no event came after it. `hasMore`: others may lie behind it. */
export type Look = { ahead: EventRow[]; until: number; hasMore: boolean; hasFailures: boolean }

/** The next few events of these types. */
export async function readNext(db: Handle, consumer: string, after: number, types: readonly string[]): Promise<Look> {
  const { rows: found } = await sql<{ last: number | null; hasFailures: number }>`
    select (select max(seq) from (select seq from events where seq > ${after} order by seq limit ${WINDOW})) as last,
      ${failures(consumer)} as "hasFailures"`.execute(db)
  const { last, hasFailures } = found[0]!
  const known = { hasFailures: hasFailures === 1 }
  if (last === null) return { ...known, until: after, hasMore: false, ahead: [] }
  const ahead = await db
    .selectFrom('events')
    .selectAll()
    .where('seq', '>', after)
    .where('seq', '<=', last)
    .where(sql`+type`, 'in', inList(types))
    .orderBy('seq')
    .limit(AT_ONCE)
    .execute()
  const until = ahead.length < AT_ONCE ? last : ahead.at(-1)!.seq
  // What is done for an event may write another. Numbers have no gaps.
  return { ...known, until, hasMore: ahead.length > 0 || last - after >= WINDOW, ahead }
}

export function findEvent(db: Handle, seq: number): Promise<EventRow | undefined> {
  return db.selectFrom('events').selectAll().where('seq', '=', seq).executeTakeFirst()
}

export function findWaiting(db: Handle, consumer: string, seq: number): Promise<FailureRow | undefined> {
  return db
    .selectFrom('event_failures')
    .selectAll()
    .where('consumer', '=', consumer)
    .where('seq', '=', seq)
    .where('parked_at', 'is', null)
    .executeTakeFirst()
}

/** An event that was parked, is tried again, and is due. It lies before the cursor. */
export function findDueRetry(
  db: Handle,
  consumer: string,
  { cursor, now }: { cursor: number; now: string },
): Promise<FailureRow | undefined> {
  return db
    .selectFrom('event_failures')
    .selectAll()
    .where('consumer', '=', consumer)
    .where('parked_at', 'is', null)
    .where('not_before', '<=', now)
    .where('seq', '<=', cursor)
    .orderBy('not_before')
    .limit(1)
    .executeTakeFirst()
}

/** Undefined when no event waits for a try. */
export async function nextTryAt(db: Handle, consumer: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('event_failures')
    .select('not_before')
    .where('consumer', '=', consumer)
    .where('parked_at', 'is', null)
    .orderBy('not_before')
    .limit(1)
    .executeTakeFirst()
  return row?.not_before
}

export async function saveFailure(tx: Handle, row: FailureRow): Promise<void> {
  const { consumer, seq, ...changes } = row
  await tx
    .insertInto('event_failures')
    .values({ consumer, seq, ...changes })
    .onConflict((conflict) => conflict.columns(['consumer', 'seq']).doUpdateSet(changes))
    .execute()
}

export async function deleteFailure(tx: Handle, consumer: string, seq: number): Promise<void> {
  await tx.deleteFrom('event_failures').where('consumer', '=', consumer).where('seq', '=', seq).execute()
}

/** Starts again at the first attempt. @returns false when it was not parked. */
export async function retryParked(tx: Handle, consumer: string, seq: number, now: string): Promise<boolean> {
  const result = await tx
    .updateTable('event_failures')
    .set({ attempts: 0, not_before: now, parked_at: null })
    .where('consumer', '=', consumer)
    .where('seq', '=', seq)
    .where('parked_at', 'is not', null)
    .executeTakeFirst()
  return result.numUpdatedRows > 0n
}

export async function retryAllParked(tx: Handle, now: string): Promise<number> {
  const result = await tx
    .updateTable('event_failures')
    .set({ attempts: 0, not_before: now, parked_at: null })
    .where('parked_at', 'is not', null)
    .executeTakeFirst()
  return Number(result.numUpdatedRows)
}

/** @returns false when it was not parked. */
export async function deleteParked(tx: Handle, consumer: string, seq: number): Promise<boolean> {
  const result = await tx
    .deleteFrom('event_failures')
    .where('consumer', '=', consumer)
    .where('seq', '=', seq)
    .where('parked_at', 'is not', null)
    .executeTakeFirst()
  return result.numDeletedRows > 0n
}

export type ParkedEvent = FailureRow & { parked_at: string; type: string | null; at: string | null }

const parkedEvents = (db: Handle) =>
  db
    .selectFrom('event_failures')
    .leftJoin('events', 'events.seq', 'event_failures.seq')
    .selectAll('event_failures')
    .select(['events.type', 'events.at'])
    .where('parked_at', 'is not', null)

/** Newest first. `type` and `at` are null when the event was deleted meanwhile. */
export async function listParkedEvents(db: Handle, limit: number): Promise<ParkedEvent[]> {
  const newestFirst = parkedEvents(db).orderBy('parked_at', 'desc').orderBy('event_failures.seq', 'desc')
  return (await newestFirst.limit(limit).execute()) as ParkedEvent[]
}

/** @returns undefined when it is not parked. */
export async function findParkedEvent(db: Handle, consumer: string, seq: number): Promise<ParkedEvent | undefined> {
  const found = parkedEvents(db).where('consumer', '=', consumer).where('event_failures.seq', '=', seq)
  return (await found.executeTakeFirst()) as ParkedEvent | undefined
}

/** `waiting`: events not read yet; `since`: the instant of the oldest of them, null for none. */
export type Backlog = { consumer: string; waiting: number; since: string | null; parked: number }

export async function readBacklog(db: Handle, consumer: string): Promise<Backlog> {
  const cursor = await findCursor(db, consumer)
  const { newest } = await db
    .selectFrom('events')
    .select(({ fn }) => fn.max<number | null>('seq').as('newest'))
    .executeTakeFirstOrThrow()
  const oldest = await db
    .selectFrom('events')
    .select('at')
    .where('seq', '>', cursor)
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst()
  const { parked } = await db
    .selectFrom('event_failures')
    .select(({ fn }) => fn.countAll<number>().as('parked'))
    .where('consumer', '=', consumer)
    .where('parked_at', 'is not', null)
    .executeTakeFirstOrThrow()
  // Event numbers have no gaps, and deleted events lie before every cursor: the difference is the count.
  return { consumer, waiting: Math.max(0, (newest ?? 0) - cursor), since: oldest?.at ?? null, parked }
}
