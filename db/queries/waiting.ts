// SPDX-License-Identifier: AGPL-3.0-or-later
// What waits for the team, counted for each page of theirs: each count reads at most MOST_COUNTED rows of an index.
import { sql, type Kysely } from 'kysely'
import type { Tables } from '../schema.ts'
import { within, type Reach } from './hours-reach.ts'

const MOST_COUNTED = 100

export type WaitingCounts = {
  applications: number
  /** Applications with a message that the team has not read. */
  messages: number
  enquiries: number
  /** Requests for help with the site of which nobody takes care. */
  help: number
  /** Offers that visitors reported. */
  reports: number
  /** Words of volunteers to read before they are public. */
  testimonials: number
  hours: number
  moderation: number
  requests: number
  /** Questions about the viewer's own hours. */
  questions: number
}

/** Numbers up to 100, which means « 100 or more ». @param hours whose lines are counted. */
export async function countWaitingForTeam(db: Kysely<Tables>, hours: Reach): Promise<Omit<WaitingCounts, 'questions'>> {
  const upTo = (from: ReturnType<typeof sql>) =>
    sql`(select count(*) from (select 1 from ${from} limit ${MOST_COUNTED}))`
  const { rows } = await sql<Omit<WaitingCounts, 'questions'>>`select
    ${upTo(sql`applications where state in ('submitted', 'in_review')`)} as applications,
    ${upTo(sql`(select distinct application_id from application_messages where side = 'person' and read_at is null)`)} as messages,
    ${upTo(sql`enquiries where state = 'new'`)} as enquiries,
    ${upTo(sql`help_requests where state = 'open' and taken_by is null`)} as help,
    ${upTo(sql`offer_reports where state = 'open'`)} as reports,
    ${upTo(sql`testimonials where state = 'waiting'`)} as testimonials,
    ${upTo(sql`hours_entries e where ${within(hours, 'e')} and e.state = 'submitted'`)} as hours,
    ${upTo(sql`moderation_items where state in ('pending', 'in_review')`)} as moderation,
    ${upTo(sql`affiliations where partner_is = 'member' and state = 'requested'`)} as requests`.execute(db)
  return rows[0]!
}

/** Questions about the hours of one person that wait for their answer, up to 100. */
export async function countQuestionsTo(db: Kysely<Tables>, personId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from (
    select 1 from hours_entries where person_id = ${personId} and state = 'returned' limit ${MOST_COUNTED})`.execute(db)
  return rows[0]!.count
}

/** 1 or 0: whether a new site has one of each. An association has asked its first centre, a centre has let its first member in. */
export type Begun = { partner: number; offer: number; colleague: number }

export async function readBegun(db: Kysely<Tables>): Promise<Begun> {
  const { rows } = await sql<Begun>`select
    exists (select 1 from affiliations
      where state = 'active' or (state = 'requested' and partner_is = 'centre')) as partner,
    exists (select 1 from offers where state <> 'draft') as offer,
    (select count(*) from (select person_id from people_roles where role <> 'volunteer'
      union select person_id from given_roles indexed by given_roles_role
      union select person_id from limited_roles indexed by limited_roles_one)) > 1 as colleague`.execute(db)
  return rows[0]!
}
