// SPDX-License-Identifier: AGPL-3.0-or-later
// Who is reminded before the first day of an offer, and who is asked after its last one.
import { sql, type Kysely } from 'kysely'
import { sortedByName } from '../plain.ts'
import type { Row, Tables } from '../schema.ts'

type Handle = Kysely<Tables>
type Span = { from: string; until: string }

/** Ids of offers whose first day is in the span, both days included (YYYY-MM-DD). */
export async function listOffersBeginning(db: Handle, { from, until }: Span): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select id from offers indexed by offers_first_day
    where state in ('published', 'paused', 'closed') and content ->> 'starts_on' between ${from} and ${until}`.execute(
    db,
  )
  return rows.map(({ id }) => id)
}

/** Ids of offers whose last day may be in the span, both days included: one without an end may go on. */
export async function listOffersEnded(db: Handle, { from, until }: Span): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select id from offers indexed by offers_last_day
    where state in ('published', 'paused', 'closed')
      and coalesce(content ->> 'ends_on', content ->> 'starts_on') between ${from} and ${until}`.execute(db)
  return rows.map(({ id }) => id)
}

/** Accepted people of an offer who were not reminded (or asked) for this day yet, at most `limit`. */
export async function listToTell(
  db: Handle,
  offerId: string,
  { column, day, limit }: { column: 'reminded_for' | 'asked_for'; day: string; limit: number },
): Promise<{ id: string }[]> {
  return db
    .selectFrom('applications')
    .select('id')
    .where('offer_id', '=', offerId)
    .where('state', '=', 'accepted')
    .where((eb) => eb.or([eb(column, 'is', null), eb(column, '<>', day)]))
    .limit(limit)
    .execute()
}

export type Attending = Pick<Row<'applications'>, 'id' | 'state' | 'given_name' | 'family_name' | 'seats' | 'said_came'>

/** Whoever had a place, those of whom nothing is noted first, then by name; at most `limit`. */
export async function listAttending(db: Handle, offerId: string, limit: number): Promise<Attending[]> {
  const rows = await db
    .selectFrom('applications')
    .select(['id', 'state', 'given_name', 'family_name', 'seats', 'said_came'])
    .where('offer_id', '=', offerId)
    .where('state', 'in', ['accepted', 'completed', 'no_show'])
    .orderBy(sql`state = 'accepted'`, 'desc')
    .orderBy('id')
    .limit(limit)
    .execute()
  const { unnoted = [], noted = [] } = Object.groupBy(rows, ({ state }) => (state === 'accepted' ? 'unnoted' : 'noted'))
  const byName = (some: Attending[]) =>
    sortedByName(some, ({ family_name, given_name }) => `${family_name} ${given_name}`)
  return [...byName(unnoted), ...byName(noted)]
}

export async function countAttending(db: Handle, offerId: string): Promise<number> {
  const row = await db
    .selectFrom('applications')
    .select(sql<number>`count(*)`.as('count'))
    .where('offer_id', '=', offerId)
    .where('state', 'in', ['accepted', 'completed', 'no_show'])
    .executeTakeFirstOrThrow()
  return row.count
}

/** @param day on which it was counted that they came; null when they did not. */
export async function saveCameOn(tx: Handle, applicationId: string, day: string | null): Promise<void> {
  await tx.updateTable('applications').set({ came_on: day }).where('id', '=', applicationId).execute()
}

export async function noteAsked(tx: Handle, offerId: string, day: string): Promise<void> {
  await tx.updateTable('offers').set({ attendance_asked: day }).where('id', '=', offerId).execute()
}
