// SPDX-License-Identifier: AGPL-3.0-or-later
// One row of a file, read. Pure.
import { nameKey } from '../../db/plain.ts'
import { phone } from '../accounts/forms.ts'
import { DAY_MINUTES, dayFault } from '../hours/rules.ts'
import { parseDuration } from '../web/durations.ts'
import type { FieldFault } from '../web/errors.ts'
import { emailKey, isDay, namesSite, optionalEmail, tidyLine, tidyLines } from '../web/fields.ts'
import { hasHours, type ImportColumn } from './columns.ts'

/** `column`: in which it is mended; '' when it is in no column of the file. */
export type RowFault = { column: ImportColumn; fault: FieldFault }
/** `name_key`: the same for the same person of the file, whichever name stands first. */
export type ReadPerson = { name_key: string; given_name: string; family_name: string; email: string; phone: string }
export type ReadRow = ReadPerson & {
  faults: RowFault[]
  /** Of a line of hours the day; of a member since when they are one; null when it is not said. */
  day: string | null
  minutes: number | null
  note: string
  category: string
  level: string
  project: string
  place: string
}
type Cells = Record<ImportColumn, string>
/** `isClosed`: whether the hours of a day do not change any more. */
export type Around = { today: string; isClosed: (day: string) => boolean }

const tidy = (cell: string) => tidyLine(cell).replaceAll(/[\s\u00a0\u202f]+/g, ' ')

