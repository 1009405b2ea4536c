// SPDX-License-Identifier: AGPL-3.0-or-later
// The statement of a year as a file: one row for each person, category, month and rate.
import type { CategoryRow, LevelRow } from '../../../db/queries/hours.ts'
import type { ProjectRow } from '../../../db/queries/projects.ts'
import type { Translator } from '../../text/i18n.ts'
import { columnsOf, type Cell } from '../../web/csv.ts'
import type { createRowSums, RowSum } from '../statement.ts'

const COLUMNS = {
  person: 'text',
  category: 'text',
  month: 'text',
  minutes: 'number',
  hours: 'decimal',
  rate: 'decimal',
  level: 'text',
  project: 'text',
} as const

export const statementColumns = (t: Translator) => columnsOf(COLUMNS, (name) => t(`hours.column.${name}`))

type Given = {
  sums: ReturnType<typeof createRowSums>
  /** By id; who is not there any more has no name. */
  names: ReadonlyMap<string, string>
  categories: readonly CategoryRow[]
  levels: readonly LevelRow[]
  projects: readonly ProjectRow[]
}

/** In the order of the cells, the rows of one name at a time. */
export async function* statementRows(
  t: Translator,
  { sums, names, categories, levels, projects }: Given,
): AsyncGenerator<Cell[][]> {
  const cells = cellsOf(t, [...categories, ...levels], projects)
  const byName = Map.groupBy(sums.people(), (id) => names.get(id) ?? '—')
  const inOrder = (a: string, b: string) => (a < b ? -1 : 1)
  // A name is compared with the comma behind it, as the rows are.
  for (const name of [...byName.keys()].sort((a, b) => inOrder(`${a},`, `${b},`))) {
    const rows = byName.get(name)!.flatMap((id) => sums.of(id).map((row) => cells(name, row)))
    yield rows.sort((a, b) => inOrder(a.join(), b.join()))
  }
}

function cellsOf(t: Translator, named: readonly (CategoryRow | LevelRow)[], projects: readonly ProjectRow[]) {
  const project = new Map(projects.map(({ id, name }) => [id, name]))
  const labels = new Map(named.map(({ id, label }) => [id, t.text(label).text]))
  return (name: string, { categoryId, levelId, projectId, month, minutes, centsPerHour }: RowSum): Cell[] => {
    const value = centsPerHour === null ? null : centsPerHour / 100
    const level = levelId === null ? '' : (labels.get(levelId) ?? '')
    return [
      name,
      labels.get(categoryId) ?? '',
      month,
      minutes,
      minutes / 60,
      value,
      level,
      project.get(projectId ?? '') ?? '',
    ]
  }
}
