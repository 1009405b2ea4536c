// SPDX-License-Identifier: AGPL-3.0-or-later
// Who is of a project: whoever gave hours for it, and whoever was accepted for an offer whose usual project it is.
import { sql, type Kysely, type RawBuilder } from 'kysely'
import { inList } from '../in-list.ts'
import type { Tables } from '../schema.ts'

/** Ids of the people of these projects. */
export const peopleOf = (projects: readonly string[]): RawBuilder<string> => sql<string>`(
  select e.person_id from hours_entries e indexed by hours_entries_project_people
    where e.project_id in ${inList(projects)}
  union select a.person_id from offers o indexed by offers_project cross join applications a on a.offer_id = o.id
    where o.project_id in ${inList(projects)} and a.state in ('accepted', 'completed') and a.person_id is not null)`

export async function isOfProjects(db: Kysely<Tables>, person: string, projects: readonly string[]): Promise<boolean> {
  const { rows } = await sql`select 1 where ${person} in ${peopleOf(projects)}`.execute(db)
  return rows.length > 0
}
