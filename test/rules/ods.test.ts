// SPDX-License-Identifier: AGPL-3.0-or-later
// A spreadsheet of ours, as a program opens it: days are days, and no heading is cut.
import { expect, it } from '@jest/globals'
import { strFromU8, unzipSync } from 'fflate'
import { odsOf } from '../../server/web/ods.ts'

it('shows days as days, and columns as wide as their longest line', () => {
  const columns = [
    { label: 'Jour', is: 'day' },
    { label: 'Valeur de l’heure', is: 'decimal' },
    { label: 'Note', is: 'text' },
  ] as const
  const rows = [['2026-06-02', 12.5, `${'x'.repeat(20)}\n${'y'.repeat(400)}`]]
  const bytes = odsOf([{ name: 'Jours', columns, rows }], { title: 'Jours', language: 'fr' })
  const xml = strFromU8(unzipSync(bytes)['content.xml']!)
  const styleOf = (name: string) => xml.slice(xml.indexOf(`style:name="${name}"`)).split('</style:style>')[0]!
  const cell = /office:date-value="2026-06-02" table:style-name="(\w+)"/.exec(xml)![1]!
  expect(styleOf(cell)).toContain('style:data-style-name="date"')
  expect(/<number:date-style style:name="date".*?<\/number:date-style>/.exec(xml)![0]).toMatch(
    /number:day.*number:month.*number:year/,
  )
  const widths = [...xml.matchAll(/<table:table-column table:style-name="([^"]+)"/g)].map(
    ([, name]) => /column-width="([^"]+)"/.exec(styleOf(name!))![1],
  )
  expect(widths).toEqual(['2.4cm', '3.9cm', '9.0cm'])
})
