// SPDX-License-Identifier: AGPL-3.0-or-later
// Office Open XML (ECMA-376-1, 18): which parts are the sheets, their texts and formats, then sheet by sheet.
import { posix } from 'node:path'
import { broken, heavy, refuseMany } from './fault.ts'
import { apart, LONGEST_CELL, MOST_CELLS, putCell, type Sheets } from './sheets.ts'
import { builtInFormat, formatOf, formattedText, isoText, numberText, type Format } from './values.ts'
import { localName, readXml, type Events } from './xml.ts'
import type { Zip } from './zip.ts'

type Relation = { type: string; part: string }
type Book = { sheets: { name: string; isHidden: boolean; relation: string }[]; epoch: 1900 | 1904 }
type Shared = { texts: readonly string[]; formats: readonly Format[]; epoch: 1900 | 1904 }

const HIDDEN = ['hidden', 'veryHidden']
const MOST_FORMATS = 100_000

/** @param mostText characters of all texts that cells share. @throws WorkbookFault. */
export async function readXlsx(zip: Zip, sheets: Sheets, mostText: number): Promise<void> {
  const main = [...(await relationsOf(zip, '')).values()].find(({ type }) => type.endsWith('/officeDocument'))
  const path = main?.part ?? 'xl/workbook.xml'
  // An XLSB has binary parts, a DOCX has no sheets.
  if (!path.endsWith('.xml')) return
  const { sheets: all, epoch } = await readBook(zip, path)
  const relations = await relationsOf(zip, path)
  const partOf = (type: string) => [...relations.values()].find((one) => one.type.endsWith(`/${type}`))?.part ?? ''
  const shared = {
    texts: await readTexts(zip, partOf('sharedStrings'), mostText),
    formats: await readFormats(zip, partOf('styles')),
    epoch,
  }
  for (const { name, isHidden, relation } of all.toSorted((a, b) => Number(a.isHidden) - Number(b.isHidden))) {
    const found = relations.get(relation)
    if (!found?.type.endsWith('/worksheet')) continue
    if (!zip.has(found.part)) throw broken()
    sheets.begin(name, isHidden)
    if (!sheets.isSheetDone) await readXml(zip.read(found.part), sheetEvents(sheets, shared))
  }
}

/** By their ids. @param part '' for those of the whole file. */
async function relationsOf(zip: Zip, part: string): Promise<Map<string, Relation>> {
  const folder = posix.dirname(part)
  const found = new Map<string, Relation>()
  await readXml(zip.read(posix.join(folder, '_rels', `${posix.basename(part)}.rels`)), {
    open(name, { Id = '', Type = '', Target = '', TargetMode }) {
      if (localName(name) !== 'Relationship' || TargetMode === 'External') return
      found.set(Id, { type: Type, part: Target.startsWith('/') ? Target.slice(1) : posix.join(folder, Target) })
      refuseMany(found.size)
    },
  })
  return found
}

async function readBook(zip: Zip, path: string): Promise<Book> {
  const book: Book = { sheets: [], epoch: 1900 }
  await readXml(zip.read(path), {
    open(name, attributes) {
      const { name: label = '', state = '', date1904 = '' } = attributes
      if (localName(name) === 'workbookPr' && ['1', 'true', 'on'].includes(date1904)) book.epoch = 1904
      if (localName(name) !== 'sheet') return
      const key = Object.keys(attributes).find((one) => one.endsWith(':id')) ?? ''
      book.sheets.push({ name: label, isHidden: HIDDEN.includes(state), relation: attributes[key] ?? '' })
      refuseMany(book.sheets.length)
    },
  })
  return book
}

async function readTexts(zip: Zip, part: string, most: number): Promise<string[]> {
  const texts: string[] = []
  let left = most
  const rich = new RichText()
  await readXml(zip.read(part), {
    open(name) {
      rich.open(localName(name))
    },
    text(text) {
      rich.add(text)
    },
    close(name) {
      const local = localName(name)
      rich.close(local)
      if (local !== 'si') return
      const text = apart(writtenText(rich.take()))
      left -= text.length + 1
      if (left < 0) throw heavy()
      texts.push(text)
    },
  })
  return texts
}

