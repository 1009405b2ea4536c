// SPDX-License-Identifier: AGPL-3.0-or-later
// The line each command writes. Audit, mail, statistics and federation all read it.
import { sql, type Kysely } from 'kysely'
import type { Tables } from '../schema.ts'

type Handle = Kysely<Tables>
export type Details = Record<string, string | number | boolean | null>
export type Event = {
  seq: number
  at: string
  type: string
  actorId: string | null
  subjectId: string | null
  details: Details
}

/** Records a past fact in the transaction of the change. `details` holds ids and codes only, never a person's words. */
export async function record(
  tx: Handle,
  event: { type: string; at: string; actorId?: string | null; subject?: string | null; details?: Details },
): Promise<void> {
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

function fromRow(row: {
  seq: number
  at: string
  type: string
  actor_id: string | null
  subject_id: string | null
  details: string
}): Event {
  return {
    seq: row.seq,
    at: row.at,
    type: row.type,
    actorId: row.actor_id,
    subjectId: row.subject_id,
    details: JSON.parse(row.details) as Details,
  }
}

/**
 * When the `nth` event of this kind before a given one happened (1: the one just before).
 * @param about.subject only those about the same thing.
 */
export async function instantOfEarlier(
  db: Handle,
  about: { type: string; seq: number; subject?: string | null },
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

/** The next event after this consumer's cursor, or undefined. */
export async function nextEvent(db: Handle, consumer: string): Promise<Event | undefined> {
  const cursor = await db.selectFrom('event_cursors').select('seq').where('consumer', '=', consumer).executeTakeFirst()
  const row = await db
    .selectFrom('events')
    .selectAll()
    .where('seq', '>', cursor?.seq ?? 0)
    .orderBy('seq')
    .limit(1)
    .executeTakeFirst()
  return row && fromRow(row)
}

export async function moveCursor(tx: Handle, consumer: string, seq: number): Promise<void> {
  await tx
    .insertInto('event_cursors')
    .values({ consumer, seq })
    .onConflict((conflict) => conflict.column('consumer').doUpdateSet({ seq }))
    .execute()
}

/** Number of the newest event; 0 when nothing ever happened. */
export async function lastEvent(db: Handle): Promise<number> {
  const row = await db.selectFrom('events').select('seq').orderBy('seq', 'desc').limit(1).executeTakeFirst()
  return row?.seq ?? 0
}

/** What happened to one thing in its own domain (`application.…`), oldest first; who looked at it is no part of that. */
export async function listEventsOf(db: Handle, subjectId: string, domain: string, limit = 100): Promise<Event[]> {
  const rows = await db
    .selectFrom('events')
    .selectAll()
    .where('subject_id', '=', subjectId)
    .where('type', 'like', `${domain}.%`)
    .orderBy('seq')
    .limit(limit)
    .execute()
  return rows.map(fromRow)
}
