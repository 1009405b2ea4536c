// SPDX-License-Identifier: AGPL-3.0-or-later
// Offers come in from a file: each row is shown with its faults, good ones become drafts, nothing comes in twice.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import Papa from 'papaparse'
import { limits } from '../../config/limits.ts'
import { FIELD_NAMES } from '../../server/model/offer/fields.ts'
import type { OfferContent } from '../../server/model/offer/content.ts'
import { IMPORT_DAYS } from '../../server/model/offer/rules.ts'
import { DAY } from '../../server/base/clock.ts'
import { forgetOldImports } from '../../server/offers/commands/import.ts'
import { guessColumns } from '../../server/offers/import/columns.ts'
import { readTable } from '../../server/web/table-file.ts'
import { createDraft } from '../../server/offers/commands/write.ts'
import { LOCALES } from '../../server/text/i18n.ts'
import { viewerOf } from '../../server/model/viewer.ts'
import { OFFERS_AT_ONCE } from '../../server/web/transact.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { writeOffer } from '../support/offer-form.ts'

let world: World
let b: Browser
beforeEach(async () => {
  world = await startApp()
  b = await world.signIn('bastien')
})
afterEach(stopApps)

const drafts = async () => {
  const rows = await world.deps.db
    .selectFrom('offers')
    .selectAll()
    .where('state', '<>', 'archived')
    .orderBy('id')
    .execute()
  return rows.map((row) => ({ ...row, content: JSON.parse(String(row.content)) as OfferContent }))
}

async function paste(text: string, by = b): Promise<Browser> {
  await by.get('/work/offers/import')
  return by.fill('Ou collez vos lignes ici', text).press('Lire ces annonces')
}

async function send(bytes: Buffer, by = b): Promise<Browser> {
  await by.get('/work/offers/import')
  return by.attach('Votre fichier', { name: 'annonces.csv', type: 'text/csv', bytes }).press('Lire ces annonces')
}

/** Line, title and state of each row of the preview, with what stands below. */
function shown(by = b): string[][] {
  by.document.querySelectorAll('tbody br').forEach((br) => br.replaceWith(' / '))
  return [...by.document.querySelectorAll('tbody tr')].map((row) =>
    [...row.children].map((cell) => (cell.textContent ?? '').replaceAll(/\s+/g, ' ').trim()),
  )
}

const JEBENEVOLE = [
  'Titre du poste;Description;Secteur d’activité;Municipalité;Nombre de postes;Date de début;Responsable',
  'Servir la soupe;"Réchauffer la soupe\nServir; ranger";Repas, distribution;Dijon; 4;12/01/2027;Marie',
  'Livrer des repas;Conduire;Repas, distribution;"Dijon; Beaune";plusieurs;;',
  'Soupe;Servir;Trapèze;Dijon;2;;',
].join('\r\n')

