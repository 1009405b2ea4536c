// SPDX-License-Identifier: AGPL-3.0-or-later
// Numbers that are too small are hidden (`maskedSum`).
import { sortedByName } from '../../../db/plain.ts'
import type { MemberCell } from '../../../db/queries/figures.ts'
import type { Gazetteer } from '../../../db/reference/places.ts'
import type { Translator } from '../../text/i18n.ts'
import {
  ANSWERED,
  answersIn,
  FUNNEL,
  maskedSum,
  SMALLEST,
  type Answers,
  type MaskedSum,
  type Step,
} from '../../model/counts.ts'
import { columnsOf, type Cell, type Column } from '../../web/csv.ts'
import { answerCell, answerWords, stepLabels, tableLabels } from '../../public-offer/channels.ts'
import { YEARLY } from './periods.ts'

type Wording = { t: Translator; places: Gazetteer }

function words(t: Translator, shown: MaskedSum): string {
  if (shown.is === 'exact') return t.number(shown.count)
  if (shown.is === 'at_least') return t('statistics.at_least', { count: shown.count })
  return t(shown.is === 'small' ? 'statistics.small' : 'statistics.small_each', { count: SMALLEST })
}

/** `exact`: addresses of the members that agree to exact sums. */
export type Cells = { cells: MemberCell[]; exact: ReadonlySet<string> }

function sumOf({ cells, exact }: Cells, step: Step): MaskedSum {
  const [agreed, others] = [true, false].map((is) => cells.filter(({ association }) => exact.has(association) === is))
  return maskedSum(
    others!.map((cell) => cell[step]),
    agreed!.map((cell) => cell[step]),
  )
}

const sums = (t: Translator, of: Cells) => [
  ...FUNNEL.map((step) => words(t, sumOf(of, step))),
  answerWords(t, answersOf(of)),
]

/** Answers of cells with fewer than five of them count for nothing: whoever knows one could tell the others. */
function answersOf({ cells, exact }: Cells): Partial<Answers> {
  const told = cells.filter((cell) => exact.has(cell.association) || answersIn(cell) >= SMALLEST)
  return Object.fromEntries(ANSWERED.map((name) => [name, told.reduce((sum, cell) => sum + cell[name], 0)]))
}

type Town = Pick<MemberCell, 'town' | 'department'>
const townOf = ({ t }: Wording, { town }: Town) => town || t('statistics.no_town')
const areaOf = ({ t, places }: Wording, { department }: Town) =>
  (department && places.area(department)?.name) || t('statistics.no_area')

/** « Saint-Denis (La Réunion) ». @param of.department its code. */
export const townInArea = (wording: Wording, of: Town): string =>
  of.town ? `${of.town} (${areaOf(wording, of)})` : townOf(wording, of)

type Groups = Iterable<[string, MemberCell[]]>

function table(wording: Wording, first: string, groups: Groups, { exact }: Cells, all: MemberCell[] | null) {
  const { t } = wording
  return {
    first,
    columns: tableLabels(t),
    rows: [...groups].map(([name, cells]) => ({ name, cells: sums(t, { cells, exact }) })),
    foot: all && { name: t('offers.column.total'), cells: sums(t, { cells: all, exact }) },
  }
}

/** The sums of a whole year, which stand over the tables. */
export function yearOf(t: Translator, of: Cells) {
  const items = YEARLY.map((step) => ({ value: words(t, sumOf(of, step)), label: t(`statistics.step.${step}`) }))
  const answer = { value: answerWords(t, answersOf(of)), label: t('statistics.column.answer') }
  return { items: [...items, answer], isEmpty: of.cells.length === 0 }
}

const hasHidden = (of: Cells): boolean =>
  of.cells.some((cell) => FUNNEL.some((step) => sumOf({ ...of, cells: [cell] }, step).is !== 'exact'))

export function membersPage(wording: Wording, of: Cells) {
  const { t } = wording
  const { cells } = of
  const associations = [...Map.groupBy(cells, ({ association }) => association).values()]
  const byName = (groups: Map<string, MemberCell[]>) => sortedByName([...groups], ([name]) => name)
  const areas = byName(Map.groupBy(cells, (cell) => areaOf(wording, cell)))
  return {
    isEmpty: cells.length === 0,
    why: hasHidden(of) ? t('statistics.members.why', { count: SMALLEST }) : '',
    byAssociation: table(
      wording,
      t('statistics.column.association'),
      associations.map((own) => [own[0]!.name, own]),
      of,
      cells,
    ),
    byTown: table(
      wording,
      t('statistics.column.town'),
      byName(Map.groupBy(cells, (cell) => townInArea(wording, cell))),
      of,
      null,
    ),
    byArea: areas.length > 1 ? table(wording, t('statistics.column.area'), areas, of, null) : null,
  }
}

export const memberColumns = (t: Translator): Column[] => [
  ...columnsOf({ association: 'text', town: 'text', area: 'text' }, (name) => t(`statistics.column.${name}`)),
  ...stepLabels(t).map((label) => ({ label, is: 'number' }) as const),
  { label: t('statistics.column.answer'), is: 'text' },
]

/** The cells of each row of the file: one for each association and town; sums of these rows are what the page shows. */
export function linesOf(cells: MemberCell[]): Iterable<MemberCell[]> {
  return Map.groupBy(cells, ({ association, place, town }) => `${association} ${place ?? town}`).values()
}

export const memberCells = (wording: Wording, of: Cells): Cell[] => [
  of.cells[0]!.name,
  townOf(wording, of.cells[0]!),
  areaOf(wording, of.cells[0]!),
  ...FUNNEL.map((step) => {
    const sum = sumOf(of, step)
    return sum.is === 'exact' ? sum.count : words(wording.t, sum)
  }),
  answerCell(wording.t, answersOf(of)),
]
