// SPDX-License-Identifier: AGPL-3.0-or-later
// Takes a person out of every table. Hours that were approved stay as sums of a month without a name; `secure_delete`
// overwrites the rest with zeros (db/open.ts).
import { sql, type Kysely } from 'kysely'
import type { Tables } from '../schema.ts'
import { deleteMessagesOf } from './application-messages.ts'
import { withdrawNumbersOf } from './attestations.ts'
import { deleteSubscriberOf } from './alerts.ts'
import { deleteGuardiansOf } from './guardians.ts'
import { deleteKioskLinesOf } from './hours-links.ts'
import type { Subject } from './personal.ts'
import { restartClosings } from './years.ts'
import { deleteTestimonialsOf } from './testimonials.ts'
import { deleteWelcomeOf } from './welcome.ts'

type Handle = Kysely<Tables>

/** Has the hours of everybody who was erased; nobody signs in as it, and no list shows it. */
export const NOBODYS_ID = '00000000-0000-0000-0000-000000000000'
/** SQLite checks it: minutes of one line of hours. */
const MOST_MINUTES = 1440

export async function insertErased(tx: Handle, personId: string, at: string): Promise<void> {
  await tx
    .insertInto('erased_people')
    .values({ person_id: personId, at })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export function listErased(db: Handle): Promise<{ person_id: string; at: string }[]> {
  return db.selectFrom('erased_people').selectAll().orderBy('person_id').execute()
}

/** Events that the person caused stay for the counts, without them; those about them go. @returns how many. */
export async function detachEvents(tx: Handle, id: string, most: number): Promise<number> {
  const caused = await sql`update events set actor_id = null
    where seq in (select seq from events where actor_id = ${id} limit ${most})`.execute(tx)
  const about = sql`select seq from events where subject_id = ${id} limit ${most}`
  await sql`delete from event_failures where seq in (${about})`.execute(tx)
  const deleted = await sql`delete from events where seq in (${about})`.execute(tx)
  return Number(caused.numAffectedRows ?? 0) + Number(deleted.numAffectedRows ?? 0)
}

type HoursSum = {
  day: string
  category_id: string
  level_id: string | null
  project_id: string | null
  minutes: number
}

/** Approved hours by month, category, level and project, cut where a rate begins, so that their value stays the same. */
export async function sumHoursOf(db: Handle, id: string) {
  const { rows } = await sql<HoursSum>`
    select max(substr(e.worked_on, 1, 7) || '-01', coalesce((select max(r.valid_from) from hours_rates r
        where r.valid_from <= e.worked_on and coalesce(r.category_id, e.category_id) = e.category_id
          and (r.level_id is null or r.level_id = e.level_id)), '')) as day,
      e.category_id, e.level_id, e.project_id, sum(e.minutes) as minutes
    from hours_entries e where e.person_id = ${id} and e.state = 'approved' group by 1, 2, 3, 4`.execute(db)
  return rows
}

/** The lines of the person are gone afterwards. */
export async function replaceHoursBySums(tx: Handle, id: string, newId: () => string, at: string): Promise<number> {
  const sums = await sumHoursOf(tx, id)
  // Sums take the place of lines in closed years too; what the year comes to stays the same.
  await sql`insert into instance_facts (key, value) values ('hours being erased', ${at})`.execute(tx)
  await restartClosings(tx)
  await tx.deleteFrom('hours_entries').where('person_id', '=', id).execute()
  if (sums.length > 0) await insertNobody(tx, at)
  for (const { day, minutes, ...of } of sums) {
    for (let left = Math.abs(minutes); left > 0; left -= MOST_MINUTES) {
      const part = Math.sign(minutes) * Math.min(left, MOST_MINUTES)
      const line = { ...of, id: newId(), person_id: NOBODYS_ID, worked_on: day, minutes: part }
      const decided = { source: 'coordinator', state: 'approved', decided_at: `${day}T00:00:00.000Z` } as const
      await tx
        .insertInto('hours_entries')
        .values({ ...line, ...decided, created_at: decided.decided_at })
        .execute()
    }
  }
  await sql`delete from instance_facts where key = 'hours being erased'`.execute(tx)
  return sums.reduce((all, { minutes }) => all + minutes, 0)
}

async function insertNobody(tx: Handle, at: string): Promise<void> {
  const nobody = { id: NOBODYS_ID, member_number: 0, family_name: '—', joined_on: at.slice(0, 10), disabled_at: at }
  await tx
    .insertInto('people')
    .values({ ...nobody, created_at: at, updated_at: at })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Approved kilometres stay in the sums of their year, without a name or a way; the others go. */
export async function emptyTripsOf(tx: Handle, id: string, at: string): Promise<void> {
  await tx.deleteFrom('trips').where('person_id', '=', id).where('state', '<>', 'approved').execute()
  await sql`delete from trip_corrections where trip_id in (select t.id from trips t where t.person_id = ${id})`.execute(
    tx,
  )
  await insertNobody(tx, at)
  await tx
    .updateTable('trips')
    .set({ person_id: NOBODYS_ID, way: '', waiver: '', hours_id: null, entered_by: null, return_reason: '' })
    .where('person_id', '=', id)
    .execute()
}

/** State and dates stay for the counts; what still waited is withdrawn. @returns ids of offers with a place held for them. */
export async function emptyApplicationsOf(tx: Handle, { id, email, given_name, family_name }: Subject, at: string) {
  const own = sql<boolean>`(person_id = ${id} or (email_key = lower(${email}) and email_key <> ''
    and given_name = ${given_name} and family_name = ${family_name}))`
  const waits = sql`state in ('unconfirmed', 'submitted', 'in_review', 'waitlisted', 'place_offered')`
  const held = await sql<{ offer: string }>`select distinct offer_id as offer from applications
    where ${own} and state = 'place_offered'`.execute(tx)
  const { rows } = await sql<{ id: string }>`update applications set
      decided_at = case when ${waits} then ${at} else decided_at end,
      state = case when ${waits} then 'withdrawn' else state end,
      given_name = '—', family_name = '—', email = '', email_key = id, phone = '', message = '', ticks = '[]',
      replies = '[]', answer = '', person_id = null, updated_at = ${at}
    where ${own} returning id`.execute(tx)
  const emptied = rows.map((row) => row.id)
  await deleteMessagesOf(tx, emptied)
  await deleteGuardiansOf(tx, emptied)
  await deleteWelcomeOf(tx, emptied)
  await deleteTestimonialsOf(tx, { id, email }, emptied)
  const ids = JSON.stringify(emptied)
  await sql`delete from tokens where subject_id in (select value from json_each(${ids}))`.execute(tx)
  return held.rows.map(({ offer }) => offer)
}

/** Mails to the person, what mails to others say of them, and words that others searched for. */
export async function emptyTracesOf(tx: Handle, { id, email, given_name, family_name }: Subject): Promise<void> {
  const name = `${given_name} ${family_name}`.trim()
  const others = await tx
    .selectFrom('people')
    .select('id')
    .where('email_key', '=', sql<string>`lower(${email})`)
    .where('id', '<>', id)
    .execute()
  const isTheirs = others.length === 0 ? sql`true` : sql`to_name in ('', ${name})`
  await sql`delete from mails where lower(to_email) = lower(${email}) and to_email <> '' and ${isTheirs}`.execute(tx)
  // Of a mailbox that nobody else here has.
  if (others.length === 0) await deleteSubscriberOf(tx, email)
  // Mails that name somebody else of the same name stay, and without a name none can be told.
  const isAlone = sql`${name} <> '' and not exists (select 1 from people p
    where trim(p.given_name || ' ' || p.family_name) = ${name} and p.id <> ${id})`
  const all = sql`subject || ' ' || body_text || ' ' || body_html || ' ' || to_name || ' ' || line || ' ' || reply_name`
  const says = sql`${isAlone} and instr(${all}, ${name}) > 0`
  await sql`delete from mails where state not in ('sent', 'failed') and ${says}`.execute(tx)
  await sql`update mails set subject = '—', body_text = '', body_html = '', to_name = '', line = '', calendar = '',
    reply_name = '', reply_email = '' where ${says}`.execute(tx)
  // What else a deleted list held is gathered again.
  await sql`update mails set state = 'queued', gathered_in = null where gathered_in is not null and body_text <> ''
    and not exists (select 1 from mails list where list.id = mails.gathered_in)`.execute(tx)
  await sql`delete from tokens where subject_id = ${id} or instr(content, ${id}) > 0`.execute(tx)
  await deleteKioskLinesOf(tx, { id, given_name, family_name })
  await sql`delete from sessions where person_id is null and instr(content, ${id}) > 0`.execute(tx)
  await sql`update sessions set content = json_remove(content, '$.searches', '$.flash')
    where instr(lower(content), lower(${family_name})) > 0 and ${family_name} <> ''`.execute(tx)
}

/** Their roles, sessions and links go with them. */
export async function deletePerson(tx: Handle, id: string): Promise<void> {
  await withdrawNumbersOf(tx, id)
  await tx.deleteFrom('people').where('id', '=', id).execute()
}

/** What the write-ahead log still holds of deleted rows goes into the file, as zeros. */
export async function emptyJournal(db: Handle): Promise<void> {
  await sql`pragma wal_checkpoint(truncate)`.execute(db)
}

/** Writes the whole file anew, with nothing between its rows. Not in a transaction, and others wait: for the start only. */
export async function rewriteFile(db: Handle): Promise<void> {
  await sql`vacuum`.execute(db)
  await emptyJournal(db)
}
