// SPDX-License-Identifier: AGPL-3.0-or-later
// Who opened whose data, and when, from the table of events.
import { sql, type Kysely, type RawBuilder } from 'kysely'
import { inList } from '../in-list.ts'
import type { KeyedList } from '../keyset.ts'
import type { Tables } from '../schema.ts'

type Handle = Kysely<Tables>
/** `who` and `whose` are names; empty for nobody, a deleted person, or a thing that is no person. */
export type TrailLine = {
  /** The number of the event. */
  id: string
  at: string
  type: string
  who: string
  whose: string
  subjectId: string | null
  /** What kind of record was opened; empty for other facts. */
  what: string
}
/** `people`: only lines in which one of them acted or was looked at. */
export type TrailFilter = { types: readonly string[]; people?: readonly string[] | undefined }
/** `subjects`: the person, and the applications that the person sent. */
export type OpeningFilter = { subjects: readonly string[] }

/**
 * A plus sign keeps the condition from choosing the index: one person has few lines, one type has very many
 * (https://sqlite.org/optoverview.html#disqualifying_where_clause_terms_using_unary_).
 */
const isType = (type: string) => sql<boolean>`+events.type = ${type}`
const isActor = (actorId: string) => sql<boolean>`+events.actor_id = ${actorId}`

export async function hasOpened(
  db: Handle,
  look: { type: string; actorId: string; subjectId: string; since: string },
): Promise<boolean> {
  const found = await db
    .selectFrom('events')
    .select('seq')
    .where('subject_id', '=', look.subjectId)
    .where(isType(look.type))
    .where(isActor(look.actorId))
    .where('at', '>', look.since)
    .limit(1)
    .executeTakeFirst()
  return found !== undefined
}

/** Newest first: all lines of these types, or those about these people or done by them. */
export function trailList(db: Handle, { types, people }: TrailFilter): KeyedList<TrailLine> {
  if (!people) return eventsList(db, [{ values: types, where: sql`w.type = k.value` }])
  const ofType = sql`+w.type in (select value from json_each(${JSON.stringify(types)}))`
  return eventsList(db, [
    { values: people, where: sql`w.subject_id = k.value and ${ofType}` },
    { values: people, where: sql`w.actor_id = k.value and ${ofType}` },
  ])
}

/** Newest first: who opened these records. */
export function openingsList(db: Handle, type: string, { subjects }: OpeningFilter): KeyedList<TrailLine> {
  return eventsList(db, [{ values: subjects, where: sql`w.subject_id = k.value and +w.type = ${type}` }])
}

/** `where`: which events `w` belong to one of the values, `k.value`. */
type Part = { values: readonly string[]; where: RawBuilder<unknown> }

/** A line is found by its number. Of each value only as many are looked at as are wanted in all. */
function eventsList(db: Handle, parts: readonly Part[]): KeyedList<TrailLine> {
  return {
    find: async (id) => (/^\d{1,15}$/.test(id) ? { section: 0, keys: [Number(id)] } : undefined),
    async place({ limit, after, before }) {
      const order = before ? sql`seq` : sql`seq desc`
      const beyond = before ? sql`and w.seq > ${before.keys[0]}` : after ? sql`and w.seq < ${after.keys[0]}` : sql``
      const found = parts.map(
        ({ values, where }) => sql`
          select e.seq from json_each(${JSON.stringify(values)}) k cross join events e on e.seq in (
            select w.seq from events w where ${where} ${beyond} order by ${order} limit ${limit})`,
      )
      const { rows } = await sql<{ number: number }>`
        select seq as number from (${sql.join(found, sql` union `)}) order by ${order} limit ${limit}`.execute(db)
      const placed = rows.map(({ number }) => ({ number, position: { section: 0, keys: [number] } }))
      return before ? placed.toReversed() : placed
    },
    read: (numbers) => lines(db, numbers),
  }
}

async function lines(db: Handle, numbers: readonly number[]): Promise<TrailLine[]> {
  const name = (table: 'actor' | 'subject') =>
    sql<string>`coalesce(trim(${sql.ref(`${table}.given_name`)} || ' ' || ${sql.ref(`${table}.family_name`)}), '')`
  const rows = await db
    .selectFrom('events')
    .leftJoin('people as actor', 'actor.id', 'events.actor_id')
    .leftJoin('applications', 'applications.id', 'events.subject_id')
    .leftJoin('people as subject', (join) =>
      join.on((eb) => eb('subject.id', '=', eb.fn.coalesce('applications.person_id', 'events.subject_id'))),
    )
    .select(['events.seq', 'events.at', 'events.type', 'events.subject_id as subjectId', 'events.details'])
    .select([name('actor').as('who'), name('subject').as('person')])
    .select(sql<string>`coalesce(trim(applications.given_name || ' ' || applications.family_name), '')`.as('applicant'))
    .where('events.seq', 'in', inList(numbers))
    .orderBy('events.seq', 'desc')
    .execute()
  return rows.map(({ seq, person, applicant, details, ...row }) => ({
    ...row,
    id: String(seq),
    whose: person || applicant,
    what: whatOf(details),
  }))
}

function whatOf(details: string): string {
  try {
    const { what } = JSON.parse(details) as { what?: unknown }
    return typeof what === 'string' ? what : ''
  } catch {
    return ''
  }
}

export async function listApplicationsOf(db: Handle, personId: string): Promise<string[]> {
  const rows = await db.selectFrom('applications').select('id').where('person_id', '=', personId).execute()
  return rows.map(({ id }) => id)
}

/**
 * Deletes events of these types that happened before the instant, which consumers have read long ago. Of each type the
 * oldest stand first, so that what is newer is not looked through.
 * @returns how many, at most `most`.
 */
export async function deleteTrailBefore(
  db: Handle,
  types: readonly string[],
  instant: string,
  most: number,
): Promise<number> {
  const gone = await sql`
    delete from events where seq in (
      select e.seq from json_each(${JSON.stringify(types)}) k cross join events e on e.seq in (
        select w.seq from events w where w.type = k.value order by w.seq limit ${most})
      where e.at < ${instant} limit ${most})`.execute(db)
  return Number(gone.numAffectedRows ?? 0n)
}
