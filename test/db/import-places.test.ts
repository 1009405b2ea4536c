// SPDX-License-Identifier: AGPL-3.0-or-later
// public 1: `mainforte places import FILE` takes the lists that states publish; one bad row never stops the others.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals'
import { importPlaces, OWN_PLACES } from '../../db/reference/import-places.ts'
import { openGazetteer, type Gazetteer } from '../../db/reference/places.ts'
import { call } from '../../server/cli/call.ts'
import { gazetteerOf } from '../../server/shared.ts'

const root = mkdtempSync(join(tmpdir(), 'mainforte-places-'))
afterAll(() => rmSync(root, { recursive: true }))
let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(root, 'data-'))
})

function file(text: string, encoding: BufferEncoding = 'utf8'): string {
  const path = join(folder, 'list.csv')
  writeFileSync(path, Buffer.from(text, encoding))
  return path
}
async function after<T>(ask: (places: Gazetteer) => T): Promise<T> {
  const places = openGazetteer(join(folder, OWN_PLACES))
  try {
    return ask(places)
  } finally {
    places.close()
  }
}

/** In the shape of the Répertoire des municipalités du Québec. */
const QUEBEC = [
  'mcode,munnom,mdes,mcodpos,regadm,mrc,mpopul',
  '"14050","Kamouraska","Municipalité","G0L 1M0","Bas-Saint-Laurent (01)","Kamouraska","616"',
  '"51999","Saint-Éssai-de-Caxton","Municipalité","G0X 2N0","Mauricie (04)","Maskinongé","2 027"',
  '"75017","Saint-Jérôme","Ville","J7Z 0A1","Laurentides (15)","La Rivière-du-Nord","80 213"',
  '"99999","Nulle-Part","Municipalité","H9Z 9Z9","Ailleurs (77)","Nulle part","3"',
  '"abc","Sans-Code","Municipalité","G0L 1M0","Bas-Saint-Laurent (01)","Kamouraska","616"',
  '"14051","","Municipalité","","Bas-Saint-Laurent (01)","Kamouraska",""',
  '"14050","Kamouraska bis","Municipalité","G0L 1M0","Bas-Saint-Laurent (01)","Kamouraska","616"',
  '"05070","Avec ""guillemets"", et',
  'deux lignes","Municipalité","G0C 1E0","Gaspésie–Îles-de-la-Madeleine (11)","Bonaventure","10"',
].join('\r\n')

describe.each(['utf8', 'latin1'] as const)('the list of Québec in %s', (encoding) => {
  it('is taken, with all that is wrong in it named by its line', async () => {
    const text = encoding === 'latin1' ? QUEBEC.replace('–', '-') : `\ufeff${QUEBEC}`
    const report = await importPlaces(file(text, encoding), folder)
    expect(report.rows).toBe(8)
    expect(report.refused.map(({ line, why }) => [line, why])).toEqual([
      [5, 'area'],
      [6, 'code_ca'],
      [7, 'name'],
      [8, 'again'],
    ])
    expect(report.refused[0]).toMatchObject({ town: expect.stringContaining('Nulle-Part') })
    await after((places) => {
      const found = places.resolve('Kamouraska', { country: 'CA' })
      expect(found).toMatchObject({ code: 'QC-kamouraska', region: 'QC-01', mrc: 'Kamouraska' })
      expect(found!.latitude).toBeGreaterThan(47)
      expect(places.resolve('saint essai de caxton')).toMatchObject({ code: 'QC-51999', region: 'QC-04' })
      expect(places.search('sai ess cax')[0]?.code).toBe('QC-51999')
      expect(places.resolve('J7Z 1A1', { country: 'CA' })).toBeDefined()
      expect(places.find('QC-05070')?.name).toContain('"guillemets", et deux lignes')
      expect(places.resolve('Dijon', { country: 'FR' })?.code).toBe('FR-21231')
    })
  })
})

