// SPDX-License-Identifier: AGPL-3.0-or-later
// Numbers that are too small are hidden (`maskedSum`).
import { sortedByName } from '../../../db/plain.ts'
import type { MemberCell } from '../../../db/queries/figures.ts'
import type { Gazetteer } from '../../../db/reference/places.ts'
import type { Translator } from '../../text/i18n.ts'
import { FUNNEL, maskedSum, SMALLEST, type MaskedSum } from '../../model/counts.ts'
import { columnsOf, type Cell, type Column } from '../../web/csv.ts'
import { stepLabels } from '../../public-offer/channels.ts'

type Wording = { t: Translator; places: Gazetteer }

function words(t: Translator, shown: MaskedSum): string {
  if (shown.is === 'exact') return t.number(shown.count)
  if (shown.is === 'at_least') return t('statistics.at_least', { count: shown.count })
  return t(shown.is === 'small' ? 'statistics.small' : 'statistics.small_each', { count: SMALLEST })
}

const sums = (t: Translator, cells: MemberCell[]) =>
  FUNNEL.map((step) => words(t, maskedSum(cells.map((cell) => cell[step]))))

const townOf = ({ t }: Wording, cell: MemberCell) => cell.town || t('statistics.no_town')
const areaOf = ({ t, places }: Wording, { department }: MemberCell) =>
  (department && places.area(department)?.name) || t('statistics.no_area')

function table(wording: Wording, first: string, groups: Iterable<[string, MemberCell[]]>, all: MemberCell[] | null) {
  const { t } = wording
  return {
    first,
    columns: stepLabels(t),
    rows: [...groups].map(([name, cells]) => ({ name, cells: sums(t, cells) })),
    foot: all && { name: t('offers.column.total'), cells: sums(t, all) },
  }
}

export function membersPage(wording: Wording, cells: MemberCell[]) {
  const { t } = wording
  const associations = [...Map.groupBy(cells, ({ association }) => association).values()]
  const byName = (groups: Map<string, MemberCell[]>) => sortedByName([...groups], ([name]) => name)
  const areas = byName(Map.groupBy(cells, (cell) => areaOf(wording, cell)))
  const town = (cell: MemberCell) => (cell.town ? `${cell.town} (${areaOf(wording, cell)})` : townOf(wording, cell))
  return {
    isEmpty: cells.length === 0,
    byAssociation: table(
      wording,
      t('statistics.column.association'),
      associations.map((of) => [of[0]!.name, of]),
      cells,
    ),
    byTown: table(wording, t('statistics.column.town'), byName(Map.groupBy(cells, town)), null),
    byArea: areas.length > 1 ? table(wording, t('statistics.column.area'), areas, null) : null,
  }
}

export const memberColumns = (t: Translator): Column[] => [
  ...columnsOf({ association: 'text', town: 'text', area: 'text' }, (name) => t(`statistics.column.${name}`)),
  ...stepLabels(t).map((label) => ({ label, is: 'number' }) as const),
]

/** The cells of each row of the file: one for each association and town; sums of these rows are what the page shows. */
export function linesOf(cells: MemberCell[]): Iterable<MemberCell[]> {
  return Map.groupBy(cells, ({ association, place, town }) => `${association} ${place ?? town}`).values()
}

export const memberCells = (wording: Wording, of: MemberCell[]): Cell[] => [
  of[0]!.name,
  townOf(wording, of[0]!),
  areaOf(wording, of[0]!),
  ...FUNNEL.map((step) => {
    const sum = maskedSum(of.map((cell) => cell[step]))
    return sum.is === 'exact' ? sum.count : words(wording.t, sum)
  }),
]
