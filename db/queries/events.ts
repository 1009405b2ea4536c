// SPDX-License-Identifier: AGPL-3.0-or-later
// The line each command writes. Audit, mail, statistics and federation all read it.
import { sql, type Kysely } from 'kysely'
import { readEvent, type Event, type EventType, type NewEvent } from '../../server/model/events.ts'
import type { Tables } from '../schema.ts'

type Handle = Kysely<Tables>

/** Records a past fact in the transaction of the change. `details` holds ids and codes only, never text that a person wrote. */
export async function record(tx: Handle, event: NewEvent): Promise<void> {
  await tx
    .insertInto('events')
    .values({
      at: event.at,
      type: event.type,
      actor_id: event.actorId ?? null,
      subject_id: event.subject ?? null,
      details: JSON.stringify(event.details ?? {}),
    })
    .execute()
}

/**
 * When the `nth` event of this kind before a given one happened (1: the one just before).
 * @param about.subject only those about the same thing.
 */
export async function instantOfEarlier(
  db: Handle,
  about: { type: EventType; seq: number; subject?: string | null },
  nth: number,
): Promise<string | undefined> {
  const { type, seq, subject } = about
  // Without figures SQLite would look through every event of the type for the few of one subject.
  const found = subject
    ? sql<{ at: string }>`
        select at from events indexed by events_subject
        where subject_id = ${subject} and seq < ${seq} and type = ${type} order by seq desc limit 1 offset ${nth - 1}`
    : sql<{ at: string }>`
        select at from events
        where type = ${type} and seq < ${seq} order by seq desc limit 1 offset ${nth - 1}`
  return (await found.execute(db)).rows[0]?.at
}

/** When something last happened, as an ISO instant. Null when nothing ever did. */
export async function lastEventAt(db: Handle): Promise<string | null> {
  const row = await db.selectFrom('events').select('at').orderBy('seq', 'desc').limit(1).executeTakeFirst()
  return row?.at ?? null
}

/**
 * What happened to one thing in its own domain (`application.…`), oldest first; who looked at it is no part of that.
 * What cannot be read is left out.
 */
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
