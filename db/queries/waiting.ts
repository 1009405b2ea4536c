// SPDX-License-Identifier: AGPL-3.0-or-later
// What waits for the team, counted for each page of theirs: each count reads at most MOST_COUNTED rows of an index.
import { sql, type Kysely } from 'kysely'
import type { Tables } from '../schema.ts'

const MOST_COUNTED = 100

export type WaitingCounts = { applications: number; hours: number; moderation: number; requests: number }

/** Numbers up to 100, which means « 100 or more ». */
export async function countWaitingForTeam(db: Kysely<Tables>): Promise<WaitingCounts> {
  const upTo = (from: ReturnType<typeof sql>) =>
    sql`(select count(*) from (select 1 from ${from} limit ${MOST_COUNTED}))`
  const { rows } = await sql<WaitingCounts>`select
    ${upTo(sql`applications where state in ('submitted', 'in_review')`)} as applications,
    ${upTo(sql`hours_entries where state = 'submitted'`)} as hours,
    ${upTo(sql`moderation_items where state in ('pending', 'in_review')`)} as moderation,
    ${upTo(sql`affiliations where partner_is = 'member' and state = 'requested'`)} as requests`.execute(db)
  return rows[0]!
}

/** 1 or 0: whether a new site has one of each. */
export type Begun = { partner: number; offer: number; colleague: number }

export async function readBegun(db: Kysely<Tables>): Promise<Begun> {
  const { rows } = await sql<Begun>`select
    exists (select 1 from affiliations where state in ('requested', 'active')) as partner,
    exists (select 1 from offers where state <> 'draft') as offer,
    (select count(distinct person_id) from people_roles where role <> 'volunteer') > 1 as colleague`.execute(db)
  return rows[0]!
}
