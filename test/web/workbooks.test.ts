// SPDX-License-Identifier: AGPL-3.0-or-later
// Files of LibreOffice and Excel come in as a CSV of their first sheet would.
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { odsOf, odsRow, odsTable, odsText, xlsxOf, xlsxRow, xlsxText, zipOf } from '../support/workbook-files.ts'

let world: World
let b: Browser
beforeEach(async () => {
  world = await startApp()
  b = await world.signIn('bastien')
})
afterEach(stopApps)

async function send(bytes: Buffer, page = '/work/import'): Promise<void> {
  await b.get(page)
  const [, button] = page === '/work/import' ? ['', 'Lire ce fichier'] : ['', 'Lire ces annonces']
  await b.attach('Votre fichier', { name: 'heures.xlsx', type: 'application/octet-stream', bytes }).press(button)
  await world.settle()
}
const fault = () => b.errors()['Votre fichier']

/** What was read: the number of each row in its sheet, and its cells. */
async function read(): Promise<[number, ...string[]][]> {
  const rows = await world.deps.db.selectFrom('import_rows').select(['line', 'cells']).orderBy('line').execute()
  return rows.map(({ line, cells }) => [line, ...(JSON.parse(cells) as string[])])
}

/** What is read of each cell, one below the other, under « Titre ». */
async function readCells(make: (rows: string[]) => Buffer, cells: readonly string[], text: (words: string) => string) {
  const rows = cells.map((cell) => [text('Chloé Tremblay'), cell].join(''))
  await send(make([[text('Bénévole'), text('Titre')].join(''), ...rows]))
  return (await read()).map(([, , cell]) => cell)
}
const inOds = (cells: readonly string[]) =>
  readCells((rows) => odsOf(odsTable('A', rows.map((row) => odsRow(row)).join(''))), cells, odsText)
const inXlsx = (cells: readonly string[], around: Parameters<typeof xlsxOf>[1] = {}) =>
  readCells((rows) => xlsxOf([{ name: 'A', rows: rows.map((row) => xlsxRow(row)).join('') }], around), cells, xlsxText)

const sample = (name: string) => readFile(fileURLToPath(new URL(`samples/${name}`, import.meta.url)))

describe('a workbook of LibreOffice', () => {
  it.each(['libreoffice.ods', 'libreoffice.xlsx'])(
    '%s comes in like a CSV, and says which sheet was read',
    async (name) => {
      await send(await sample(name))
      expect(await read()).toEqual([
        [2, 'Chloé Tremblay', '2025-06-02', '2:30', 'Soupe & pain\nService du soir', 'Ateliers', '0380000001'],
        [3, 'Zoé Inconnue', '2025-06-03', '2.91666666666667', 'Tri du soir', '', ''],
        [7, 'Zoé Inconnue', '2025-06-04', '1 h 30', 'Tri', 'Terrain', ''],
      ])
      await b.get(b.url)
      expect(b.text).toContain('Votre classeur a plusieurs feuilles remplies. Nous avons lu « Heures 2025 ».')
      await b.press('Reprendre 3 lignes d’heures et ajouter 1 personne')
      await world.settle()
      const taken = await world.deps.db
        .selectFrom('hours_entries')
        .select(['worked_on', 'minutes'])
        .orderBy('worked_on')
        .execute()
      expect(taken).toEqual([
        { worked_on: '2025-06-02', minutes: 150 },
        { worked_on: '2025-06-03', minutes: 175 },
        { worked_on: '2025-06-04', minutes: 90 },
      ])
    },
  )
})

const ods = (type: string, attributes: string, shown = '') =>
  `<table:table-cell office:value-type="${type}" ${attributes}><text:p>${shown}</text:p></table:table-cell>`

/** With what each is, so that a fault names it. */
const named = (cases: readonly (readonly unknown[])[], texts: readonly unknown[]) =>
  cases.map(([what], at) => [what, texts[at]])

