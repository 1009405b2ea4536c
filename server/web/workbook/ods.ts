// SPDX-License-Identifier: AGPL-3.0-or-later
// OpenDocument 1.3, part 3: the sheets of content.xml. What is shown of hidden columns, filtered rows and merged cells
// follows the file: rows and columns count whether shown or not, a covered cell is empty.
import { refuseMany } from './fault.ts'
import { apart, LONGEST_CELL, MOST_CELLS, putCell, type Sheets } from './sheets.ts'
import { durationText, isoText, numberText, percentText, showsZeros } from './values.ts'
import { readXml, type Attributes, type Events } from './xml.ts'
import type { Zip } from './zip.ts'

const CELLS = ['table:table-cell', 'table:covered-table-cell']
/** What stands inside a cell or a sheet and is no content of it. */
const BESIDE = [
  'office:annotation',
  'office:forms',
  'table:shapes',
  'text:note',
  'text:ruby-text',
  'table:tracked-changes',
]
const MOST_SPACES = 1000
const MOST_TIMES = 2 ** 21

export const readOds = (zip: Zip, sheets: Sheets): Promise<void> => readXml(zip.read('content.xml'), eventsOf(sheets))

function eventsOf(sheets: Sheets): Events {
  const path: string[] = []
  const hidden = new Set<string>()
  let style = ''
  /** How deep what is passed over began, 0 when nothing is. */
  let passed = 0
  let isInside = false
  let row: { cells: string[]; next: number; times: number } | undefined
  let cell: { attributes: Attributes; paragraphs: number; text: string } | undefined
  let isParagraph = false
  const add = (text: string) => {
    if (cell && isParagraph && cell.text.length < LONGEST_CELL) cell.text += text
  }
  return {
    open(name, attributes) {
      path.push(name)
      if (passed > 0) return
      if (BESIDE.includes(name) || name.startsWith('draw:') || (name === 'table:table' && isInside))
        passed = path.length
      else if (name === 'style:style') style = attributes['style:name'] ?? ''
      else if (name === 'style:table-properties' && attributes['table:display'] === 'false') {
        hidden.add(style)
        refuseMany(hidden.size)
      } else if (name === 'table:table' && path.at(-2) === 'office:spreadsheet') {
        isInside = true
        sheets.begin(attributes['table:name'] ?? '', hidden.has(attributes['table:style-name'] ?? ''))
      } else if (!isInside) return
      else if (name === 'table:table-row') row = { cells: [], next: 0, times: timesOf(attributes, 'rows') }
      else if (row && CELLS.includes(name)) cell = { attributes, paragraphs: 0, text: '' }
      else if (cell && (name === 'text:p' || name === 'text:h')) {
        isParagraph = true
        if (cell.paragraphs > 0) add('\n')
        cell.paragraphs += 1
      } else if (name === 'text:s') add(' '.repeat(Math.min(MOST_SPACES, Number(attributes['text:c'] ?? 1) || 0)))
      else if (name === 'text:tab') add('\t')
      else if (name === 'text:line-break') add('\n')
    },
    text(text) {
      if (isParagraph && passed === 0) add(text.replaceAll(/[\t\n\r ]+/g, ' '))
    },
    close(name) {
      const depth = path.length
      path.pop()
      if (passed > 0) {
        if (depth === passed) passed = 0
        return
      }
      if (name === 'text:p' || name === 'text:h') isParagraph = false
      else if (row && cell && CELLS.includes(name)) {
        const times = timesOf(cell.attributes, 'columns')
        const text = name === 'table:covered-table-cell' ? '' : textOf(cell)
        putCell(row.cells, { at: row.next, times, text })
        row.next = Math.min(MOST_CELLS, row.next + times)
        cell = undefined
      } else if (row && name === 'table:table-row') {
        sheets.row(row.cells, { times: row.times })
        row = undefined
      } else if (name === 'table:table') isInside = false
    },
    isDone: () => sheets.isDone,
  }
}

const timesOf = (attributes: Attributes, what: 'rows' | 'columns') =>
  Math.min(MOST_TIMES, Math.max(1, Math.trunc(Number(attributes[`table:number-${what}-repeated`] ?? 1)) || 1))

function textOf({ attributes, text }: { attributes: Attributes; text: string }): string {
  const value = attributes['office:value']
  switch (attributes['office:value-type']) {
    case 'float':
    case 'currency':
      return value === undefined || showsZeros(text, Number(value)) ? apart(text) : numberText(Number(value))
    case 'percentage':
      return value === undefined ? apart(text) : percentText(Number(value))
    case 'date':
      return isoText(attributes['office:date-value'] ?? text)
    case 'time':
      return durationText(attributes['office:time-value'] ?? text)
    case 'boolean':
      return attributes['office:boolean-value']?.toUpperCase() ?? apart(text)
    default:
      return apart(text || (attributes['office:string-value'] ?? ''))
  }
}
