// SPDX-License-Identifier: AGPL-3.0-or-later
// Who opened whose data, and when, from the table of events.
import { sql, type Kysely } from 'kysely'
import type { Tables } from '../schema.ts'

type Handle = Kysely<Tables>
/** `who` and `whose` are names; empty for nobody, a deleted person, or a thing that is no person. */
export type TrailLine = {
  seq: number
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

/** From the indexes alone, so that lines that are not shown are not read. */
function numbers(db: Handle, { types, people }: TrailFilter) {
  const ofType = db.selectFrom('events').select('seq').where('type', 'in', types)
  if (!people) return ofType
  return ofType
    .where('subject_id', 'in', people)
    .union(db.selectFrom('events').select('seq').where('actor_id', 'in', people).where('type', 'in', types))
}

export async function countTrail(db: Handle, filter: TrailFilter): Promise<number> {
  const found = await db
    .selectFrom(numbers(db, filter).as('found'))
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
  return Number(found.n)
}

/** Newest first. */
export async function listTrail(
  db: Handle,
  filter: TrailFilter,
  window: { limit: number; offset: number },
): Promise<TrailLine[]> {
  const shown = await db
    .selectFrom(numbers(db, filter).as('found'))
    .select('seq')
    .orderBy('seq', 'desc')
    .limit(window.limit)
    .offset(window.offset)
    .execute()
  return lines(db, shown)
}

export async function countOpenings(db: Handle, type: string, { subjects }: OpeningFilter): Promise<number> {
  const found = await db
    .selectFrom('events')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('subject_id', 'in', subjects)
    .where(isType(type))
    .executeTakeFirstOrThrow()
  return Number(found.n)
}

/** Newest first. */
export async function listOpenings(
  db: Handle,
  type: string,
  { subjects }: OpeningFilter,
  window: { limit: number; offset: number },
): Promise<TrailLine[]> {
  const shown = await db
    .selectFrom('events')
    .select('seq')
    .where('subject_id', 'in', subjects)
    .where(isType(type))
    .orderBy('seq', 'desc')
    .limit(window.limit)
    .offset(window.offset)
    .execute()
  return lines(db, shown)
}

async function lines(db: Handle, shown: { seq: number }[]): Promise<TrailLine[]> {
  if (shown.length === 0) return []
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
    .where(
      'events.seq',
      'in',
      shown.map(({ seq }) => seq),
    )
    .orderBy('events.seq', 'desc')
    .execute()
  return rows.map(({ person, applicant, details, ...row }) => ({
    ...row,
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

/** Consumers have read these lines long ago. */
export async function deleteTrailBefore(db: Handle, types: readonly string[], instant: string): Promise<void> {
  await db.deleteFrom('events').where('type', 'in', types).where('at', '<', instant).execute()
}
