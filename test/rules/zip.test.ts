// SPDX-License-Identifier: AGPL-3.0-or-later
// A small file that would become a huge one is stopped while it is unpacked.
import { expect, it } from '@jest/globals'
import { Zip } from '../../server/web/workbook/zip.ts'
import { zipOf } from '../support/workbook-files.ts'

it('gives no more bytes than it may, of all files together', async () => {
  const zip = new Zip(zipOf({ a: 'a'.repeat(60_000), b: 'b'.repeat(60_000) }), 100_000)
  const given = { a: 0, b: 0 }
  for await (const part of zip.read('a')) given.a += part.length
  const reading = (async () => {
    for await (const part of zip.read('b')) given.b += part.length
  })()
  await expect(reading).rejects.toMatchObject({ fault: 'form.table.workbook_heavy' })
  expect(given.a).toBe(60_000)
  expect(given.b).toBeLessThanOrEqual(40_000)
})

it('reads a file under its name in capitals, and nothing of one that is not there', async () => {
  const zip = new Zip(zipOf({ 'xl/Sheet.xml': 'sheet' }), 100)
  const parts: Buffer[] = []
  for await (const part of zip.read('XL/sheet.xml')) parts.push(part)
  for await (const part of zip.read('other')) parts.push(part)
  expect(Buffer.concat(parts).toString()).toBe('sheet')
})
