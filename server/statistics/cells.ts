// SPDX-License-Identifier: AGPL-3.0-or-later
import type { MemberCell } from '../../db/queries/figures.ts'
import { nameKey } from '../../db/plain.ts'
import { ANSWERED, FUNNEL } from '../model/counts.ts'

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** Adds up cells that come in parts; the greatest of several names counts. `result`: by name of the association. */
export function createCellSums() {
  const all = new Map<string, MemberCell>()
  return {
    add(cells: readonly MemberCell[]): void {
      for (const cell of cells) {
        const key = JSON.stringify([cell.association, cell.place ?? cell.town, cell.is_recent])
        const sum = all.get(key)
        if (!sum) {
          all.set(key, { ...cell })
          continue
        }
        for (const name of [...FUNNEL, ...ANSWERED]) sum[name] += cell[name]
        if (cell.name > sum.name) sum.name = cell.name
        if (cell.town > sum.town) sum.town = cell.town
        if ((cell.department ?? '') > (sum.department ?? '')) sum.department = cell.department
      }
    },
    result: (): MemberCell[] =>
      [...all.values()]
        .map((cell) => ({ cell, name: nameKey(cell.name) }))
        .sort((a, b) => compare(a.name, b.name) || compare(a.cell.association, b.cell.association))
        .map(({ cell }) => cell),
  }
}