/** The runs of a text, without how it is read aloud (rPh). */
class RichText {
  #text = ''
  #isOpen = false
  #isSpoken = false

  open(name: string): void {
    if (name === 'rPh') this.#isSpoken = true
    else if (name === 't' || name === 'v') this.#isOpen = !this.#isSpoken
  }

  add(text: string): void {
    if (this.#isOpen && this.#text.length < LONGEST_CELL) this.#text += text
  }

  close(name: string): void {
    if (name === 'rPh') this.#isSpoken = false
    else if (name === 't' || name === 'v') this.#isOpen = false
  }

  take(): string {
    const text = this.#text
    this.#text = ''
    return text
  }
}

/** Signs that XML has not are written « _x000D_ » (ECMA-376-1, 22.9.2.19). */
const writtenText = (text: string): string =>
  (text.includes('_x')
    ? text.replaceAll(/_x([\dA-Fa-f]{4})_/g, (_all, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    : text
  ).replaceAll(/\r\n?/g, '\n')

/** Of each style of cells. */
async function readFormats(zip: Zip, part: string): Promise<Format[]> {
  const own = new Map<number, Format>()
  const formats: Format[] = []
  let isOfCells = false
  await readXml(zip.read(part), {
    open(name, { numFmtId = '0', formatCode = '' }) {
      const local = localName(name)
      const id = Number(numFmtId)
      if (local === 'cellXfs') isOfCells = true
      if (local === 'numFmt' && own.size < MOST_FORMATS) own.set(id, formatOf(formatCode))
      if (local === 'xf' && isOfCells && formats.length < MOST_FORMATS) formats.push(own.get(id) ?? builtInFormat(id))
    },
    close(name) {
      if (localName(name) === 'cellXfs') isOfCells = false
    },
  })
  return formats
}

function sheetEvents(sheets: Sheets, shared: Shared): Events {
  const rich = new RichText()
  let row: { cells: string[]; line: number; next: number } | undefined
  let cell: { type: string; style: string; at: number } | undefined
  return {
    open(name, attributes) {
      const local = localName(name)
      if (local === 'row') row = { cells: [], line: Number(attributes['r']) || 0, next: 0 }
      else if (local === 'c' && row) {
        const at = columnOf(attributes['r']) ?? row.next
        row.next = Math.min(MOST_CELLS, at + 1)
        cell = { type: attributes['t'] ?? 'n', style: attributes['s'] ?? '', at }
      } else if (cell) rich.open(local)
    },
    text(text) {
      if (cell) rich.add(text)
    },
    close(name) {
      const local = localName(name)
      if (local === 'c' && row && cell) {
        putCell(row.cells, { at: cell.at, times: 1, text: textOf(cell, rich.take(), shared) })
        cell = undefined
      } else if (local === 'row' && row) {
        sheets.row(row.cells, { line: row.line })
        row = undefined
      } else if (cell) rich.close(local)
    },
    // To the end of the file when it is the one, so that its sum is checked.
    isDone: () => sheets.isSheetDone,
  }
}

/** Of « AB12 » 27; undefined when the cell does not say. */
function columnOf(reference: string | undefined): number | undefined {
  const column = /^[A-Z]{1,3}/.exec(reference ?? '')?.[0]
  if (!column) return undefined
  return [...column].reduce((sum, sign) => 26 * sum + sign.charCodeAt(0) - 64, 0) - 1
}

function textOf({ type, style }: { type: string; style: string }, text: string, shared: Shared): string {
  if (text === '') return ''
  switch (type) {
    case 's':
      return shared.texts[Number(text)] ?? ''
    case 'n': {
      const value = Number(text)
      if (!Number.isFinite(value)) return apart(text)
      const format = shared.formats[Number(style)]
      return format ? formattedText(value, format, shared.epoch) : numberText(value)
    }
    case 'b':
      return text.trim() === '1' ? 'TRUE' : 'FALSE'
    case 'd':
      return isoText(text)
    default:
      return apart(writtenText(text))
  }
}
