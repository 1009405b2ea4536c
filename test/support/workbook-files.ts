// SPDX-License-Identifier: AGPL-3.0-or-later
// Workbooks of the fewest parts that a spreadsheet program would open.
import { strToU8, zipSync } from 'fflate'

/** @param level 0: nothing is made smaller. */
export const zipOf = (files: Record<string, string>, level: 0 | 6 = 6): Buffer =>
  Buffer.from(
    zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])), { level }),
  )

const ODS = 'application/vnd.oasis.opendocument.spreadsheet'
const ODS_NAMES = ['office', 'table', 'text', 'style', 'draw', 'dc']
  .map((name) => `xmlns:${name}="urn:oasis:names:tc:opendocument:xmlns:${name}:1.0"`)
  .join(' ')
const HEAD = '<?xml version="1.0" encoding="UTF-8"?>'

/** @param inside of `office:spreadsheet`. */
export const odsOf = (inside: string, { styles = '', manifest = '', doctype = '' } = {}): Buffer =>
  zipOf({
    mimetype: ODS,
    'META-INF/manifest.xml': `${HEAD}<manifest:manifest xmlns:manifest="m">${manifest}</manifest:manifest>`,
    'content.xml': `${HEAD}${doctype}<office:document-content ${ODS_NAMES}><office:automatic-styles>${styles}</office:automatic-styles><office:body><office:spreadsheet>${inside}</office:spreadsheet></office:body></office:document-content>`,
  })

export const odsTable = (name: string, rows: string, attributes = ''): string =>
  `<table:table table:name="${name}" ${attributes}>${rows}</table:table>`
export const odsRow = (...cells: string[]): string => `<table:table-row>${cells.join('')}</table:table-row>`
export const odsText = (text: string): string =>
  `<table:table-cell office:value-type="string"><text:p>${text}</text:p></table:table-cell>`

type Sheet = { name: string; rows: string; state?: string }
type Around = {
  texts?: readonly string[]
  formats?: readonly string[]
  is1904?: boolean
  extra?: Record<string, string>
  level?: 0 | 6
}

const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const relations = (all: readonly { id: string; type: string; target: string }[]) =>
  `${HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${all
    .map(({ id, type, target }) => `<Relationship Id="${id}" Type="${RELATIONS}/${type}" Target="${target}"/>`)
    .join('')}</Relationships>`

/** @param around `texts`: the inside of each `si`. `formats`: codes, of the styles 1, 2, …; 0 is the usual one. */
export function xlsxOf(
  sheets: readonly Sheet[],
  { texts = [], formats = [], is1904 = false, extra = {}, level = 6 }: Around = {},
): Buffer {
  const names = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="${RELATIONS}"`
  const listed = sheets.map(
    ({ name, state = 'visible' }, at) => `<sheet name="${name}" sheetId="${at + 1}" state="${state}" r:id="s${at}"/>`,
  )
  const files = {
    '[Content_Types].xml': `${HEAD}<Types/>`,
    '_rels/.rels': relations([{ id: 'a', type: 'officeDocument', target: 'xl/workbook.xml' }]),
    'xl/workbook.xml': `${HEAD}<workbook ${names}><workbookPr date1904="${is1904 ? 1 : 0}"/><sheets>${listed.join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relations([
      ...sheets.map((_sheet, at) => ({ id: `s${at}`, type: 'worksheet', target: `worksheets/sheet${at + 1}.xml` })),
      { id: 'texts', type: 'sharedStrings', target: '/xl/sharedStrings.xml' },
      { id: 'styles', type: 'styles', target: 'styles.xml' },
    ]),
    'xl/sharedStrings.xml': `${HEAD}<sst ${names}>${texts.map((text) => `<si>${text}</si>`).join('')}</sst>`,
    'xl/styles.xml': `${HEAD}<styleSheet ${names}><numFmts>${formats
      .map((code, at) => `<numFmt numFmtId="${164 + at}" formatCode="${code.replaceAll('"', '&quot;')}"/>`)
      .join('')}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/>${formats
      .map((_code, at) => `<xf numFmtId="${164 + at}"/>`)
      .join('')}</cellXfs></styleSheet>`,
    ...Object.fromEntries(
      sheets.map(({ rows }, at) => [
        `xl/worksheets/sheet${at + 1}.xml`,
        `${HEAD}<worksheet ${names}><sheetData>${rows}</sheetData></worksheet>`,
      ]),
    ),
    ...extra,
  }
  return zipOf(files, level)
}

export const xlsxText = (text: string): string => `<c t="inlineStr"><is><t>${text}</t></is></c>`
export const xlsxRow = (...cells: string[]): string => `<row>${cells.join('')}</row>`
