// SPDX-License-Identifier: AGPL-3.0-or-later
// A workbook becomes headings and rows as a CSV does: the first sheet with content that is not hidden.
import { tableOf, type Reading, type ReadTable } from '../table-file.ts'
import { WorkbookFault } from './fault.ts'
import { readOds } from './ods.ts'
import { Sheets } from './sheets.ts'
import { readXlsx } from './xlsx.ts'
import { readXml } from './xml.ts'
import { Zip } from './zip.ts'

/** Of everything that is read of one workbook, unpacked. */
const MOST_UNPACKED = 256 * 1024 * 1024
/** The second one is that of Microsoft’s older formats, and of an XLSX with a password (MS-OFFCRYPTO 2.3). */
const [ZIPPED, COMPOUND] = ['504b0304', 'd0cf11e0']

const startOf = (bytes: Buffer) => bytes.subarray(0, 4).toString('hex')

/** A workbook (ODS, XLSX, XLS), which is no text. */
export const isWorkbook = (bytes: Buffer): boolean => [ZIPPED, COMPOUND].some((start) => start === startOf(bytes))

/** @param mostText characters of all cells: what a CSV of the same table may have. */
export async function readWorkbook(bytes: Buffer, reading: Reading, mostText: number): Promise<ReadTable> {
  try {
    const sheets = new Sheets({ rows: reading.most, text: mostText })
    await readInto(sheets, bytes, mostText)
    if (!sheets.hasAny) return { ok: false, fault: 'form.table.workbook' }
    const { rows, name } = sheets.found
    const read = await tableOf(rows, reading)
    return read.ok && name !== '' ? { ok: true, table: { ...read.table, sheet: name } } : read
  } catch (error) {
    if (error instanceof WorkbookFault) return { ok: false, fault: error.fault }
    throw error
  }
}

async function readInto(sheets: Sheets, bytes: Buffer, mostText: number): Promise<void> {
  if (startOf(bytes) === COMPOUND) return
  const zip = new Zip(bytes, MOST_UNPACKED)
  if (zip.has('[Content_Types].xml')) await readXlsx(zip, sheets, mostText)
  else if (!(await isLocked(zip))) await readOds(zip, sheets)
}

/** OpenDocument 1.3, part 2, 4.8. Newer programs put the whole into one locked file, so that there is no content.xml. */
async function isLocked(zip: Zip): Promise<boolean> {
  let found = false
  await readXml(zip.read('META-INF/manifest.xml'), {
    open(name) {
      if (name.endsWith('encryption-data')) found = true
    },
    isDone: () => found,
  })
  return found
}