describe('pages F36: a file of another program', () => {
  it('is shown row by row, and its good rows become drafts that nobody else sees', async () => {
    await paste(JEBENEVOLE)
    expect(b.heading).toBe('Les annonces de votre fichier')
    const rows = shown()
    expect(rows.map(([line]) => line)).toEqual(['2', '4', '5'])
    expect(rows[0]).toEqual(['2', expect.stringContaining('Servir la soupe'), 'Sera un brouillon'])
    expect(rows[1]![2]).toMatch(/^À corriger \/ Nombre de postes : Écrivez un nombre/)
    expect(rows[2]![2]).toContain('Titre du poste : Ajoutez un mot ou deux au titre')
    expect(rows[2]![2]).toContain('Secteur d’activité : « Trapèze » n’est pas dans nos listes')
    expect(await drafts()).toEqual([])
    await b.press('Faire 1 brouillon')
    expect(b.text).toContain('1 brouillon est prêt')
    const [offer, ...others] = await drafts()
    expect(others).toEqual([])
    expect(offer).toMatchObject({ state: 'draft', contact_id: world.id('bastien'), capacity: 4, visibility: 'public' })
    expect(offer!.content).toMatchObject({
      title: { fr: 'Servir la soupe' },
      tasks: { fr: ['Réchauffer la soupe', 'Servir; ranger'] },
      activities: ['meals'],
      places: [{ name: 'Dijon', code: 'FR-21231' }],
      starts_on: '2027-01-12',
      contact_label: 'Marie',
    })
    await world.browser().get('/offers?q=soupe')
    expect((await world.browser().get('/offers?q=soupe')).text).not.toContain('Servir la soupe')
    const events = await world.deps.db.selectFrom('events').select('type').where('subject_id', '=', offer!.id).execute()
    expect(events).toEqual([{ type: 'offer.created' }])
  })

  it('in English, has its faults in English, with the heading as it stands in the file', async () => {
    await paste('Title,Town,Cause\nServe the soup,Dijon,Circus')
    await b.get('/language')
    await b.get(b.url)
    const path = (await world.deps.db.selectFrom('offer_imports').select('id').executeTakeFirstOrThrow()).id
    await b.post('/language', { locale: 'en', back: '/' })
    await b.get(`/work/offers/import/${path}`)
    expect(shown()[0]![2]).toContain('Cause: “Circus” is not in our lists')
  })

  it('splits « A; B » into two towns', async () => {
    await paste('Titre;Ville\nLivrer des repas;"Dijon; Beaune"')
    await b.press('Faire 1 brouillon')
    expect((await drafts())[0]!.content.places.map(({ name }) => name)).toEqual(['Dijon', 'Beaune'])
  })

  it('its columns can be chosen otherwise, and one can be left out', async () => {
    await paste('Mot;Quoi;Cause\nServir la soupe;Réchauffer;Cirque')
    expect(b.text).toContain('Aucune colonne n’est le titre')
    await b.fill('Mot', 'Titre, en français').fill('Quoi', 'Les tâches, en français').fill('Cause', 'Ne pas reprendre')
    await b.press('Relire avec ces colonnes')
    expect(shown()).toEqual([['2', 'Servir la soupe', 'Sera un brouillon']])
    await b.press('Faire 1 brouillon')
    expect((await drafts())[0]!.content.tasks).toEqual({ fr: ['Réchauffer'] })
  })

  it('whose rows say days online that are over makes drafts without them', async () => {
    await paste('Titre;Premier jour en ligne;Dernier jour en ligne\nServir la soupe;2025-01-01;2025-02-01')
    expect(shown()[0]![2]).toContain('Ses jours en ligne sont passés')
    await b.press('Faire 1 brouillon')
    expect((await drafts())[0]).toMatchObject({ publish_from: null, publish_until: null })
  })
})

describe('pages F36: nothing comes in twice', () => {
  it('the same file again, in another encoding and with other separators, shows its rows as taken in', async () => {
    await paste('Titre;Ville\nRéparer des vélos;Dijon\nTrier les dons;Beaune')
    await b.press('Faire 2 brouillons')
    await send(Buffer.from('Ville\tTitre\nDijon\tRéparer des vélos\nBeaune\tTrier les dons', 'latin1'))
    expect(shown().map(([, title, state]) => [title, state])).toEqual([
      ['Réparer des vélos / Dijon', 'Déjà reprise d’un autre fichier'],
      ['Trier les dons / Beaune', 'Déjà reprise d’un autre fichier'],
    ])
    expect(b.text).not.toContain('Faire 2 brouillons')
    expect(await drafts()).toHaveLength(2)
  })

  it('a row that stands twice in a file makes one draft, and so does the button pressed twice', async () => {
    await paste('Titre\nRéparer des vélos\nRéparer des vélos')
    expect(shown()[1]![2]).toBe('La même que la ligne 2')
    const path = b.url
    await Promise.all([b.post(`${path}/drafts`, {}), world.browser(b.cookie).post(`${path}/drafts`, {})].slice(0, 1))
    await b.post(`${path}/drafts`, {})
    expect(await drafts()).toHaveLength(1)
  })

  it('a draft that was thrown away can come in again', async () => {
    await paste('Titre\nRéparer des vélos')
    await b.press('Faire 1 brouillon')
    const path = b.url
    await b.post(`/work/offers/${(await drafts())[0]!.id}/removal`, {})
    await b.get(path)
    await b.press('Faire 1 brouillon')
    expect(await drafts()).toHaveLength(1)
  })
})

describe('pages F36: rows with faults', () => {
  it('are taken home with what is wrong, mended, and sent again', async () => {
    await paste('Titre;Cause;Note\n=Servir la soupe;Cirque;=1+1\nRanger les livres;;')
    await b.press('Faire 1 brouillon')
    await b.follow('Télécharger les lignes à corriger (CSV)')
    const file = b.html
    const [head, ...rows] = Papa.parse<string[]>(file.trim(), { delimiter: ';' }).data
    expect(head).toEqual(['Titre', 'Cause', 'Note', 'À corriger'])
    expect(rows).toEqual([["'=Servir la soupe", 'Cirque', "'=1+1", expect.stringMatching(/Cause\s:\s«\sCirque\s»/)]])
    await send(Buffer.from('\ufeff' + file.replace('Cirque', 'Sécurité alimentaire')))
    expect(shown().map(([, title, state]) => [title, state])).toEqual([['=Servir la soupe', 'Sera un brouillon']])
    await b.press('Faire 1 brouillon')
    expect((await drafts()).map(({ content }) => content.title.fr).toSorted()).toEqual([
      '=Servir la soupe',
      'Ranger les livres',
    ])
  })
})

