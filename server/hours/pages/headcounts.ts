// SPDX-License-Identifier: AGPL-3.0-or-later
import type { HeadcountRow } from '../../../db/queries/headcounts.ts'
import type { Translator } from '../../text/i18n.ts'
import { columnsOf, type Cell } from '../../web/csv.ts'

export function headcountOf(t: Translator, line: HeadcountRow) {
  const isTakenOut = line.reverses_id !== null || line.reversed_by !== null
  return {
    id: line.id,
    day: t.date(line.worked_on, 'short'),
    category: t.text(line.category_label),
    offer: line.offer_title && t.text(line.offer_title),
    project: line.project_name ?? '',
    people: t.n('hours.headcount.people', line.people),
    duration: t.minutes(line.minutes),
    total: t.minutes(line.people * line.minutes),
    state: stateOf(t, line),
    reason: line.reason,
    canReverse: !isTakenOut,
  }
}

function stateOf(t: Translator, line: HeadcountRow): string {
  if (line.reverses_id !== null) return t('hours.state.reversal')
  return line.reversed_by === null ? '' : t('hours.state.reversed')
}

const COLUMNS = {
  day: 'day',
  category: 'text',
  offer: 'text',
  people: 'number',
  minutes: 'number',
  state: 'text',
  note: 'text',
  project: 'text',
} as const

export const headcountColumns = (t: Translator) => columnsOf(COLUMNS, (name) => t(`hours.column.${name}`))

/** `minutes`: of each person. */
export const headcountCells =
  (t: Translator) =>
  (line: HeadcountRow): Cell[] => [
    line.worked_on,
    t.text(line.category_label).text,
    line.offer_title ? t.text(line.offer_title).text : '',
    line.people,
    line.minutes,
    stateOf(t, line),
    line.reason,
    line.project_name ?? '',
  ]
