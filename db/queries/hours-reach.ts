// SPDX-License-Identifier: AGPL-3.0-or-later
// Which lines of hours somebody reaches. Every query of lines for whoever may see some of them has one of these
// conditions.
import { sql, type RawBuilder } from 'kysely'
import { inList } from '../in-list.ts'

/** All lines, or those of some projects, and of the people of some teams. */
export type Reach = 'everyone' | { projects: readonly string[]; teams: readonly string[] }
export type Scope = { personId: string } | Reach

/** Ids of the people of these teams. */
export const membersOf = (teams: readonly string[]): RawBuilder<string> =>
  sql<string>`(select m.person_id from team_members m where m.team_id in ${inList(teams)})`

/** @param line the alias of a table with `person_id` and `project_id`. */
export function within(scope: Scope, line: string): RawBuilder<boolean> {
  if (scope === 'everyone') return sql<boolean>`true`
  const person = sql.ref(`${line}.person_id`)
  if ('personId' in scope) return sql<boolean>`${person} = ${scope.personId}`
  return sql<boolean>`(${ofProjects(scope, line)} or ${person} in ${membersOf(scope.teams)})`
}

/** For what is nobody's: helpers without a name, offers. @param line the alias of a table with `project_id`. */
export function ofProjects(reach: Reach, line: string): RawBuilder<boolean> {
  if (reach === 'everyone') return sql<boolean>`true`
  return sql<boolean>`${sql.ref(`${line}.project_id`)} in ${inList(reach.projects)}`
}
