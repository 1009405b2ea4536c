// SPDX-License-Identifier: AGPL-3.0-or-later
// A spreadsheet as LibreOffice keeps it (OpenDocument 1.3): a zip of a few XML files, with real numbers in its cells.
import { crc32, deflateRawSync } from 'node:zlib'
import type { Response } from 'express'
import type { Cell, Column } from './csv.ts'
import { plain } from '../../db/plain.ts'

export type Table = { name: string; columns: readonly Column[]; rows: readonly (readonly Cell[])[] }

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
    return `<table:table-cell office:value-type="date" office:date-value="${escape(cell)}"><text:p>${escape(cell)}</text:p></table:table-cell>`
  const lines = cell.split('\n').map((line) => `<text:p>${escape(line)}</text:p>`)
  return `<table:table-cell office:value-type="string">${lines.join('')}</table:table-cell>`
}

function tableXml({ name, columns, rows }: Table): string {
  const head = columns.map(
    ({ label }) =>
      `<table:table-cell office:value-type="string" table:style-name="head"><text:p>${escape(label)}</text:p></table:table-cell>`,
  )
  const body = rows.map(
    (row) => `<table:table-row>${row.map((cell, at) => cellXml(cell, columns[at]!)).join('')}</table:table-row>`,
  )
  return `<table:table table:name="${escape(name)}"><table:table-column table:number-columns-repeated="${columns.length}"/><table:table-header-rows><table:table-row>${head.join('')}</table:table-row></table:table-header-rows>${body.join('')}</table:table>`
}

const STYLES = `<office:automatic-styles><number:number-style style:name="two"><number:number number:decimal-places="2" number:min-decimal-places="2" number:min-integer-digits="1" number:grouping="true"/></number:number-style><style:style style:name="decimal" style:family="table-cell" style:data-style-name="two"/><style:style style:name="head" style:family="table-cell"><style:text-properties fo:font-weight="bold"/></style:style></office:automatic-styles>`

/** @param about its title and language, for the file's properties. */
export function odsOf(tables: readonly Table[], about: { title: string; language: string }): Buffer {
  const content = `${HEAD}<office:document-content ${names} office:version="1.3">${STYLES}<office:body><office:spreadsheet>${tables.map(tableXml).join('')}</office:spreadsheet></office:body></office:document-content>`
  const meta = `${HEAD}<office:document-meta ${names} office:version="1.3"><office:meta><dc:title>${escape(about.title)}</dc:title><dc:language>${escape(about.language)}</dc:language></office:meta></office:document-meta>`
  const files = ['', 'content.xml', 'meta.xml']
  const entries = files.map(
    (path) =>
      `<manifest:file-entry manifest:full-path="${path || '/'}" manifest:media-type="${path ? 'text/xml' : TYPE}"/>`,
  )
  const manifest = `${HEAD}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.3">${entries.join('')}</manifest:manifest>`
  return zipOf([
    // First and not compressed, so that programs tell the kind of file by its first bytes.
    { path: 'mimetype', content: TYPE, isPlain: true },
    { path: 'content.xml', content },
    { path: 'meta.xml', content: meta },
    { path: 'META-INF/manifest.xml', content: manifest },
  ])
}

/** Sends it as a file. */
export function sendOds(res: Response, name: string, tables: readonly Table[], title: string): void {
  const bytes = odsOf(tables, { title, language: res.req.t.locale })
  const file = plain(name).replaceAll(/[^\w-]+/g, '-')
  res.set('Content-Type', TYPE).set('Content-Disposition', `attachment; filename="${file}.ods"`)
  res.send(bytes)
}

type Packed = { path: string; content: string; isPlain?: true }
/** 1 January 1980 at midnight, so that the same content makes the same file. */
const DOS_TIME = [0, 0x21] as const

/** As APPNOTE 6.3.3 of PKWARE has it, for short files with names in ASCII. */
function zipOf(files: readonly Packed[]): Buffer {
  const bodies: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const { path, content, isPlain } of files) {
    const bytes = Buffer.from(content)
    const data = isPlain ? bytes : deflateRawSync(bytes)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(isPlain ? 0 : 8, 4)
    common.writeUInt16LE(DOS_TIME[0], 6)
    common.writeUInt16LE(DOS_TIME[1], 8)
    common.writeUInt32LE(crc32(bytes), 10)
    common.writeUInt32LE(data.length, 14)
    common.writeUInt32LE(bytes.length, 18)
    common.writeUInt16LE(path.length, 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(path), data])
    const entry = Buffer.alloc(14)
    entry.writeUInt32LE(offset, 10)
    central.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), common, entry, Buffer.from(path)]))
    bodies.push(local)
    offset += local.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(files.length, 4)
  end.writeUInt16LE(files.length, 6)
  end.writeUInt32LE(directory.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...bodies, directory, Buffer.from('PK\x05\x06'), end])
}
