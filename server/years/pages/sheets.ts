// SPDX-License-Identifier: AGPL-3.0-or-later
// The sheet of one person: their hours of a year, to be signed. It has no amount.
import type { listHoursOf, listPeopleWithHours } from '../../../db/queries/years.ts'
import type { Translator } from '../../text/i18n.ts'

type Person = Awaited<ReturnType<typeof listPeopleWithHours>>[number]
type Hours = Awaited<ReturnType<typeof listHoursOf>>

/** Lines that fit on a sheet of paper. */
const MOST_LINES = 45

/** By month and what was done, when there are more lines than fit on one sheet. */
function fitted(hours: Hours): { lines: Hours; isByMonth: boolean } {
  if (hours.length <= MOST_LINES) return { lines: hours, isByMonth: false }
  const keyOf = (line: Hours[number]) => [line.worked_on.slice(0, 7), line.category_label, line.level_label].join(' ')
  const lines = [...Map.groupBy(hours, keyOf).values()].map((some) => ({
    ...some[0]!,
    worked_on: some[0]!.worked_on.slice(0, 7),
    minutes: some.reduce((sum, { minutes }) => sum + minutes, 0),
    note: '',
    title: null,
  }))
  return { lines, isByMonth: true }
}

export function sheetOf(t: Translator, person: Person, hours: Hours) {
  const label = (json: string | null) =>
    json === null ? '' : t.text(JSON.parse(json) as { fr?: string; en?: string }).text
  const { lines, isByMonth } = fitted(hours)
  const rows = lines.map((line) => {
    const what = [label(line.category_label), label(line.level_label)].filter(Boolean).join(' · ')
    const more = [label(line.title), line.note].filter(Boolean).join('. ')
    const day = t.date(line.worked_on, isByMonth ? 'month' : 'short')
    return { cells: [day, what, more, t.minutes(line.minutes)].map((text) => ({ text })) }
  })
  const total = t.minutes(hours.reduce((sum, { minutes }) => sum + minutes, 0))
  return {
    name: `${person.given_name} ${person.family_name}`.trim(),
    number: person.member_number,
    note: isByMonth ? t('years.sheets.by_month') : '',
    table: {
      caption: t('years.sheets.caption'),
      columns: [
        { label: t('hours.column.day') },
        { label: t('hours.column.category') },
        { label: t('hours.column.note') },
        { label: t('hours.column.duration'), num: true },
      ],
      rows,
      foot: { cells: [t('hours.statement.total'), '', '', total].map((text) => ({ text })) },
    },
  }
}
