// SPDX-License-Identifier: AGPL-3.0-or-later
// People who gave no sign of life for long. Whoever keeps the roles is never among them: somebody has to keep the site.
import { sql, type Kysely } from 'kysely'
import type { Row, Tables } from '../schema.ts'
import { holds } from './roles.ts'

type Handle = Kysely<Tables>
type Person = Row<'people'>

const keepsNoRoles = sql`not ${holds(sql`people.id`, 'roles')}`
// Data that may not be used is kept: the person may need it (GDPR, art. 18.1).
const wasNotHere = (day: string) => sql`coalesce(last_seen_on, joined_on) <= ${day} and member_number > 0
  and restricted_at is null
  and not exists (select 1 from hours_entries e where e.person_id = people.id and e.worked_on > ${day})`

/** Rows behind `after` (an id), so that one that fails is passed over. */
type Part = { after: string; most: number }
const behind = ({ after, most }: Part) => sql`and id > ${after} order by id limit ${most}`
const neverCame = (instant: string) => sql`invited_at <= ${instant} and restricted_at is null and ${keepsNoRoles}
  and not exists (select 1 from hours_entries e where e.person_id = people.id)`

/** Invited at or before the instant, and never here; not noted as such yet. */
export async function listToNote(db: Handle, instant: string, part: Part): Promise<Person[]> {
  const { rows } = await sql<Person>`select * from people
    where ${neverCame(instant)} and warned_at is null ${behind(part)}`.execute(db)
  return rows
}

/** The same, noted at or before the instant `noted`. */
export async function listNeverCame(db: Handle, instant: string, noted: string, part: Part): Promise<Person[]> {
  const { rows } = await sql<Person>`select * from people
    where ${neverCame(instant)} and warned_at <= ${noted} ${behind(part)}`.execute(db)
  return rows
}

/** Not here since the day, and not told yet. */
export async function listToWarn(db: Handle, day: string, part: Part): Promise<Person[]> {
  const { rows } = await sql<Person>`select * from people
    where ${wasNotHere(day)} and warned_at is null and email <> '' and disabled_at is null and invited_at is null
      and ${keepsNoRoles} ${behind(part)}`.execute(db)
  return rows
}

/** Not here since the day; told at or before the instant, when they could be told. */
export async function listToErase(db: Handle, day: string, told: string, part: Part): Promise<Person[]> {
  const { rows } = await sql<Person>`select * from people
    where ${wasNotHere(day)} and (warned_at <= ${told} or email = '' or disabled_at is not null)
      and ${keepsNoRoles} ${behind(part)}`.execute(db)
  return rows
}