describe('pages F36: an import is undone', () => {
  it('after a question; drafts that somebody changed stay', async () => {
    await paste('Titre\nRéparer des vélos\nTrier les dons')
    await b.press('Faire 2 brouillons')
    const path = b.url
    const [first] = await drafts()
    await b.get(`/work/offers/${first!.id}/edit`)
    await b.fill('Titre', 'Réparer des vélos le samedi').press('Enregistrer et me relire')
    await b.get(path)
    await b.follow('Annuler : jeter 1 brouillon')
    expect(b.text).toContain('1 annonce a été modifiée ou publiée depuis: elle reste.')
    expect(await drafts()).toHaveLength(2)
    await b.press('Jeter ces brouillons')
    expect(b.text).toContain('1 brouillon est jeté.')
    expect((await drafts()).map(({ id }) => id)).toEqual([first!.id])
    expect(b.text).not.toContain('Annuler : jeter')
  })
})

describe('pages F36: our own file', () => {
  /** Every field said, with days to come. */
  async function everything(): Promise<OfferContent> {
    await writeOffer(b)
    const { content } = (await drafts())[0]!
    const full: OfferContent = {
      ...content,
      title: { fr: 'Servir le bouillon du soir', en: '=Serve the evening soup' },
      summary: { fr: 'Deux heures; au chaud, « ensemble ».', en: 'Two "warm" hours' },
      tasks: { fr: ['Réchauffer; remuer', 'Servir, ranger'], en: ['Warm up'] },
      context: { fr: 'Premier paragraphe.\n\nDeuxième, avec un ; et une , virgule.' },
      profile: { fr: "'Patience\n- calme" },
      support: { fr: 'Un binôme' },
      practical: { fr: '@18 h' },
      frequency: 'weekly',
      minutes_per_session: 150,
      sessions_expected: 12,
      starts_on: '2027-01-12',
      ends_on: '2027-03-30',
      slots: ['saturday-morning', 'sunday-evening'],
      capacity: null,
      group_ok: true,
      group_max: 6,
      no_waiting_list: true,
      causes: ['food', 'arts_culture', 'equality'],
      activities: ['meals', 'literacy'],
      beneficiaries: ['homeless', 'seniors'],
      skills: ['listening', 'patience'],
      requirements: ['licence_b', 'interview'],
      min_age: 16,
      accessible: 'yes',
      benefits: ['meals', 'hours_record'],
      compensation: 'expenses',
      contact_label: 'L’équipe du soir',
      language: ['fr', 'en'],
    }
    expect(FIELD_NAMES.filter((name) => !(name in full))).toEqual([])
    const bastien = viewerOf(world.id('bastien'), 'Bastien Moreau', ['coordinator'])
    const asked = { firstDay: '2026-12-24', lastDay: '2027-01-31' }
    await createDraft(world.deps, bastien, {
      content: full,
      contactId: bastien.personId,
      visibility: 'unlisted',
      asked,
    })
    return full
  }

  it.each(LOCALES)('of « %s » is read in on another site with the same content', async (locale) => {
    const full = await everything()
    await b.post('/language', { locale, back: '/' })
    const file = (await b.get('/work/offers.csv')).html
    const before = await drafts()
    await stopApps()
    world = await startApp()
    b = await world.signIn('bastien')
    await send(Buffer.from(file))
    expect(shown().map(([, , state]) => state)).toEqual(['Sera un brouillon', 'Sera un brouillon'])
    await b.press('Faire 2 brouillons')
    const after = await drafts()
    const title = (offer: { content: OfferContent }) => offer.content.title.fr!
    const found = after.find((one) => title(one) === full.title.fr)!
    expect(found.content).toEqual(full)
    const sent = before.find((one) => title(one) === full.title.fr)!
    const standing = ({ visibility, publish_from, publish_until }: (typeof after)[number]) => ({
      visibility,
      publish_from,
      publish_until,
    })
    expect(standing(found)).toEqual(standing(sent))
    const other = before.find((one) => title(one) !== full.title.fr)!
    expect(after.find((one) => title(one) !== full.title.fr)!.content).toEqual(other.content)
  })

  it('on the same site is recognised by its references', async () => {
    await everything()
    await send(Buffer.from((await b.get('/work/offers.csv')).html))
    expect(shown().map(([, , state]) => state)).toEqual(['Déjà sur ce site', 'Déjà sur ce site'])
  })
})