const ODS_CELLS = [
  ['text in several lines', ods('string', '', 'un</text:p><text:p>deux<text:line-break/>trois'), 'un\ndeux\ntrois'],
  ['spaces and a tab', ods('string', '', 'a<text:s text:c="3"/>b<text:tab/>c'), 'a   b\tc'],
  ['parts with a look of their own', ods('string', '', 'un <text:span>gras</text:span> &amp; &#233;'), 'un gras & é'],
  ['a comment beside', ods('string', '', 'vu<office:annotation><text:p>note</text:p></office:annotation>'), 'vu'],
  ['a drawing inside', ods('string', '', 'vu</text:p><draw:frame><text:p>x</text:p></draw:frame><text:p>'), 'vu\n'],
  ['a number', ods('float', 'office:value="2.91666666666667"', '2,92'), '2.91666666666667'],
  ['a number that carries an error of its machine', ods('float', 'office:value="0.30000000000000004"', '0'), '0.3'],
  ['a telephone number', ods('float', 'office:value="612345678"', '06 12 34 56 78'), '06 12 34 56 78'],
  ['a part of a hundred', ods('percentage', 'office:value="0.125"', '13 %'), '12.5 %'],
  ['money', ods('currency', 'office:value="12.5"', '12,50 €'), '12.5'],
  ['a day', ods('date', 'office:date-value="2025-06-02"', '2 juin'), '2025-06-02'],
  ['a day at midnight', ods('date', 'office:date-value="2025-06-02T00:00:00"', '2 juin'), '2025-06-02'],
  ['a time of a day', ods('date', 'office:date-value="2025-06-02T14:30:00"', '14:30'), '2025-06-02 14:30'],
  ['a duration', ods('time', 'office:time-value="PT2H30M"', '02:30'), '2:30'],
  ['more than a day', ods('time', 'office:time-value="PT26H29M59.9999S"', '2:30'), '26:30'],
  ['more than two months', ods('time', 'office:time-value="PT1500H00M00S"', '1500:00'), '1500:00'],
  ['the time of a day of 2025', ods('time', 'office:time-value="PT1099458H00M00S"', '18:00'), '18:00'],
  ['days of duration', ods('time', 'office:time-value="P1DT2H"', ''), '26:00'],
  ['yes', ods('boolean', 'office:boolean-value="true"', 'VRAI'), 'TRUE'],
  ['what a formula gave', ods('string', 'table:formula="of:=A1" office:string-value="oui"', 'oui'), 'oui'],
  ['a formula that failed', ods('string', 'office:string-value="" calcext:value-type="error"', '#N/D'), '#N/D'],
  ['an entity of the file’s own', ods('string', '', 'a&moi;b'), 'a&moi;b'],
] as const

describe('a cell of an ODS', () => {
  it('is read as somebody would write it into a CSV', async () => {
    const texts = await inOds(ODS_CELLS.map(([, cell]) => cell))
    expect(named(ODS_CELLS, texts)).toEqual(ODS_CELLS.map(([what, , text]) => [what, text]))
  })

  it('that is covered is empty, and counts as one', async () => {
    const rows = [
      odsRow(...['Bénévole', 'Date', 'Heures', 'Titre'].map(odsText)),
      odsRow(odsText('Chloé'), '<table:covered-table-cell table:number-columns-repeated="2"/>', odsText('après')),
    ]
    await send(odsOf(odsTable('A', rows.join(''))))
    expect(await read()).toEqual([[2, 'Chloé', '', '', 'après']])
  })
})

it('a cell of millions of spaces is read as far as a spreadsheet would keep it', async () => {
  const spaces = '<text:s text:c="1000"/>'.repeat(3000)
  const [text] = await inOds([odsText(`a${spaces}b`)])
  expect(text!.length).toBeLessThan(70_000)
})

describe('rows and columns of an ODS that are repeated', () => {
  const HEADINGS = odsRow(...['Bénévole', 'Date', 'Heures'].map(odsText))
  const EMPTY =
    '<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>'

  it('are as many as they are, and a million empty ones are none', async () => {
    const rows = [
      '<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>',
      `<table:table-header-rows>${HEADINGS}</table:table-header-rows>`,
      `<table:table-row table:number-rows-repeated="2">${odsText('Chloé')}${odsText('02/06/2025')}<table:table-cell table:number-columns-repeated="1000000"/></table:table-row>`,
      odsRow(
        '<table:table-cell table:number-columns-repeated="2" office:value-type="float" office:value="1"/>',
        odsText('fin'),
      ),
      EMPTY,
    ]
    await send(odsOf(odsTable('A', rows.join(''))))
    expect(await read()).toEqual([
      [5, 'Chloé', '02/06/2025', ''],
      [6, 'Chloé', '02/06/2025', ''],
      [7, '1', '1', 'fin'],
    ])
  })

  it.each([
    [
      'rows',
      `<table:table-row table:number-rows-repeated="1000000">${odsText('Chloé')}</table:table-row>`,
      'Il y a trop de lignes',
    ],
    ['headings', '', 'Il y a trop de colonnes'],
  ])('with content, a million %s are too many', async (what, rows, said) => {
    const wide = `<table:table-cell table:number-columns-repeated="1000000" office:value-type="string"><text:p>x</text:p></table:table-cell>`
    const head = what === 'headings' ? odsRow(wide) + odsRow(odsText('a')) : HEADINGS
    await send(odsOf(odsTable('A', head + rows)))
    expect([b.status, fault()]).toEqual([422, expect.stringContaining(said)])
  })
})

