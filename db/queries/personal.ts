// SPDX-License-Identifier: AGPL-3.0-or-later
// Everything that is kept about one person, as the data map has it: a column that is added is found here by itself, and
// a table that is added must be named here (test/house/data-map.test.ts).
import { sql, type Kysely, type RawBuilder } from 'kysely'
import { dataMap } from '../data-map.ts'
import { isTypedBy } from './hours-links.ts'
import type { Tables } from '../schema.ts'
import { isSentBy } from '../sent-by.ts'

type Handle = Kysely<Tables>
export type Subject = { id: string; email: string; given_name: string; family_name: string }
type TableName = keyof Tables & string

/** Columns in which a row of somebody else names the person who did something with it, or the other way round. */
const DONE_BY = [
  'granted_by',
  'decided_by',
  'entered_by',
  'created_by',
  'posted_by',
  'accepted_by',
  'taken_by',
  'contact_id',
  'sent_by',
  'noted_by',
  'reply_name',
  'reply_email',
]

type Holding = { table: TableName; order: 'rowid' | string; where: (person: Subject) => RawBuilder<boolean> }

const of = (table: TableName, column: string, order = 'rowid'): Holding => ({
  table,
  order,
  where: ({ id }) => sql<boolean>`${sql.ref(column)} = ${id}`,
})

/** The rows that are about a person. Mails of a shared mailbox are those with the person's name. */
export const HOLDINGS: readonly Holding[] = [
  of('people', 'id'),
  of('people_roles', 'person_id', 'role'),
  of('given_roles', 'person_id', 'role_id'),
  of('limited_roles', 'person_id'),
  of('team_members', 'person_id', 'team_id'),
  of('hours_entries', 'person_id'),
  of('attestations', 'person_id'),
  of('cec_files', 'person_id'),
  of('gathered_attestations', 'person_id'),
  of('volunteer_skills', 'person_id'),
  of('trips', 'person_id'),
  {
    table: 'trip_corrections',
    order: 'rowid',
    where: ({ id }) => sql<boolean>`trip_id in (select t.id from trips t where t.person_id = ${id})`,
  },
  of('hours_links', 'person_id'),
  { table: 'kiosk_lines', order: 'rowid', where: isTypedBy },
  of('hours_timers', 'person_id', 'person_id'),
  of('usual_hours', 'person_id'),
  of('applications', 'person_id'),
  {
    table: 'application_guardians',
    order: 'rowid',
    where: ({ id }) => sql<boolean>`application_id in (select a.id from applications a where a.person_id = ${id})`,
  },
  {
    table: 'application_messages',
    order: 'rowid',
    where: ({ id }) => sql<boolean>`application_id in (select a.id from applications a where a.person_id = ${id})`,
  },
  {
    table: 'application_welcome',
    order: 'item',
    where: ({ id }) => sql<boolean>`application_id in (select a.id from applications a where a.person_id = ${id})`,
  },
  { table: 'testimonials', order: 'rowid', where: isSentBy },
  of('enquiries', 'person_id'),
  {
    table: 'enquiry_messages',
    order: 'rowid',
    where: ({ id }) => sql<boolean>`enquiry_id in (select e.id from enquiries e where e.person_id = ${id})`,
  },
  { table: 'help_requests', order: 'rowid', where: isSentBy },
  {
    table: 'help_answers',
    order: 'rowid',
    where: (person) => sql<boolean>`request_id in (select h.id from help_requests h where ${isSentBy(person)})`,
  },
  { table: 'offer_reports', order: 'rowid', where: isSentBy },
  of('privacy_requests', 'person_id'),
  of('offer_invitations', 'person_id'),
  of('offer_contacts', 'person_id', 'offer_id'),
  of('typed_offers', 'person_id'),
  of('offer_imports', 'created_by'),
  of('imports', 'created_by'),
  of('import_people', 'person_id'),
  {
    table: 'import_rows',
    order: 'rowid',
    where: ({ id }) => sql<boolean>`(import_id, party) in
      (select p.import_id, p.number from import_people p where p.person_id = ${id})`,
  },
  of('team_notes', 'written_by'),
  of('consents', 'person_id'),
  {
    table: 'mails',
    order: 'rowid',
    where: ({ email, given_name, family_name }) =>
      sql<boolean>`lower(to_email) = lower(${email}) and to_email <> '' and to_name in ('', ${`${given_name} ${family_name}`.trim()})`,
  },
  {
    table: 'alert_subscribers',
    order: 'rowid',
    where: ({ email }) => sql<boolean>`email_key = lower(${email}) and email_key <> ''`,
  },
  {
    table: 'alerts',
    order: 'rowid',
    where: ({ email }) => sql<boolean>`subscriber_id in
      (select id from alert_subscribers where email_key = lower(${email}) and email_key <> '')`,
  },
  of('sessions', 'person_id', 'id_hash'),
  of('tokens', 'person_id', 'hash'),
  of('events', 'subject_id'),
  // Without those that are about the person too, which stand above.
  {
    table: 'events',
    order: 'rowid',
    where: ({ id }) => sql<boolean>`actor_id = ${id} and subject_id is not ${id}`,
  },
]

/** Secrets are left out, because a copy of them would open something. */
export function personalColumns(table: TableName): string[] {
  return Object.entries(dataMap[table])
    .filter(([column, tag]) => (tag === 'personal' || tag === 'sensitive') && !DONE_BY.includes(column))
    .map(([column]) => column)
}

export type Kept = { table: TableName; rows: Record<string, unknown>[] }

/** In parts of at most `most` rows of one table, so that each statement is short. */
export async function* readPersonal(db: Handle, person: Subject, most = 200): AsyncGenerator<Kept> {
  for (const { table, order, where } of HOLDINGS) {
    const columns = sql.join(personalColumns(table).map((column) => sql.ref(column)))
    let after: unknown
    do {
      const beyond = after === undefined ? sql`true` : sql`${sql.ref(order)} > ${after}`
      const { rows } = await sql<Record<string, unknown>>`
        select ${sql.ref(order)} as "row key", ${columns} from ${sql.table(table)}
        where ${where(person)} and ${beyond} order by ${sql.ref(order)} limit ${most}`.execute(db)
      after = rows.length < most ? undefined : rows.at(-1)!['row key']
      if (rows.length > 0) yield { table, rows: rows.map(({ ['row key']: _key, ...row }) => row) }
    } while (after !== undefined)
  }
}

/** Labels of categories and levels, names of projects and titles of offers, for the ids that stand in those rows. */
export async function nameIds(db: Handle, ids: readonly string[]): Promise<Map<string, Record<string, string>>> {
  const list = JSON.stringify([...new Set(ids)])
  const { rows } = await sql<{ id: string; name: string }>`
    select id, label as name from hours_categories where id in (select value from json_each(${list}))
    union all
    select id, label from hours_levels where id in (select value from json_each(${list}))
    union all
    select id, json_object('fr', name) from hours_projects where id in (select value from json_each(${list}))
    union all
    select id, json_object('fr', name) from teams where id in (select value from json_each(${list}))
    union all
    select id, json_object('fr', name) from roles where id in (select value from json_each(${list}))
    union all
    select id, content ->> 'title' from offers where id in (select value from json_each(${list}))`.execute(db)
  return new Map(rows.map(({ id, name }) => [id, JSON.parse(name) as Record<string, string>]))
}
