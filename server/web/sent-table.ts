// SPDX-License-Identifier: AGPL-3.0-or-later
// A table that somebody sent or pasted: a workbook, JSON or the text of a spreadsheet, told by how it begins.
import { decode, readTable, type Reading, type ReadTable } from './table-file.ts'
import type { SentFile } from './upload.ts'
import { isWorkbook, readWorkbook } from './workbook/workbook.ts'

/** `mostBytes`: of the file, and of the text of a workbook. */
type How = { reading: Reading; mostBytes: number; readJson: (text: string) => Promise<ReadTable> }

export async function readSentTable(
  sent: SentFile | string,
  { reading, mostBytes, readJson }: How,
): Promise<ReadTable> {
  if (typeof sent !== 'string' && isWorkbook(sent.bytes)) return readWorkbook(sent.bytes, reading, mostBytes)
  const text = typeof sent === 'string' ? sent : await decode(sent.bytes)
  return isJson(text) ? readJson(text) : readTable(text, reading)
}

const isJson = (text: string): boolean => /^\s*[[{]/.test(text.replace(/^\ufeff/, ''))
