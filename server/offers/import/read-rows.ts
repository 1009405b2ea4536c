// SPDX-License-Identifier: AGPL-3.0-or-later
// Each row of a file is read as the form of an offer would be, with the same rules and the same faults.
import { createHash } from 'node:crypto'
import type { Deps } from '../../deps.ts'
import { createYielding } from '../../queue/event-loop.ts'
import { LOCALES } from '../../text/i18n.ts'
import type { FieldErrors, FieldFault } from '../../web/errors.ts'
import type { FormValues } from '../../web/forms.ts'
import { optionalDay } from '../../web/fields.ts'
import type { OpenPlace } from '../../public-offer/places.ts'
import { placeName } from '../../public-offer/places.ts'
import type { OfferInput } from '../commands/write.ts'
import { createOfferParser } from '../forms.ts'
import { readOffer, type FormContext } from '../form-to-content.ts'
import { columnOfField, createCellReader, OFFER_COLUMNS } from './columns.ts'
import type { Table, TableRow } from '../../web/table-file.ts'

/** `column`: the name of an offer's column, which may be in no column of the file. */
export type RowFault = { column: string; fault: FieldFault }
/** `input`: null when there are faults. `isOver`: its days online are over, so that the draft has none. */
export type ReadRow = TableRow & {
  title: string
  hash: string
  reference: string
  faults: RowFault[]
  isOver: boolean
  input: OfferInput | null
}

/** One cell of several columns that are the same: codes one after the other, texts below one another. */
const JOINTS: Record<string, string> = { codes: '; ', slots: '; ' }
const kinds = new Map(OFFER_COLUMNS.map(({ name, kind }) => [name, kind]))

/** @param columns of each heading, '' for one that is not taken. @param me who answers for what comes in. */
export async function readRows(
  deps: Pick<Deps, 'places' | 'taxonomies' | 'i18n'>,
  context: FormContext,
  { table, columns, me }: { table: Table; columns: readonly string[]; me: string | null },
): Promise<ReadRow[]> {
  const readCell = createCellReader(
    deps.taxonomies,
    LOCALES.map((locale) => deps.i18n.for(locale)),
  )
  const parse = createOfferParser(deps.taxonomies)
  const contact_id = context.team.some(({ id }) => id === me) ? me! : ''
  const yieldLoop = createYielding()
  const rows: ReadRow[] = []
  for (const row of table.rows) {
    const { values, faults } = typedInto(row, columns, readCell)
    const { reference = '', ...typed } = values
    const isOver = dropOverDays(typed, context.today)
    const read = readOffer(deps, context, { ...typed, contact_id, far_days: 'on' }, parse)
    const all = [...faults, ...(read.ok ? [] : faultsOf(read.form.errors, read.open, faults))]
    rows.push({
      ...row,
      title: String(values.title_fr || values.title_en || ''),
      hash: hashOf(row, row.cells[table.named ?? -1]),
      reference: String(reference),
      faults: all,
      isOver,
      input: read.ok && all.length === 0 ? read.input : null,
    })
    await yieldLoop()
  }
  return rows
}

function typedInto({ cells }: TableRow, columns: readonly string[], readCell: ReturnType<typeof createCellReader>) {
  const joined = new Map<string, string>()
  for (const [at, name] of columns.entries()) {
    const cell = (cells[at] ?? '').trim()
    if (name === '' || cell === '') continue
    const before = joined.get(name)
    joined.set(name, before === undefined ? cell : before + (JOINTS[kinds.get(name) ?? ''] ?? '\n') + cell)
  }
  const values: FormValues = {}
  const faults: RowFault[] = []
  for (const [name, cell] of joined) {
    const read = readCell(name, cell)
    Object.assign(values, read.values)
    if (read.fault) faults.push({ column: name, fault: read.fault })
  }
  return { values, faults }
}

const dayOf = (typed: unknown) => {
  const read = optionalDay('offers.error.day').safeParse(typed)
  return read.success ? read.data : null
}

/** Days online that are over say when an offer was shown elsewhere: the draft gets new ones. */
function dropOverDays(typed: FormValues, today: string): boolean {
  const [from, until] = [dayOf(typed.publish_from), dayOf(typed.publish_until)]
  if (from !== null && from < today) typed.publish_from = ''
  if (until === null || until >= today) return false
  typed.publish_until = ''
  return true
}

function faultsOf(errors: FieldErrors, open: readonly OpenPlace[], known: readonly RowFault[]): RowFault[] {
  const faults = Object.entries(errors).map(([field, fault]) => ({ column: columnOfField(field), fault }))
  return faults
    .filter(({ column }) => !known.some((one) => one.column === column))
    .map(({ column, fault }) => {
      const choices = column === 'places' ? (open[0]?.choices ?? []) : []
      if (choices.length === 0) return { column, fault }
      const params = { place: open[0]!.typed.slice(0, 60), choices: choices.map(placeName).join('; ') }
      return { column, fault: { key: 'offers.import.error.place_which', params } }
    })
}

/**
 * The same for the same cells in another order of columns, another encoding or with another separator; of a row with a
 * name that never changes, for that name of its publisher: two publishers may use the same one.
 */
function hashOf({ cells, publisher }: TableRow, name = ''): string {
  const named = publisher ? JSON.stringify([publisher, name]) : name
  const said = name ? ['name', named] : cells.map((cell) => cell.trim()).filter(Boolean)
  return createHash('sha256').update(JSON.stringify(said.toSorted())).digest('hex').slice(0, 32)
}