/** Columns with whose words somebody or something new may be made. */
const MAKING = ['full_name', 'turned_name', 'given_name', 'family_name', 'category', 'level', 'project'] as const
/** What Excel and LibreOffice show of a formula that failed, in English and French. */
const FAILED =
  /^(?:#(?:N\/[AD]|(?:DIV\/0|REF|VALUE|VALEUR|NULL?|NUM|NOMBRE|SPILL|PROPAGATION|CALC)!|(?:NAME|NOM)\?)|Err:\d{3})$/

/** @param columns what each heading is; '' is left out. */
export function readRow(columns: readonly string[], cells: readonly string[], around: Around): ReadRow {
  const said = {} as Cells
  for (const [at, name] of columns.entries()) {
    if (name !== '')
      said[name as ImportColumn] = [said[name as ImportColumn], cells[at]?.trim()].filter(Boolean).join('\n')
  }
  const faults: RowFault[] = []
  const fault = (column: ImportColumn, why: FieldFault) => void faults.push({ column, fault: why })
  for (const name of MAKING) {
    if (!FAILED.test(said[name] ?? '')) continue
    fault(name, { key: 'imports.error.formula', params: shown(said[name]) })
    said[name] = ''
  }
  const person = readPerson(said, columns, fault)
  const word = (name: 'category' | 'level' | 'project') => {
    const text = tidy(said[name] ?? '')
    if (text.length > 80) fault(name, 'error.field.too_long')
    return text.slice(0, 80)
  }
  const place = tidy(said.place ?? '')
  if (place.length > 100) fault('place', 'error.field.too_long')
  const row: ReadRow = {
    ...person,
    faults,
    day: null,
    minutes: null,
    note: tidyLines([said.title, said.note].filter(Boolean).join('\n')),
    category: word('category'),
    level: word('level'),
    project: word('project'),
    place: place.slice(0, 100),
  }
  if (!hasHours(columns)) return { ...row, day: readDay(said.joined_on ?? '') ?? null, note: '' }
  if (row.note.length > 1000) fault(said.note ? 'note' : 'title', 'error.field.too_long')
  row.note = row.note.slice(0, 1000)
  row.day = hoursDay(said.day ?? '', around, fault)
  row.minutes = minutesOf(said, columns, fault)
  return row
}

/** Made once: it takes longer than a row. */
const EMAIL = optionalEmail()

type Say = (column: ImportColumn, why: FieldFault) => void

function readPerson(said: Cells, columns: readonly string[], fault: Say): ReadPerson {
  const column = (['full_name', 'turned_name', 'family_name', 'given_name'] as const).find((name) =>
    columns.includes(name),
  )
  const [given_name, family_name] = namesOf(said)
  const whole = `${given_name} ${family_name}`.trim()
  if (nameKey(whole) === '') fault(column ?? 'full_name', 'imports.error.name_missing')
  else if (given_name.length > 80 || family_name.length > 80) fault(column!, 'error.field.too_long')
  else if (namesSite(whole)) fault(column!, 'error.field.name_link')
  const email = checked(EMAIL, tidy(said.email ?? ''), (why) => fault('email', why))
  const number = checked(phone, tidy(said.phone?.split('\n')[0] ?? ''), (why) => fault('phone', why))
  const words = nameKey(whole).split(' ').toSorted().join(' ')
  return {
    name_key: email ? `${words} ${emailKey(email)}` : words,
    given_name: given_name.slice(0, 80),
    family_name: family_name.slice(0, 80),
    email,
    phone: number,
  }
}

type Schema = {
  safeParse(
    value: unknown,
  ): { success: true; data: string } | { success: false; error: { issues: { message: string }[] } }
}

function checked(schema: Schema, typed: string, fault: (why: FieldFault) => void): string {
  if (typed === '') return ''
  const read = schema.safeParse(typed)
  if (read.success) return read.data
  fault(read.error.issues[0]!.message as FieldFault)
  return ''
}

/** « Durand Marie », « Marie DURAND »: a word in capitals belongs to the family name, else the order of the column says. */
function namesOf(said: Cells): [given: string, family: string] {
  const [given, family] = [tidy(said.given_name ?? ''), tidy(said.family_name ?? '')]
  if (given || family) return given ? [given, family] : [family, '']
  const isTurned = !said.full_name
  const words = tidy(said.full_name || said.turned_name || '').split(' ')
  if (words.length < 2) return [words[0]!, '']
  const isLoud = (word: string) => word.length > 1 && word === word.toUpperCase() && word !== word.toLowerCase()
  const loud = words.filter(isLoud)
  if (loud.length > 0 && loud.length < words.length)
    return [words.filter((word) => !isLoud(word)).join(' '), loud.join(' ')]
  return isTurned ? [words.at(-1)!, words.slice(0, -1).join(' ')] : [words[0]!, words.slice(1).join(' ')]
}

/** 2024-12-30, 30/12/2024, 30.12.2024, also with a time of day behind it. */
export function readDay(typed: string): string | undefined {
  const text = tidy(typed)
  const iso = /^(\d{4}-\d{2}-\d{2})(?:[T ][\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?$/.exec(text)?.[1]
  const french = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?: [\d:h]+)?$/.exec(text)
  const day = iso ?? (french && `${french[3]}-${french[2]!.padStart(2, '0')}-${french[1]!.padStart(2, '0')}`)
  return day && isDay(day) ? day : undefined
}

const shown = (typed: string) => ({ typed: typed.slice(0, 60) })

function hoursDay(typed: string, { today, isClosed }: Around, fault: Say): string | null {
  const day = readDay(typed)
  if (day === undefined) {
    fault('day', typed === '' ? 'imports.error.day_missing' : { key: 'imports.error.day', params: shown(typed) })
    return null
  }
  const why = dayFault(day, today) ?? (isClosed(day) ? 'imports.error.day_closed' : undefined)
  if (why) fault('day', why)
  return day
}

/** @returns whole minutes: 2,9166 hours are 175. */
function minutesOf(said: Cells, columns: readonly string[], fault: Say): number | null {
  const column = said.hours ? 'hours' : said.minutes || !columns.includes('hours') ? 'minutes' : 'hours'
  const typed = tidy(said[column] ?? '')
  const number = /^\d{1,6}(?:[.,]\d{1,20})?$/.test(typed) ? Number(typed.replace(',', '.')) : undefined
  const read = number === undefined ? parseDuration(typed) : Math.round(column === 'hours' ? number * 60 : number)
  const why = ((): FieldFault | undefined => {
    if (typed === '') return 'imports.error.duration_missing'
    if (read === null) return { key: 'imports.error.duration', params: shown(typed) }
    if (read === 0) return 'imports.error.duration_none'
    return read > DAY_MINUTES ? 'imports.error.duration_long' : undefined
  })()
  if (why) fault(column, why)
  return why ? null : read
}