it('the lists of France are taken: a new commune, a renamed one, former ones, with and without positions', async () => {
  const cog = [
    'TYPECOM,COM,REG,DEP,CTCD,ARR,TNCC,NCC,NCCENR,LIBELLE,CAN,COMPARENT',
    'COM,21231,27,21,21D,212,0,DIJON,Dijon,Dijon,2199,',
    'COM,21054,27,21,21D,211,0,BEAUNE,Beaune,Beaune-la-Neuve,2102,',
    'COM,21999,27,21,21D,211,0,NEUVE,Neuve,Ville-Toute-Neuve,2102,',
    'COMD,21998,,,,,0,VIEUX,Vieux,Vieux-Hameau-Perdu,,21231',
    'COMD,21997,,,,,0,SEUL,Seul,Hameau-Sans-Parent,,29999',
    'ARM,75101,11,75,75C,751,0,PARIS,Paris,Paris 1er Arrondissement,,75056',
    'COM,2A999,94,2A,2AD,2A1,0,U,U,U Paese Novu,2A01,',
  ].join('\n')
  const first = await importPlaces(file(cog), folder)
  expect(first.added).toEqual(['Ville-Toute-Neuve', 'U Paese Novu'])
  expect(first.renamed).toEqual(['Beaune → Beaune-la-Neuve'])
  expect(first.refused).toEqual([{ line: 6, town: '21997 Hameau-Sans-Parent', why: 'parent', about: '29999' }])
  const positioned =
    'code_insee;nom_standard;dep_code;codes_postaux;population;latitude_centre;longitude_centre\n' +
    '21999;Ville-Toute-Neuve;21;21998, 21999;1200;47,25;4,9\n21996;Perdue;21;21996;3;95;200\n'
  const second = await importPlaces(file(positioned), folder)
  expect([second.same, second.refused.length, second.refused[0]]).toEqual([
    1,
    1,
    expect.objectContaining({ why: 'position' }),
  ])
  await after((places) => {
    expect(places.resolve('Ville Toute Neuve')).toMatchObject({
      code: 'FR-21999',
      latitude: 47.25,
      longitude: 4.9,
      department: 'FR-D21',
    })
    expect(places.resolve('21998')?.code).toBe('FR-21999')
    for (const name of ['Beaune', 'Beaune-la-Neuve'])
      expect(places.search(name, { country: 'FR' }).map(({ code }) => code)).toContain('FR-21054')
    expect(places.search('Vieux-Hameau-Perdu').map(({ code }) => code)).toEqual(['FR-21231'])
  })
})

it('a town of Québec that had no number keeps the code that offers have of it', async () => {
  const places = gazetteerOf(root)
  const gore = places.find('QC-gore')!
  const row = `76025;${gore.name};${gore.mrc};48.1;-74.2`
  const report = await importPlaces(file(`code;name;mrc;latitude;longitude\n${row}\n`), folder)
  expect([report.same, report.added]).toEqual([1, []])
  await after((now) => {
    expect(now.resolve(gore.name, { country: 'CA' })).toMatchObject({
      code: 'QC-gore',
      latitude: 48.1,
      precision: 'exact',
    })
  })
})

describe('the command', () => {
  const run = (...words: string[]) => call(['places', 'import', ...words], { DATA_DIR: folder, NODE_ENV: 'test' })

  it('shows what it would do and changes nothing, then does it', async () => {
    const path = file(QUEBEC)
    expect(await run(path, '--dry-run')).toBe(0)
    expect(existsSync(join(folder, OWN_PLACES))).toBe(false)
    expect(gazetteerOf(folder).resolve('Saint-Éssai-de-Caxton')?.code).not.toBe('QC-51999')
    expect(await run(path)).toBe(0)
    expect(gazetteerOf(folder).resolve('Saint-Éssai-de-Caxton')?.code).toBe('QC-51999')
    expect(existsSync(join(folder, `${OWN_PLACES}.new`))).toBe(false)
  })

  it('takes the headings that one names, and refuses what is no such list without touching anything', async () => {
    expect(await run(file('x;y\n14050;Kamouraska\n'))).toBe(1)
    expect(await run(file('x;y;z\n14050;Kamouraska;Kamouraska\n'), '--columns', 'code=x,name=y,mrc=Z')).toBe(0)
    expect(await run(file('code;name\n1;2\n'), '--columns', 'kode=x')).toBe(1)
    expect(await run(join(folder, 'missing.csv'))).toBe(1)
    rmSync(join(folder, OWN_PLACES))
    for (const text of ['', '\u0000\u0001', 'code,name\n"never closed\n'.padEnd(9000, 'x\n'), '<html></html>'])
      expect(await run(file(text))).toBe(1)
    expect(existsSync(join(folder, OWN_PLACES))).toBe(false)
  })
})

it('a list as long as that of France is taken without holding it in memory, and again without a change', async () => {
  const rows = Array.from(
    { length: 35_000 },
    (_, at) => `COM,${String(1001 + (at % 899)).padStart(5, '0')},84,01,,,,,,Essai ${at},,`,
  )
  const report = await importPlaces(
    file(['TYPECOM,COM,REG,DEP,CTCD,ARR,TNCC,NCC,NCCENR,LIBELLE,CAN,COMPARENT', ...rows].join('\n')),
    folder,
  )
  expect(report.rows).toBe(35_000)
  expect(report.refused.length).toBe(35_000 - 899)
})
