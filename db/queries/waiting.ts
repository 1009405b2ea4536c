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
