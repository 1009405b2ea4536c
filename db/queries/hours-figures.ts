// SPDX-License-Identifier: AGPL-3.0-or-later
// Hours of a year, as boards look at them.
import { sql, type Kysely } from 'kysely'
import { inList } from '../in-list.ts'
import type { Tables } from '../schema.ts'
import { membersOf } from './hours-reach.ts'

type Handle = Kysely<Tables>
type Days = { from: string; until: string }
export type FigureSum = {
  personId: string
  categoryId: string
  levelId: string | null
  projectId: string | null
  minutes: number
}

/** One project, the people of one team, or both at once; all when it names neither. */
export type Choice = { projectId?: string | undefined; teamId?: string | undefined }

export const ofChoice = ({ projectId, teamId }: Choice = {}) => {
  const ofProject = projectId === undefined ? sql`true` : sql`+project_id = ${projectId}`
  return teamId === undefined ? ofProject : sql`${ofProject} and person_id in ${membersOf([teamId])}`
}
/** Helpers without a name are of no team. */
export const ofChoiceUnnamed = (choice?: Choice) => (choice?.teamId === undefined ? ofChoice(choice) : sql`false`)

/**
 * Approved hours of some days (a month at most), from an index that holds all of them; reversals included.
 * @param choice undefined for all.
 */
export async function sumForFigures(db: Handle, { from, until }: Days, choice?: Choice): Promise<FigureSum[]> {
  const { rows } = await sql<FigureSum>`
    select person_id as personId, category_id as categoryId, level_id as levelId, project_id as projectId,
      sum(minutes) as minutes
    from hours_entries indexed by hours_entries_sums
    where state = 'approved' and worked_on between ${from} and ${until} and ${ofChoice(choice)}
    group by person_id, category_id, level_id, project_id`.execute(db)
  return rows
}

/** Helpers without a name. */
export async function sumUnnamedForFigures(
  db: Handle,
  { from, until }: Days,
  choice?: Choice,
): Promise<Omit<FigureSum, 'personId'>[]> {
  const { rows } = await sql<Omit<FigureSum, 'personId'>>`
    select category_id as categoryId, level_id as levelId, project_id as projectId, sum(people * minutes) as minutes
    from hours_headcounts indexed by hours_headcounts_day
    where worked_on between ${from} and ${until} and ${ofChoiceUnnamed(choice)}
    group by category_id, level_id, project_id`.execute(db)
  return rows
}

/** Those of some people who had approved hours before that day. @param choice for which; undefined for any. */
export async function listThereBefore(
  db: Handle,
  ids: readonly string[],
  day: string,
  choice?: Choice,
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select p.value as id from json_each(${JSON.stringify(ids)}) p
    where exists (select 1 from hours_entries e indexed by hours_entries_person
      where e.person_id = p.value and e.worked_on < ${day} and +e.state = 'approved' and ${ofChoice(choice)})`.execute(
    db,
  )
  return rows.map(({ id }) => id)
}

/** Names of projects, also of those that are archived. */
export async function nameProjects(db: Handle, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await db.selectFrom('hours_projects').select(['id', 'name']).where('id', 'in', inList(ids)).execute()
  return new Map(rows.map(({ id, name }) => [id, name]))
}
