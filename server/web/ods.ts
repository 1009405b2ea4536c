// SPDX-License-Identifier: AGPL-3.0-or-later
// A spreadsheet as LibreOffice keeps it (OpenDocument 1.3): a zip of a few XML files, with real numbers in its cells.
import { createRequire } from 'node:module'
import type { Response } from 'express'
import { plainName, type Cell, type Column } from './csv.ts'
import { once } from '../base/once.ts'

export type Table = { name: string; columns: readonly Column[]; rows: readonly (readonly Cell[])[] }

type Library = Pick<typeof import('fflate'), 'strToU8' | 'zipSync'>
const load = once(() => createRequire(import.meta.url)('fflate') as Library)

/** So that the same content makes the same file. A zip knows no time zone. */
const SAME_TIME = new Date(2000, 0, 1)
const TYPE = 'application/vnd.oasis.opendocument.spreadsheet'
const NAMESPACES = [
  ['office', 'urn:oasis:names:tc:opendocument:xmlns:office:1.0'],
  ['table', 'urn:oasis:names:tc:opendocument:xmlns:table:1.0'],
  ['text', 'urn:oasis:names:tc:opendocument:xmlns:text:1.0'],
  ['style', 'urn:oasis:names:tc:opendocument:xmlns:style:1.0'],
  ['number', 'urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0'],
  ['fo', 'urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0'],
  ['dc', 'http://purl.org/dc/elements/1.1/'],
  ['meta', 'urn:oasis:names:tc:opendocument:xmlns:meta:1.0'],
]
const HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
const names = NAMESPACES.map(([name, uri]) => `xmlns:${name}="${uri}"`).join(' ')

const ESCAPED: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
// XML 1.0 has no control characters.
const escape = (text: string) =>
  text
    .toWellFormed()
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replaceAll(/[&<>"]/g, (sign) => ESCAPED[sign]!)

function cellXml(cell: Cell, { is }: Column): string {
  if (cell === null || cell === '') return '<table:table-cell/>'
  if (typeof cell === 'number') {
    const style = is === 'decimal' ? ' table:style-name="decimal"' : ''
    return `<table:table-cell office:value-type="float" office:value="${cell}"${style}><text:p>${cell}</text:p></table:table-cell>`
  }
  if (is === 'day')
    return `<table:table-cell office:value-type="date" office:date-value="${escape(cell)}" table:style-name="day"><text:p>${escape(cell)}</text:p></table:table-cell>`
  const lines = cell.split('\n').map((line) => `<text:p>${escape(line)}</text:p>`)
  return `<table:table-cell office:value-type="string">${lines.join('')}</table:table-cell>`
}

/** Of the texts of a column, in centimetres: as much as its longest line needs, within what a screen can show. */
const WIDTHS = { least: 2.3, most: 9, sign: 0.21 }

function widthOf(at: number, { columns, rows }: Table): string {
  const longest = rows.reduce(
    (most, row) =>
      String(row[at] ?? '')
        .split('\n')
        .reduce((length, line) => Math.max(length, line.length), most),
    columns[at]!.label.length,
  )
  const width = Math.min(WIDTHS.most, Math.max(WIDTHS.least, longest * WIDTHS.sign + 0.3))
  return `${width.toFixed(1)}cm`
}

const widthStyle = (width: string) =>
  `<style:style style:name="wide-${width}" style:family="table-column"><style:table-column-properties style:column-width="${width}"/></style:style>`

function tableXml(table: Table): string {
  const { name, columns, rows } = table
  const widths = columns.map((_column, at) => `<table:table-column table:style-name="wide-${widthOf(at, table)}"/>`)
  const head = columns.map(
    ({ label }) =>
      `<table:table-cell office:value-type="string" table:style-name="head"><text:p>${escape(label)}</text:p></table:table-cell>`,
  )
  const body = rows.map(
    (row) => `<table:table-row>${row.map((cell, at) => cellXml(cell, columns[at]!)).join('')}</table:table-row>`,
  )
  return `<table:table table:name="${escape(name)}">${widths.join('')}<table:table-header-rows><table:table-row>${head.join('')}</table:table-row></table:table-header-rows>${body.join('')}</table:table>`
}

const STYLES = `<number:number-style style:name="two"><number:number number:decimal-places="2" number:min-decimal-places="2" number:min-integer-digits="1" number:grouping="true"/></number:number-style><style:style style:name="decimal" style:family="table-cell" style:data-style-name="two"/><style:style style:name="head" style:family="table-cell"><style:text-properties fo:font-weight="bold"/></style:style><number:date-style style:name="date" number:automatic-order="true"><number:day number:style="long"/><number:text>/</number:text><number:month number:style="long"/><number:text>/</number:text><number:year number:style="long"/></number:date-style><style:style style:name="day" style:family="table-cell" style:data-style-name="date"/>`

/** @param about its title and language, for the file's properties. */
export function odsOf(tables: readonly Table[], about: { title: string; language: string }): Buffer {
  const widths = new Set(tables.flatMap((table) => table.columns.map((_column, at) => widthOf(at, table))))
  const styles = STYLES + [...widths].map(widthStyle).join('')
  const content = `${HEAD}<office:document-content ${names} office:version="1.3"><office:automatic-styles>${styles}</office:automatic-styles><office:body><office:spreadsheet>${tables.map(tableXml).join('')}</office:spreadsheet></office:body></office:document-content>`
  const meta = `${HEAD}<office:document-meta ${names} office:version="1.3"><office:meta><dc:title>${escape(about.title)}</dc:title><dc:language>${escape(about.language)}</dc:language></office:meta></office:document-meta>`
  const files = ['', 'content.xml', 'meta.xml']
  const entries = files.map(
    (path) =>
      `<manifest:file-entry manifest:full-path="${path || '/'}" manifest:media-type="${path ? 'text/xml' : TYPE}"/>`,
  )
  const manifest = `${HEAD}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">${entries.join('')}</manifest:manifest>`
  const { strToU8, zipSync } = load()
  const zip = zipSync(
    {
      // First and not compressed, so that programs tell the kind of file by its first bytes.
      mimetype: [strToU8(TYPE), { level: 0 }],
      'content.xml': strToU8(content),
      'meta.xml': strToU8(meta),
      'META-INF/manifest.xml': strToU8(manifest),
    },
    { mtime: SAME_TIME },
  )
  return Buffer.from(zip)
}

/** Sends it as a file. */
export function sendOds(res: Response, name: string, tables: readonly Table[], title: string): void {
  const bytes = odsOf(tables, { title, language: res.req.t.locale })
  res.set('Content-Type', TYPE).set('Content-Disposition', `attachment; filename="${plainName(name)}.ods"`)
  res.send(bytes)
}