describe('pages F36: limits', () => {
  it('what cannot be read is said at the field, and nothing is kept', async () => {
    await paste('')
    expect(b.errors()).toMatchObject({ 'Votre fichier': expect.stringContaining('Choisissez un fichier') })
    await paste('Titre')
    expect(b.status).toBe(422)
    expect(b.text).toContain('Nous n’avons pas trouvé d’annonce')
    await paste('Titre;Ville\nServir;"Dijon\nDonner;Beaune')
    expect(b.text).toContain('Des guillemets ne sont pas fermés')
    await paste(`Titre\n${'Servir la soupe\n'.repeat(limits.importRows + 1)}`)
    expect(b.text).toContain('Il y a trop de lignes: 500 au plus')
    await send(Buffer.alloc(limits.importBytes + 1, 'x'))
    expect(b.text).toContain('Ce fichier est trop lourd: 1 Mo au plus')
    expect(await world.deps.db.selectFrom('offer_imports').select('id').execute()).toEqual([])
  })

  it('500 rows come in without holding the event loop', async () => {
    const rows = Array.from({ length: 500 }, (_, n) => `Servir la soupe ${n};Sécurité alimentaire;"Dijon; Beaune";4`)
    await paste(`Titre;Cause;Ville;Places\n${rows.join('\n')}`)
    expect(b.text).toContain('500 lignes à reprendre')
    const commitsOfTurns = [0]
    let isOver = false
    const turn = () => {
      commitsOfTurns.push(0)
      if (!isOver) setImmediate(turn)
    }
    setImmediate(turn)
    world.deps.commits.onCommit(() => (commitsOfTurns[commitsOfTurns.length - 1]! += 1))
    await b.press('Faire 500 brouillons')
    isOver = true
    expect(await drafts()).toHaveLength(500)
    // A few drafts at a time, and the event loop goes round after each.
    expect(commitsOfTurns.filter((commits) => commits > 0).length).toBeGreaterThanOrEqual(500 / OFFERS_AT_ONCE)
  })

  it('the file is forgotten after some days; what was made of it stays, and can be undone', async () => {
    await paste('Titre\nRéparer des vélos')
    await b.press('Faire 1 brouillon')
    const path = b.url
    await paste('Titre\nTrier les dons')
    world.clock.advance(IMPORT_DAYS * DAY + 1000)
    await forgetOldImports(world.deps)
    expect(await world.deps.db.selectFrom('offer_imports').select(['content', 'rows']).execute()).toEqual([
      { content: null, rows: 1 },
    ])
    b = await world.signIn('bastien')
    await b.get(path)
    expect(b.text).toContain('Le fichier n’est plus ici')
    await b.follow('Annuler : jeter 1 brouillon')
    await b.press('Jeter ces brouillons')
    expect(await drafts()).toEqual([])
  })

  it('what somebody sent is in their data, and is emptied when they are erased', async () => {
    await paste('Titre;Contact\nRéparer des vélos;Nadège Tremblay')
    expect((await b.get('/my/data.json')).html).toContain('Nadège Tremblay')
    const admin = await world.signIn('amina')
    await admin.post(`/work/people/${world.id('bastien')}/erasure`, {})
    const { rows } = await sql<{ content: string | null }>`SELECT content FROM offer_imports`.execute(world.deps.db)
    expect(rows).toEqual([{ content: null }])
  })
})

it('a heading is known as our own file has it, and as others do', () => {
  const translators = LOCALES.map((locale) => world.deps.i18n.for(locale))
  const guess = (headings: string[], usual: 'fr' | 'en' = 'fr') => guessColumns(headings, translators, usual)
  expect(guess(['Titre, en français', 'Title, in English', 'Annonce'])).toEqual(['title_fr', 'title_en', ''])
  expect(guess(['TITRE', 'Titre (anglais)', 'Ville(s)', 'Municipalité'])).toEqual([
    'title_fr',
    'title_en',
    '',
    'places',
  ])
  expect(guess(['Title', 'Tasks', 'Start date', 'Number of volunteers'], 'en')).toEqual([
    'title_en',
    'tasks_en',
    'starts_on',
    'capacity',
  ])
  expect(guess(['places', 'minutes', 'title_en'])).toEqual(['places', '', 'title_en'])
})

it.each([
  ['semicolons', 'a;b\r\n"x\ny";2'],
  ['commas', 'a,b\n"x\ny",2'],
  ['tabs', 'a\tb\r"x\ny"\t2'],
  ['its separator named first, as spreadsheets do', '\ufeffsep=;\r\na;b\r\n"x\ny";2'],
])('a table is read with %s', async (_name, text) => {
  const read = await readTable(text, { most: limits.importRows, empty: 'offers.import.error.empty', leftOut: [] })
  expect(read).toMatchObject({ ok: true, table: { headings: ['a', 'b'], rows: [{ cells: ['x\ny', '2'] }] } })
})
