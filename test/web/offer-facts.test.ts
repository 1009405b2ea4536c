// SPDX-License-Identifier: AGPL-3.0-or-later
// offers §6.1: for how long, up to which age, how one gets there, what can be adapted, what is spoken and what is learned
// there.
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import type { OfferContent } from '../../server/model/offer/content.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { publishOffer } from '../support/offer-form.ts'

let world: World
let b: Browser
beforeEach(async () => {
  world = await startApp()
  b = await world.signIn('bastien')
})
afterEach(stopApps)

const SAID = [
  'Durée minimum, en mois 6',
  'Âge maximum 25',
  'Ce qui peut être adapté On peut rester assis.',
  'On peut venir en transports en commun Oui',
  'Nous pouvons venir chercher les bénévoles Oui',
  'Contrepartie, en quelques mots Le trajet est remboursé.',
  'On apprend tout sur place Oui',
  'Langues parlées sur place Français et Arabe',
]
const visit = async (id: string) => (await world.browser().get(`/offers/${id}`)).text

it('is said in the form, stands on the page and in the open data, and is not there while nobody says it', async () => {
  const id = await publishOffer(b)
  const before = await visit(id)
  expect(SAID.filter((line) => before.includes(line.slice(0, 12)))).toEqual([])
  await b.get(`/work/offers/${id}/edit`)
  await b
    .fill('Durée minimum, en mois', '6')
    .fill('Âge maximum', '25')
    .fill('Ce qui peut être adapté', 'On peut rester assis.')
    .choose('On peut venir en transports en commun')
    .choose('Nous pouvons venir chercher les bénévoles')
    .fill('Contrepartie, en quelques mots', 'Le trajet est remboursé.')
    .choose('On apprend tout sur place')
    .choose('Français', 'Langues parlées sur place')
    .choose('Arabe', 'Langues parlées sur place')
    .press('Enregistrer les changements')
  expect(SAID.filter((line) => !b.text.includes(line))).toEqual([])
  world.clock.advance(60_000)
  const after = await visit(id)
  expect(SAID.filter((line) => !after.includes(line))).toEqual([])
  const json = (await (await fetch(`${world.url}/api/v1/offers/${id}`)).json()) as OfferContent
  expect(json).toMatchObject({
    min_months: 6,
    max_age: 25,
    adaptations: { fr: 'On peut rester assis.' },
    transit: true,
    transport_offered: true,
    compensation_text: { fr: 'Le trajet est remboursé.' },
    skills_taught: true,
    work_languages: ['fr', 'ar'],
  })
})

it('for whom it is and what helps are read by the public, and words find what is spoken there', async () => {
  const id = await publishOffer(b)
  const words = ['Auprès de qui Enfants', 'Ce qui aide Patience']
  const before = await visit(id)
  expect(words.filter((one) => before.includes(one))).toEqual([])
  await b.get(`/work/offers/${id}/edit`)
  await b.choose('Enfants').choose('Patience').choose('Ukrainien').press('Enregistrer les changements')
  world.clock.advance(60_000)
  const page = await visit(id)
  expect(words.filter((line) => !page.includes(line))).toEqual([])
  const found = async (query: string) => (await world.browser().get(`/offers?${query}`)).html.includes(`/offers/${id}`)
  expect([await found('spoken=uk'), await found('spoken=ta,uk'), await found('spoken=ta')]).toEqual([true, true, false])
  const search = await world.browser().get('/offers?spoken=uk')
  const choice = search.document.querySelector('fieldset [name=spoken]')!.parentElement!
  expect(choice.textContent!.replaceAll(/\s+/g, ' ')).toContain('Ukrainien , 1 coup de main')
  expect([await found('q=ukrainien'), await found('q=tamoul'), await found('easy=yes')]).toEqual([true, false, false])
  await b.get(`/work/offers/${id}/edit`)
  await b.choose('On apprend tout sur place').press('Enregistrer les changements')
  world.clock.advance(60_000)
  expect(await found('easy=yes')).toBe(true)
})

it('comes in with a file, in the words of the form', async () => {
  await b.get('/work/offers/import')
  const file = 'Titre;Langues parlées sur place;On apprend tout sur place\nTrier les dons;Anglais, Arabe;oui'
  await b.fill('Ou collez vos lignes ici', file).press('Lire ces annonces')
  await b.press('Faire 1 brouillon')
  const row = await world.deps.db.selectFrom('offers').select('content').executeTakeFirstOrThrow()
  expect(JSON.parse(row.content as unknown as string)).toMatchObject({
    work_languages: ['en', 'ar'],
    skills_taught: true,
  })
})

it('what is no number of months, and ages the wrong way round, are told at their field with the form filled in', async () => {
  await b.get('/work/offers/new')
  await b
    .fill('Titre', 'Servir la soupe')
    .fill('Durée minimum, en mois', 'longtemps')
    .fill('Âge minimum', '18')
    .fill('Âge maximum', '12')
    .press('Enregistrer et me relire')
  expect([b.status, b.errors()]).toEqual([
    422,
    {
      'Durée minimum, en mois': 'Écrivez un nombre de mois en chiffres, de 1 à 60.',
      'Âge maximum': 'L’âge maximum vient après l’âge minimum.',
    },
  ])
  expect([b.value('Titre'), b.value('Âge maximum')]).toEqual(['Servir la soupe', '12'])
})
