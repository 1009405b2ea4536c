// SPDX-License-Identifier: AGPL-3.0-or-later
import { sql, type Kysely } from 'kysely'
import { chunksOf } from '../in-list.ts'
import { readEvent, type Event, type EventType, type NewEvent } from '../../server/model/events.ts'
import type { Tables } from '../schema.ts'

type Handle = Kysely<Tables>

/** Call in the transaction of the change. `details` holds ids and codes only, never text that a person wrote. */
export async function record(tx: Handle, event: NewEvent): Promise<void> {
  await recordAll(tx, [event])
}

/** In this order. */
export async function recordAll(tx: Handle, events: readonly NewEvent[]): Promise<void> {
  const rows = events.map((event) => ({
    at: event.at,
    type: event.type,
    actor_id: event.actorId ?? null,
    subject_id: event.subject ?? null,
    details: JSON.stringify(event.details ?? {}),
  }))
  for (const some of chunksOf(rows)) await tx.insertInto('events').values(some).execute()
}

/** The `nth` event of this type before `seq` (1: the one just before); with `subject`, only about that thing. */
export async function instantOfEarlier(
  db: Handle,
  about: { type: EventType; seq: number; subject?: string | null },
  nth: number,
): Promise<string | undefined> {
  const { type, seq, subject } = about
  // Without table statistics SQLite would look through every event of the type for the few of one subject.
  const found = subject
    ? sql<{ at: string }>`
        select at from events indexed by events_subject
        where subject_id = ${subject} and seq < ${seq} and type = ${type} order by seq desc limit 1 offset ${nth - 1}`
    : sql<{ at: string }>`
        select at from events
        where type = ${type} and seq < ${seq} order by seq desc limit 1 offset ${nth - 1}`
  return (await found.execute(db)).rows[0]?.at
}

/** Number and instant (ISO) of the newest event. Undefined when nothing ever happened. */
export function lastEvent(db: Handle): Promise<{ seq: number; at: string } | undefined> {
  return db.selectFrom('events').select(['seq', 'at']).orderBy('seq', 'desc').limit(1).executeTakeFirst()
}

/** Oldest first, of one domain only (`application.…`). Rows that cannot be read are left out. */
export async function listEventsOf<D extends string>(
  db: Handle,
  subjectId: string,
  domain: D,
  limit = 100,
): Promise<Event<Extract<EventType, `${D}.${string}`>>[]> {
  const rows = await db
    .selectFrom('events')
    .selectAll()
    .where('subject_id', '=', subjectId)
    .where('type', 'like', `${domain}.%`)
    .orderBy('seq')
    .limit(limit)
    .execute()
  return rows.flatMap((row) => {
    const read = readEvent(row)
    return read.ok ? [read.event as Event<Extract<EventType, `${D}.${string}`>>] : []
  })
}
