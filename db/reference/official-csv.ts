// SPDX-License-Identifier: AGPL-3.0-or-later
// Reads the lists of municipalities that states publish, row by row, whatever their separator, encoding and order of
// columns: the columns are known by their names.
import { createReadStream, openSync, readSync, closeSync } from 'node:fs'
import { createInterface } from 'node:readline'

/** `type` and `parent`: of INSEE, where former communes name the one they belong to. */
export const COLUMNS = {
  code: ['mcode', 'com', 'code_insee', 'code_commune_insee', '#code_commune_insee', 'insee_com', 'code'],
  name: ['munnom', 'libelle', 'nom_standard', 'nom_de_la_commune', 'nom_commune', 'nom_com', 'nom', 'name'],
  department: ['dep', 'dep_code', 'code_departement', 'insee_dep'],
  region: ['regadm', 'region'],
  mrc: ['mrc', 'nom_mrc'],
  postal: ['mcodpos', 'codes_postaux', 'code_postal', 'postal'],
  latitude: ['latitude_centre', 'latitude_mairie', 'latitude', 'lat'],
  longitude: ['longitude_centre', 'longitude_mairie', 'longitude', 'lon', 'lng'],
  population: ['mpopul', 'population'],
  type: ['typecom'],
  parent: ['comparent'],
} as const
export type ColumnName = keyof typeof COLUMNS
export type OfficialRow = { line: number } & Record<ColumnName, string>

/** A field with line ends in it; more lines than that are a quote that was never closed. */
const MOST_LINES = 20

/**
 * @param named columns under other names: `{ code: 'CODE_MUN' }`.
 * @throws with a sentence for the operator when the file has no such columns. Rows are given as they are read.
 */
export async function* readOfficial(
  file: string,
  named: Partial<Record<ColumnName, string>> = {},
): AsyncGenerator<OfficialRow> {
  const lines = createInterface({ input: createReadStream(file, encodingOf(file)), crlfDelay: Infinity })
  let header: { separator: string; at: Partial<Record<ColumnName, number>> } | undefined
  let number = 0
  let begun = ''
  let first = 0
  for await (const text of lines) {
    number += 1
    if (begun === '') first = number
    begun += (begun === '' ? '' : '\n') + text.replace(/^\ufeff/, '')
    const isOpen = (begun.match(/"/g) ?? []).length % 2 === 1
    if (isOpen && number - first < MOST_LINES) continue
    const line = begun
    begun = ''
    if (line.trim() === '') continue
    if (!header) {
      header = headerOf(line, named)
      continue
    }
    const cells = cellsOf(line, header.separator)
    const row = { line: first } as OfficialRow
    for (const name of Object.keys(COLUMNS) as ColumnName[]) row[name] = (cells[header.at[name] ?? -1] ?? '').trim()
    yield row
  }
  if (!header) throw new Error(`${file} is empty`)
}

/** Windows-1252 where it is no UTF-8, as older files of both states. */
function encodingOf(file: string): 'utf8' | 'latin1' {
  const start = Buffer.alloc(1 << 16)
  const open = openSync(file, 'r')
  const length = readSync(open, start, 0, start.length, 0)
  closeSync(open)
  // The last character may be cut.
  const text = start.subarray(0, Math.max(0, length - 4)).toString('utf8')
  return text.includes('\ufffd') ? 'latin1' : 'utf8'
}

function headerOf(line: string, named: Partial<Record<ColumnName, string>>) {
  const separator = [';', '\t', '|', ','].toSorted((a, b) => line.split(b).length - line.split(a).length)[0]!
  const names = cellsOf(line, separator).map(plainName)
  const at: Partial<Record<ColumnName, number>> = {}
  for (const [name, known] of Object.entries(COLUMNS) as [ColumnName, readonly string[]][]) {
    const wanted = named[name] === undefined ? known : [plainName(named[name])]
    const found = wanted.map((one) => names.indexOf(one)).find((one) => one >= 0)
    if (found !== undefined) at[name] = found
  }
  const missing = (['code', 'name'] as const).filter((name) => at[name] === undefined)
  if (missing.length > 0)
    throw new Error(
      `no column for ${missing.join(' and ')} among ${names.join(', ')}; say which: --columns code=…,name=…`,
    )
  return { separator, at }
}

const plainName = (name: string) =>
  name.trim().toLowerCase().normalize('NFKD').replaceAll(/\p{M}/gu, '').replaceAll(/\s+/g, '_')

function cellsOf(line: string, separator: string): string[] {
  const cells: string[] = []
  let cell = ''
  let isQuoted = false
  for (let at = 0; at < line.length; at++) {
    const one = line[at]!
    if (one === '"' && isQuoted && line[at + 1] === '"') {
      cell += '"'
      at += 1
    } else if (one === '"' && (isQuoted || cell.trim() === '')) {
      isQuoted = !isQuoted
    } else if (one === separator && !isQuoted) {
      cells.push(cell)
      cell = ''
    } else cell += one
  }
  return [...cells, cell]
}
