// SPDX-License-Identifier: AGPL-3.0-or-later
// Whose hours somebody may record who does so for some projects or teams: of a project, whoever gave hours for it, and
// whoever was accepted for an offer whose usual project it is.
import { sql, type Kysely, type RawBuilder } from 'kysely'
import { inList } from '../in-list.ts'
import type { Tables } from '../schema.ts'
import { membersOf, type Reach } from './hours-reach.ts'

type Parts = Exclude<Reach, 'everyone'>

/** Ids of the people of these projects and teams. */
export const peopleOf = ({ projects, teams }: Parts): RawBuilder<string> => sql<string>`(
  select e.person_id from hours_entries e indexed by hours_entries_project_people
    where e.project_id in ${inList(projects)}
  union select a.person_id from offers o indexed by offers_project cross join applications a on a.offer_id = o.id
    where o.project_id in ${inList(projects)} and a.state in ('accepted', 'completed') and a.person_id is not null
  union select person_id from ${membersOf(teams)})`

/** Of whose projects the offers of this person are shown: of somebody in a team, all of them. */
export async function offersReach(db: Kysely<Tables>, reach: Reach, person: string): Promise<Reach> {
  return reach === 'everyone' || (await isAmong(db, person, { ...reach, projects: [] })) ? 'everyone' : reach
}

export async function isAmong(db: Kysely<Tables>, person: string, parts: Parts): Promise<boolean> {
  const { rows } = await sql`select 1 where ${person} in ${peopleOf(parts)}`.execute(db)
  return rows.length > 0
}
