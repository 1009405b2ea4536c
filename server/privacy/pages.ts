// SPDX-License-Identifier: AGPL-3.0-or-later
// What is kept about a person, in words.
import type { PersonRow } from '../../db/queries/people.ts'
import type { Kept } from '../../db/queries/personal.ts'
import type { Translator } from '../text/i18n.ts'

/** Rows of one table that a page shows; the files hold all. */
const SHOWN = 50

/** For programs, a search or a comparison, or said by another column already; the files hold them. */
const NOT_SHOWN = [
  'search_key',
  'email_key',
  'dedupe',
  'about',
  'line',
  'notice_choices',
  'content',
  'details',
  'template',
  'to_email',
  'to_name',
  'person_id',
  'actor_id',
  'subject_id',
  'reverses_id',
  'replaces_id',
]

type Names = ReadonlyMap<string, Record<string, string>>

/** One part for each kind of record, with its newest rows. */
export function partsOf(t: Translator, kept: readonly Kept[], names: Names) {
  return Map.groupBy(kept, ({ table }) => table)
    .entries()
    .map(([table, parts]) => {
      const rows = parts.flatMap((part) => part.rows)
      const shown = rows.slice(-SHOWN).toReversed()
      const columns = Object.keys(rows[0]!).filter(
        (column) => !NOT_SHOWN.includes(column) && shown.some((row) => wordOf(t, column, row[column], names) !== ''),
      )
      const cells = (row: Record<string, unknown>) =>
        columns.map((column) => ({ text: wordOf(t, column, row[column], names) }))
      return {
        title: t.code('people.data.part', table),
        // One row with many columns is read line by line.
        facts:
          shown.length === 1
            ? columns.map((column) => ({
                label: labelOf(t, column),
                value: wordOf(t, column, shown[0]![column], names),
              }))
            : null,
        more: rows.length > SHOWN ? t('people.data.more', { shown: SHOWN, all: rows.length }) : '',
        table: {
          caption: t.code('people.data.part', table),
          columns: columns.map((column) => ({ label: labelOf(t, column) })),
          rows: shown.map((row) => ({ cells: cells(row) })),
        },
      }
    })
    .toArray()
}

/** For the person themselves; '' when their data may be used. */
export function restrictionOf(t: Translator, person: Pick<PersonRow, 'restricted_at' | 'restriction_ends_at'>): string {
  const { restricted_at: since, restriction_ends_at: until } = person
  if (!since) return ''
  const end = until ? ` ${t('privacy.restriction.own_until', { date: t.date(until, 'short') })}` : ''
  return t('privacy.restriction.own_since', { date: t.date(since, 'short') }) + end
}

export const labelOf = (t: Translator, column: string) => t.code('people.data.column', column)

function wordOf(t: Translator, column: string, value: unknown, names: Names): string {
  if (value === null || value === undefined || value === '' || value === '{}' || value === '[]') return ''
  const text = String(value)
  if (column === 'role') return t.code('people.role', text)
  if (column === 'type') return knownEvent(t, text)
  if (column === 'minutes') return t.minutes(Number(text))
  if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text) || /^\d{4}-\d\d-\d\d$/.test(text)) return t.date(text, 'short')
  const name = names.get(text)
  return name ? t.text(name).text : text
}

/** The word of the trail, or the type itself when it has none. */
function knownEvent(t: Translator, type: string): string {
  const code = type.replace('.', '_')
  return t.has(`audit.what.${code}`) ? t.code('audit.what', code) : type
}
