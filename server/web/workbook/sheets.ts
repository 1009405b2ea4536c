// SPDX-License-Identifier: AGPL-3.0-or-later
import { asTyped } from '../csv.ts'
import type { TableRow } from '../table-file.ts'
import { heavy, WorkbookFault } from './fault.ts'

/** `rows`, `text`: how many rows and characters of cells a table may have. */
export type Most = { rows: number; text: number }

/** From the left: more headings than that are refused anyway, and cells without a heading are not read. */
export const MOST_CELLS = 1024
/** Characters, as in the spreadsheet programs themselves: what stands behind them is left out. */
export const LONGEST_CELL = 65_535
const LAST_LINE = 1_048_576

/** `fault`: why a hidden one cannot be read; it counts when there is no other. */
type Sheet = { name: string; isHidden: boolean; rows: TableRow[]; fault?: WorkbookFault }

/** Takes the first sheet that has a row below its headings and is not hidden, else the first hidden one. */
export class Sheets {
  /** Whether the file has sheets at all. */
  hasAny = false
  readonly #most: Most
  #left = 0
  #now: Sheet = { name: '', isHidden: true, rows: [] }
  #line = 0
  #taken: Sheet | undefined
  /** Whether another sheet could have been taken too. */
  #hasOthers = false

  constructor(most: Most) {
    this.#most = most
  }

  begin(name: string, isHidden: boolean): void {
    this.hasAny = true
    this.#now = { name, isHidden, rows: [] }
    this.#line = 0
    this.#left = this.#most.text
  }

  /** Whether nothing more of the sheet that was begun is wanted. */
  get isSheetDone(): boolean {
    const { fault } = this.#now
    return (
      this.isDone ||
      fault !== undefined ||
      (this.#taken !== undefined && this.#taken !== this.#now && this.#now.isHidden)
    )
  }

  get isDone(): boolean {
    return this.#hasOthers
  }

  /**
   * @param line its number in the sheet, the next one when it is none that may come. @param times it stands there so
   * often, one below the other. @throws WorkbookFault.
   */
  row(cells: readonly string[], { line = 0, times = 1 }: { line?: number; times?: number } = {}): void {
    const first = line > this.#line && line <= LAST_LINE ? line : this.#line + 1
    this.#line = first + times - 1
    if (this.isSheetDone || cells.every((cell) => cell.trim() === '')) return
    const { rows } = this.#now
    if (rows.length + times > 1 && !this.#take()) return
    const most = this.#most.rows
    if (rows.length + times > most + 1)
      return this.#refuse(new WorkbookFault({ key: 'form.table.many', params: { most } }))
    const typed = cells.map(asTyped)
    // As a CSV of it: each cell has a separator.
    this.#left -= times * typed.reduce((sum, cell) => sum + cell.length + 1, 0)
    if (this.#left < 0) return this.#refuse(heavy())
    for (let at = 0; at < times; at += 1) rows.push({ line: first + at, cells: typed })
  }

  /** @throws WorkbookFault, unless another sheet may still be taken instead. */
  #refuse(fault: WorkbookFault): void {
    if (!this.#now.isHidden) throw fault
    Object.assign(this.#now, { rows: [], fault })
  }

  /** @returns whether the sheet that was begun is the one. */
  #take(): boolean {
    if (this.#taken === this.#now) return true
    this.#hasOthers = this.#taken !== undefined && !this.#taken.isHidden
    if (!this.#hasOthers) this.#taken = this.#now
    return !this.#hasOthers
  }

  /** `name`: of the sheet when another one could have been taken too. @throws WorkbookFault. */
  get found(): { rows: readonly TableRow[]; name: string } {
    if (this.#taken?.fault) throw this.#taken.fault
    return { rows: this.#taken?.rows ?? [], name: this.#hasOthers ? this.#taken!.name : '' }
  }
}

/** Puts a cell, repeated, into a row; empty ones only when one with content follows. */
export function putCell(cells: string[], { at, times, text }: { at: number; times: number; text: string }): void {
  const end = Math.min(MOST_CELLS, at + times)
  if (text === '' || at >= end) return
  while (cells.length < at) cells.push('')
  for (let column = at; column < end; column += 1) cells[column] = text
}

/**
 * A copy of a text that is a part of a longer one: the engine keeps the whole for the sake of the part otherwise, which
 * would be the whole file.
 */
export const apart = (text: string): string => (text.length < 13 ? text : ` ${text}`.slice(1))