const x = (value: string, type = 'n', style = 0) => `<c t="${type}" s="${style}"><v>${value}</v></c>`

const XLSX_CELLS = [
  ['a shared text', x('1', 's'), 'deux'],
  ['a shared text of several looks, without how it is read aloud', x('2', 's'), 'un gras fin'],
  ['a shared text of two lines', x('3', 's'), 'a\nb_c'],
  ['a shared text that is not there', x('99', 's'), ''],
  [
    'a text in its place',
    '<c t="inlineStr"><is><r><t>un </t></r><r><t xml:space="preserve">deux</t></r></is></c>',
    'un deux',
  ],
  ['what a formula gave', '<c t="str"><f>A1&amp;"x"</f><v>oui</v></c>', 'oui'],
  ['a number that a formula gave', '<c><f>175/60</f><v>2.9166666666666665</v></c>', '2.91666666666667'],
  ['yes', x('1', 'b'), 'TRUE'],
  ['a formula that failed', x('#DIV/0!', 'e'), '#DIV/0!'],
  ['a day of the strict format', x('2025-06-02T00:00:00', 'd'), '2025-06-02'],
  ['nothing', '<c s="1"/>', ''],
] as const
const SHARED = [
  '<t>zéro</t>',
  '<t>deux</t>',
  '<r><t>un </t></r><r><rPr><b/></rPr><t>gras</t></r><r><t> fin</t></r><rPh sb="0" eb="1"><t>parlé</t></rPh>',
  '<t>a_x000D_\nb_x005F_c</t>',
]
const FORMATTED = [
  ['dd/mm/yyyy', 45810, '2025-06-02'],
  ['d mmmm yyyy', 45810.6, '2025-06-02'],
  ['[$-40C]dddd d mmm', 45810, '2025-06-02'],
  ['dd/mm/yyyy hh:mm', 45810.604166666664, '2025-06-02 14:30'],
  ['dd/mm/yyyy hh:mm', 0.104166666666667, '2:30'],
  // What a formula makes of an empty cell.
  ['dd/mm/yyyy', 0, '0:00'],
  ['dd/mm/yyyy', 1, '1900-01-01'],
  ['dd/mm/yyyy', 59, '1900-02-28'],
  ['dd/mm/yyyy', 61, '1900-03-01'],
  ['h:mm', 0.104166666666667, '2:30'],
  ['[h]:mm:ss', 1.10416666666667, '26:30'],
  ['[h]:mm', 62.5, '1500:00'],
  ['[mm]:ss', 0.0625, '1:30'],
  ['h:mm AM/PM', 0.75, '18:00'],
  ['h:mm', 45810.75, '18:00'],
  ['0.0" heures"', 2.5, '2.5'],
  ['#,##0.00\\ [$€-40C];[Red]\\-#,##0.00\\ [$€-40C]', -12.5, '-12.5'],
  ['General" h"', 3, '3'],
  ['0.0%', 0.125, '12.5 %'],
  ['0#" "##" "##" "##" "##', 612345678, '06 12 34 56 78'],
  ['00000', 1000, '01000'],
  ['00000', 21000, '21000'],
  ['0', 7, '7'],
  ['0.00', 0.5, '0.5'],
] as const

describe('a cell of an XLSX', () => {
  it('is read as somebody would write it into a CSV', async () => {
    const cells = XLSX_CELLS.map(([, cell]) => cell)
    const texts = await inXlsx(cells, { texts: SHARED, formats: ['0'] })
    expect(named(XLSX_CELLS, texts)).toEqual(XLSX_CELLS.map(([what, , text]) => [what, text]))
  })

  it('is a day, a time or a number as its format says', async () => {
    const cells = FORMATTED.map(([, value], at) => x(String(value), 'n', at + 1))
    const texts = await inXlsx(cells, { formats: FORMATTED.map(([code]) => code) })
    expect(named(FORMATTED, texts)).toEqual(FORMATTED.map(([code, , text]) => [code, text]))
  })

  it('counts days from 1904 where the workbook does', async () => {
    const texts = await inXlsx([x('44348', 'n', 1)], { formats: ['dd/mm/yyyy'], is1904: true })
    expect(texts).toEqual(['2025-06-02'])
  })

  it('stands where it says, in its row and column', async () => {
    const rows = [
      '<row r="3"><c r="B3" t="inlineStr"><is><t>Nom</t></is></c><c r="D3" t="inlineStr"><is><t>Date</t></is></c></row>',
      '<row r="7"><c r="D7" t="inlineStr"><is><t>02/06/2025</t></is></c></row>',
      '<row r="9"><c r="B9" t="inlineStr"><is><t>Chloé</t></is></c><c r="XFD9"><v>1</v></c></row>',
    ]
    await send(xlsxOf([{ name: 'A', rows: rows.join('') }]))
    expect(await read()).toEqual([
      [7, '', '02/06/2025'],
      [9, 'Chloé', ''],
    ])
  })
})

