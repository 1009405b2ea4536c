// SPDX-License-Identifier: AGPL-3.0-or-later
// What is kept about a person, in words.
import type { PersonRow } from '../../db/queries/people.ts'
import type { Kept } from '../../db/queries/personal.ts'
import type { Translator } from '../text/i18n.ts'
import { wordOf, type Words } from './words.ts'

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

/** Events that the person caused come after those about them: all go by their instant. */
const byInstant = (one: Record<string, unknown>, other: Record<string, unknown>) => {
  const [a, b] = [String(one['at'] ?? ''), String(other['at'] ?? '')]
  return a < b ? -1 : a > b ? 1 : 0
}

/** One part for each kind of record, with its newest rows. */
export function partsOf(words: Words, kept: readonly Kept[]) {
  const { t } = words
  return Map.groupBy(kept, ({ table }) => table)
    .entries()
    .map(([table, parts]) => {
      const rows = parts.flatMap((part) => part.rows).toSorted(byInstant)
      const shown = rows.slice(-SHOWN).toReversed()
      const word = (row: Record<string, unknown>, column: string) => wordOf(words, table, column, row)
      const columns = Object.keys(rows[0]!).filter(
        (column) => !NOT_SHOWN.includes(column) && shown.some((row) => word(row, column) !== ''),
      )
      const [only] = shown.length === 1 ? shown : []
      return {
        title: t.code('people.data.part', table),
        // One row with many columns is read line by line.
        facts: only ? columns.map((column) => ({ label: labelOf(t, column), value: word(only, column) })) : null,
        more: rows.length > SHOWN ? t('people.data.more', { shown: SHOWN, all: rows.length }) : '',
        table: {
          caption: t.code('people.data.part', table),
          columns: columns.map((column) => ({ label: labelOf(t, column) })),
          rows: shown.map((row) => ({ cells: columns.map((column) => ({ text: word(row, column) })) })),
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
