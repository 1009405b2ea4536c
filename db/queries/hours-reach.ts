// SPDX-License-Identifier: AGPL-3.0-or-later
// Which lines of hours somebody reaches. Every query of lines for whoever may see some of them has this condition.
import { sql, type RawBuilder } from 'kysely'
import { inList } from '../in-list.ts'

/** All lines, or those of some projects. */
export type Reach = 'everyone' | { projects: readonly string[] }
export type Scope = { personId: string } | Reach

/** @param line the alias of a table with `project_id`, and for one person with `person_id`. */
export function within(scope: Scope, line: string): RawBuilder<boolean> {
  if (scope === 'everyone') return sql<boolean>`true`
  if ('personId' in scope) return sql<boolean>`${sql.ref(`${line}.person_id`)} = ${scope.personId}`
  return sql<boolean>`${sql.ref(`${line}.project_id`)} in ${inList(scope.projects)}`
}
