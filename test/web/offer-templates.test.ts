// SPDX-License-Identifier: AGPL-3.0-or-later
// offers J13, §6.1 (template_id, copied_from): models to start offers from.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { listStarters } from '../../db/reference/offer-templates.ts'
import { loadTaxonomies, type ListName } from '../../db/reference/taxonomies.ts'
import { FEW_CHARACTERS, remarksOn } from '../../server/model/offer/readiness.ts'
import { FIELDS } from '../../server/model/offer/fields.ts'
import { MOST_TEMPLATES } from '../../server/offers/commands/templates.ts'
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

const LIST = '/work/offers/templates'
const templates = () => world.deps.db.selectFrom('offer_templates').selectAll().execute()
const offers = () => world.deps.db.selectFrom('offers').selectAll().orderBy('id').execute()

async function keepOne() {
  await b.get('/work/offers/new')
  const id = await writeOffer(b, 'Servir la soupe')
  await b.get(`/work/offers/${id}/edit`)
  await b.fill('Premier jour', '2027-01-10').press('Enregistrer et me relire')
  await b.press('Garder comme modèle')
  return id
}

describe('a model of the instance', () => {
  it('is kept from an offer, named, started from, and taken away', async () => {
    const from = await keepOne()
    expect([b.heading, b.text.includes('Gardé comme modèle')]).toEqual(['Nommer le modèle « Servir la soupe »', true])
    await b.fill('Nom du modèle', '').press('Enregistrer le nom')
    expect([b.status, Object.keys(b.errors())]).toEqual([422, ['Nom du modèle']])
    await b.fill('Nom du modèle', 'La soupe du mardi').press('Enregistrer le nom')
    expect([b.url, b.text.includes('La soupe du mardi')]).toEqual([LIST, true])

    const [kept] = await templates()
    expect(kept).toMatchObject({ offer_id: from, name: 'La soupe du mardi', created_by: world.id('bastien') })
    await b.get('/work/offers/new')
    await b.follow('Partir d’un modèle')
    await b.follow('Partir de ce modèle La soupe du mardi')
    expect(b.text).toContain('Vous partez du modèle « La soupe du mardi »')
    expect([b.value('Titre'), b.value('Premier jour'), b.value('Ville ou village')]).toEqual([
      'Servir la soupe',
      '',
      'Dijon; Beaune',
    ])
    await b.fill('Titre', 'Servir le potage').press('Enregistrer et me relire')
    expect([b.heading, b.text.includes('Partie du modèle « La soupe du mardi »')]).toEqual(['Servir le potage', true])
    const made = (await offers()).at(-1)!
    expect(made).toMatchObject({ template_id: kept!.id, state: 'draft', revision: 0 })

    await b.get(LIST)
    await b.follow('Retirer La soupe du mardi')
    await b.press('Retirer ce modèle')
    expect([b.url, await templates()]).toEqual([LIST, []])
    await b.get(`/work/offers/${made.id}`)
    expect([b.status, b.text.includes('Partie du modèle')]).toEqual([200, false])
  })

  it('is made once by a form that is sent twice, and of no offer that is gone', async () => {
    const id = await writeOffer(b)
    for (let n = 0; n < 2; n++) await b.post(`/work/offers/${id}/template`, { form_id: 'one' })
    expect(await templates()).toHaveLength(1)
    await b.post('/work/offers/none/template', {})
    expect(b.status).toBe(404)
    await b.get(`${LIST}/none`)
    expect(b.status).toBe(404)
    await b.post(`${LIST}/none`, { name: 'Autre nom' })
    expect(b.status).toBe(404)
  })

  it('says nothing of its contact, and no more are kept than a page shows', async () => {
    const id = await writeOffer(b)
    await b.post(`/work/offers/${id}/template`, { form_id: 'one' })
    const [kept] = await templates()
    expect(JSON.parse(kept!.content)).toMatchObject({ contact_label: '' })
    for (let n = 1; n < MOST_TEMPLATES; n++)
      await world.deps.db
        .insertInto('offer_templates')
        .values({ ...kept!, id: `t${n}` })
        .execute()
    await b.post(`/work/offers/${id}/template`, { form_id: 'two' })
    expect([b.status, (await templates()).length]).toEqual([409, MOST_TEMPLATES])
  })

  it('is found again as where an offer comes from, as a copy is', async () => {
    const id = await writeOffer(b, 'Servir la soupe')
    await b.get(`/work/offers/${id}`)
    await b.press('Copier en brouillon')
    const [copy] = (await offers()).filter(({ copied_from }) => copied_from === id)
    await b.get(`/work/offers/${copy!.id}`)
    await b.follow('Copie de « Servir la soupe »')
    expect(b.url).toBe(`/work/offers/${id}`)
  })

  it('that is unknown is an empty form, and is not kept as an origin', async () => {
    await b.get('/work/offers/new?template=none')
    expect([b.status, b.value('Titre')]).toEqual([200, ''])
    await b.post('/work/offers/new', { title_fr: 'Servir la soupe', template: 'none' })
    expect((await offers()).map(({ template_id }) => template_id)).toEqual([null])
  })
})

const LISTS: [keyof typeof FIELDS, ListName][] = [
  ['causes', 'cause'],
  ['activities', 'activity'],
  ['beneficiaries', 'beneficiary'],
  ['commitment', 'commitment'],
  ['frequency', 'frequency'],
  ['work_mode', 'work_mode'],
  ['skills', 'skill'],
  ['requirements', 'requirement'],
  ['benefits', 'benefit'],
  ['compensation', 'compensation'],
]

describe('models that come with the software', () => {
  it.each(['fr', 'fr-CA', 'en'] as const)('are whole, long enough, and of known codes (%s)', (locale) => {
    const taxonomies = loadTaxonomies()
    const language = locale === 'en' ? 'en' : 'fr'
    const starters = listStarters(locale)
    expect(starters.length).toBeGreaterThan(6)
    for (const { id, content } of starters) {
      const unknown = LISTS.flatMap(([name, list]) =>
        [content[name] ?? []].flat().filter((code) => !taxonomies.has(list, String(code))),
      )
      expect([id, unknown, remarksOn(content, language)]).toEqual([id, [], []])
      expect([id, content.title[language]!.length <= FIELDS.title.longest]).toEqual([id, true])
      expect([id, content.summary[language]!.length <= FIELDS.summary.longest]).toEqual([id, true])
    }
    expect(FEW_CHARACTERS).toBe(300)
  })

  it('speak the words of Québec there', () => {
    const said = JSON.stringify(listStarters('fr-CA'))
    expect(said).toContain('organisme')
    expect(said).not.toMatch(/association|e-mail|week-end|réseaux sociaux/)
  })

  it('fill in the form, and are its origin', async () => {
    await b.get(LIST)
    await b.follow('Partir de ce modèle Rejoindre notre conseil d’administration')
    expect([b.value('Titre'), b.value('Pour quelle cause ?')]).toEqual([
      'Rejoindre notre conseil d’administration',
      'community',
    ])
    await b.press('Enregistrer et me relire')
    expect(b.text).toContain('Partie du modèle « Rejoindre notre conseil d’administration »')
    expect((await offers()).map(({ template_id }) => template_id)).toEqual(['starter-board'])
  })
})

it('a centre that has no offers of its own has no models', async () => {
  await stopApps()
  world = await startApp({ kind: 'centre' })
  b = await world.signIn('bastien')
  await b.get(LIST)
  expect(b.status).toBe(404)
})