describe('the sheet that is read', () => {
  const full = (name: string) => xlsxRow(xlsxText('Nom')) + xlsxRow(xlsxText(name))
  const one = xlsxRow(xlsxText('Mode d’emploi'))

  it('is the first one with rows below its headings', async () => {
    await send(
      xlsxOf([
        { name: 'Notice', rows: one },
        { name: 'Vide', rows: '' },
        { name: 'Gens', rows: full('Chloé') },
      ]),
    )
    expect(await read()).toEqual([[2, 'Chloé']])
    await b.get(b.url)
    expect(b.text).not.toContain('plusieurs feuilles')
  })

  it('is a hidden one only when no other has any', async () => {
    const hidden = { name: 'Listes', rows: full('Caché'), state: 'veryHidden' }
    await send(xlsxOf([hidden, { name: 'Gens', rows: full('Chloé') }]))
    expect(await read()).toEqual([[2, 'Chloé']])
    await world.deps.db.deleteFrom('imports').execute()
    await send(xlsxOf([{ name: 'Notice', rows: one }, hidden]))
    expect(await read()).toEqual([[2, 'Caché']])
  })

  const styles =
    '<style:style style:name="h" style:family="table"><style:table-properties table:display="false"/></style:style>'
  it('of an ODS too', async () => {
    const rows = (name: string) => odsRow(odsText('Nom')) + odsRow(odsText(name))
    const tables = [
      odsTable('L', rows('Caché'), 'table:style-name="h"'),
      odsTable('G', rows('Chloé')),
      odsTable('Z', rows('Zoé')),
    ]
    await send(odsOf(tables.join(''), { styles }))
    expect(await read()).toEqual([[2, 'Chloé']])
    await b.get(b.url)
    expect(b.text).toContain('Nous avons lu « G ».')
  })

  it.each([
    ['rows', 1_000_000, 'a', 'Il y a trop de lignes'],
    ['text', 100_000, 'x'.repeat(1000), 'Ce classeur est très grand une fois ouvert.'],
  ])('has no fault of a hidden one with too much %s before it', async (_what, times, word, said) => {
    const long = `<table:table-row table:number-rows-repeated="${times}">${odsText(word)}</table:table-row>`
    const hidden = odsTable('Villes', odsRow(odsText('Ville')) + long, 'table:style-name="h"')
    const seen = odsTable('Gens', odsRow(odsText('Nom')) + odsRow(odsText('Chloé')))
    await send(odsOf(hidden + seen, { styles }))
    expect(await read()).toEqual([[2, 'Chloé']])
    await send(odsOf(hidden, { styles }))
    expect([b.status, fault()]).toEqual([422, expect.stringContaining(said)])
  })
})

