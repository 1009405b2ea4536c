// SPDX-License-Identifier: AGPL-3.0-or-later
// The statement of a year as a file: one row for each person, category, month and rate.
import type { CategoryRow } from '../../../db/queries/hours.ts'
import type { Translator } from '../../text/i18n.ts'
import type { createRowSums, RowSum } from '../statement.ts'

export const statementColumns = (t: Translator) =>
  (['person', 'category', 'month', 'minutes', 'hours', 'rate'] as const).map((key) => t(`hours.column.${key}`))

type Given = {
  sums: ReturnType<typeof createRowSums>
  /** By id; who is not there any more has no name. */
  names: ReadonlyMap<string, string>
  categories: readonly CategoryRow[]
}

/** In the order of the cells, the rows of one name at a time. */
export async function* statementRows(t: Translator, { sums, names, categories }: Given): AsyncGenerator<string[][]> {
  const cells = cellsOf(t, categories)
  const byName = Map.groupBy(sums.people(), (id) => names.get(id) ?? '—')
  const inOrder = (a: string, b: string) => (a < b ? -1 : 1)
  // A name is compared with the comma behind it, as the rows are.
  for (const name of [...byName.keys()].sort((a, b) => inOrder(`${a},`, `${b},`))) {
    const rows = byName.get(name)!.flatMap((id) => sums.of(id).map((row) => cells(name, row)))
    yield rows.sort((a, b) => inOrder(a.join(), b.join()))
  }
}

function cellsOf(t: Translator, categories: readonly CategoryRow[]) {
  const labels = new Map(categories.map(({ id, label }) => [id, t.text(label).text]))
  const decimal = (number: number) => number.toFixed(2).replace('.', t.locale === 'en' ? '.' : ',')
  return (name: string, { categoryId, month, minutes, centsPerHour }: RowSum): string[] => {
    const value = centsPerHour === null ? '' : decimal(centsPerHour / 100)
    return [name, labels.get(categoryId) ?? '', month, String(minutes), decimal(minutes / 60), value]
  }
}