describe('a file that is refused says what to do', () => {
  const UNKNOWN =
    'Nous ne pouvons pas lire ce fichier. S’il est d’un ancien format (.xls), ou protégé par un mot de passe'
  const DAMAGED = 'Ce fichier est abîmé'
  const HEAVY = 'Ce classeur est très grand une fois ouvert.'
  const rows = xlsxRow(xlsxText('Nom')) + xlsxRow(xlsxText('Chloé'))
  const CUT = { 'xl/workbook.xml': '<workbook><sheets><sheet name="A"' }
  const good = () => xlsxOf([{ name: 'A', rows }])
  const turned = (bytes: Buffer, word: string) => {
    bytes[bytes.indexOf(word)]! ^= 2
    return bytes
  }
  const text = `<t>${'x'.repeat(30_000)}</t>`
  it.each([
    [
      'an old XLS, or an XLSX with a password',
      () => Buffer.concat([Buffer.from('d0cf11e0', 'hex'), Buffer.alloc(600)]),
      UNKNOWN,
    ],
    [
      'an ODS with a password',
      () =>
        odsOf(odsTable('A', odsRow(odsText('Nom')) + odsRow(odsText('Zoé'))), {
          manifest: '<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>',
        }),
      UNKNOWN,
    ],
    [
      'a text document',
      () => zipOf({ 'content.xml': '<office:document-content><office:text/></office:document-content>' }),
      UNKNOWN,
    ],
    ['a zip of something else', () => zipOf({ 'photo.jpg': 'x' }), UNKNOWN],
    ['half a file', () => good().subarray(0, 900), DAMAGED],
    ['a file in which a letter has turned', () => turned(xlsxOf([{ name: 'A', rows }], { level: 0 }), 'Chlo'), DAMAGED],
    ['a sheet that ends in the middle', () => xlsxOf([], { extra: CUT }), DAMAGED],
    ['elements one in the other without an end', () => xlsxOf([{ name: 'A', rows: '<a>'.repeat(100_000) }]), DAMAGED],
    [
      'a comment of three million characters',
      () => xlsxOf([{ name: 'A', rows: `<!--${'x'.repeat(3_000_000)}-->${rows}` }]),
      DAMAGED,
    ],
    ['an empty sheet', () => xlsxOf([{ name: 'A', rows: '' }]), 'Nous n’avons pas trouvé de ligne.'],
    [
      'one long text in a thousand cells',
      () => xlsxOf([{ name: 'A', rows: rows + xlsxRow(x('0', 's')).repeat(1000) }], { texts: [text] }),
      HEAVY,
    ],
    [
      'thousands of sheets',
      () =>
        xlsxOf([], {
          extra: { 'xl/workbook.xml': `<workbook><sheets>${'<sheet/>'.repeat(5001)}</sheets></workbook>` },
        }),
      HEAVY,
    ],
    [
      'thousands of links between its parts',
      () =>
        xlsxOf([{ name: 'A', rows }], {
          extra: {
            '_rels/.rels': `<a>${Array.from({ length: 5001 }, (_, at) => `<Relationship Id="${at}"/>`).join('')}</a>`,
          },
        }),
      HEAVY,
    ],
    [
      'thousands of looks of hidden sheets',
      () =>
        odsOf(odsTable('A', odsRow(odsText('Nom')) + odsRow(odsText('Zoé'))), {
          styles: Array.from(
            { length: 5001 },
            (_, at) => `<style:style style:name="${at}"><style:table-properties table:display="false"/></style:style>`,
          ).join(''),
        }),
      HEAVY,
    ],
    [
      'thousands of files',
      () => zipOf(Object.fromEntries(Array.from({ length: 5001 }, (_, at) => [`${at}`, '']))),
      HEAVY,
    ],
  ])('%s', async (_what, make, said) => {
    await send(make())
    expect([b.status, fault()]).toEqual([422, expect.stringContaining(said)])
  })

  it('and nothing that the file names outside is read', async () => {
    const doctype = '<!DOCTYPE d [<!ENTITY moi SYSTEM "file:///etc/hostname"><!ENTITY deux "&moi;&moi;">]>'
    const head = odsRow(...['Nom', 'Titre'].map(odsText))
    await send(odsOf(odsTable('A', head + odsRow(odsText('Chloé'), odsText('&moi;&deux;'))), { doctype }))
    expect(await read()).toEqual([[2, 'Chloé', '&moi;&deux;']])
  })
})

describe('offers', () => {
  it('come in from an XLSX', async () => {
    const rows = [
      xlsxRow(...['Titre', 'Description', 'Ville', 'Date de début', 'Places'].map(xlsxText)),
      xlsxRow(...['Servir la soupe', 'Réchauffer la soupe', 'Dijon'].map(xlsxText), x('46399', 'n', 1), x('4')),
    ]
    const other = xlsxRow(xlsxText('a')) + xlsxRow(xlsxText('b'))
    const sheets = [
      { name: 'Annonces', rows: rows.join('') },
      { name: 'Autre', rows: other },
    ]
    await send(xlsxOf(sheets, { formats: ['dd/mm/yyyy'] }), '/work/offers/import')
    expect(b.text).toContain('Nous avons lu « Annonces ».')
    await b.press('Faire 1 brouillon')
    const offer = await world.deps.db
      .selectFrom('offers')
      .select(['content', 'capacity'])
      .where('state', '=', 'draft')
      .executeTakeFirstOrThrow()
    expect(offer.capacity).toBe(4)
    expect(JSON.parse(String(offer.content))).toMatchObject({
      title: { fr: 'Servir la soupe' },
      places: [{ name: 'Dijon' }],
      starts_on: '2027-01-12',
    })
  })
})
