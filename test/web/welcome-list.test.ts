// SPDX-License-Identifier: AGPL-3.0-or-later
// Somebody who is accepted is welcomed with a list of the association’s own, which both sides tick.
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { publishOffer } from '../support/offer-form.ts'
import { fr as textOf } from '../support/texts.ts'

/** As `browser.text` has it. */
const fr = (...asked: Parameters<typeof textOf>) => textOf(...asked).replaceAll(/ (?=[:;])/g, '')

let world: World
let b: Browser
let offer: string
beforeEach(async () => {
  world = await startApp()
  b = await world.signIn('bastien')
  offer = await publishOffer(b)
})
afterEach(stopApps)

const LIST = 'Lire la charte\n- Suivre la formation\n\nRencontrer son binôme\nLire la charte'

async function saveList(list: string): Promise<Browser> {
  const admin = await world.signIn('amina')
  await admin.get('/settings')
  return admin.fill(fr('association.field.welcome'), list).press('Enregistrer les réglages')
}

/** @returns the address of the person’s page, and the id of the application. */
async function apply(): Promise<{ link: string; id: string }> {
  const person = { given_name: 'Yvon', family_name: 'Paquette', email: 'yvon@example.net', age: 'on' }
  await world.browser().post(`/offers/${offer}/apply`, person)
  const link = (await world.linkFor('yvon@example.net')).replace(/[?#].*/, '')
  await world.browser().post(`${link}/confirmation`, {})
  const { id } = await world.deps.db.selectFrom('applications').select('id').executeTakeFirstOrThrow()
  return { link, id }
}

const accept = (id: string) => b.post(`/work/applications/${id}/acceptance`, { word: '' })
/** Each item with who ticked it; '' for nobody. */
const shown = (page: Browser) =>
  [...page.document.querySelectorAll('[aria-labelledby=welcome] li > span')].map((item) => [
    item.firstChild!.textContent!.trim(),
    item.querySelector('.soft')?.textContent ?? '',
  ])

it('both sides tick the list, and each sees what the other has ticked', async () => {
  await saveList(LIST)
  const { link, id } = await apply()
  const person = world.browser()
  await person.get(link)
  expect(shown(person)).toEqual([])
  await accept(id)
  await person.get(link)
  expect(person.text).toContain(fr('applications.welcome.lead.person'))
  expect(shown(person)).toEqual([
    ['Lire la charte', ''],
    ['Suivre la formation', ''],
    ['Rencontrer son binôme', ''],
  ])
  await person.press('C’est fait Lire la charte')
  expect(person.url).toBe(link)
  expect(shown(person)[0]![1]).toBe('Coché par vous le 22 novembre 2026')
  expect(person.text).toContain('1 sur 3')
  await b.get(`/work/applications/${id}`)
  expect(shown(b)[0]).toEqual(['Lire la charte', 'Coché par la personne le 22 novembre 2026'])
  await b.press('C’est fait Suivre la formation')
  expect(shown(b)[1]![1]).toBe('Coché par Bastien Moreau le 22 novembre 2026')
  await person.get(link)
  // The person reads that the team did, not who.
  expect(shown(person)[1]![1]).toBe('Coché par l’équipe le 22 novembre 2026')
  // What the team has ticked, the team takes back; one's own ticks oneself.
  expect(person.hasButton('Pas encore Suivre la formation')).toBe(false)
  await person.post(`${link}/welcome`, { undone: 'Suivre la formation' })
  expect(shown(await person.get(link))[1]![1]).toBe('Coché par l’équipe le 22 novembre 2026')
  await person.press('Pas encore Lire la charte')
  expect(shown(person)[0]![1]).toBe('')
  await b.get(`/work/applications/${id}`)
  await b.press('Pas encore Suivre la formation')
  expect(shown(await person.get(link))[1]![1]).toBe('')
})

it('what somebody of the team ticked stays ticked by the team when they are erased', async () => {
  await saveList(LIST)
  const { link, id } = await apply()
  await accept(id)
  await b.post(`/work/applications/${id}/welcome`, { done: 'Lire la charte' })
  const admin = await world.signIn('amina')
  await admin.get(`/work/people/${world.id('bastien')}/erasure`)
  await admin.press([...admin.document.querySelectorAll('main button')].at(-1)!.textContent!.trim())
  const by = 'Coché par l’équipe le 22 novembre 2026'
  expect(shown(await admin.get(`/work/applications/${id}`))[0]).toEqual(['Lire la charte', by])
  expect(shown(await world.browser().get(link))[0]).toEqual(['Lire la charte', by])
})

it('a second press changes nothing, and an item that is in no list is not kept', async () => {
  await saveList(LIST)
  const { link, id } = await apply()
  await accept(id)
  await b.post(`/work/applications/${id}/welcome`, { done: 'Lire la charte' })
  world.clock.advance(86_400_000)
  for (const fields of [{ done: 'Lire la charte' }, { done: 'Vendre son vélo' }, { undone: 'Autre chose' }, {}])
    await world.browser().post(`${link}/welcome`, fields as Record<string, string>)
  expect(await world.deps.db.selectFrom('application_welcome').selectAll().execute()).toMatchObject([
    { item: 'Lire la charte', ticked_by: world.id('bastien') },
  ])
})

it('nobody ticks before they are accepted, nor after they have left; other links open nothing', async () => {
  await saveList(LIST)
  const { link, id } = await apply()
  await world.browser().post(`${link}/welcome`, { done: 'Lire la charte' })
  await b.post(`/work/applications/${id}/welcome`, { done: 'Lire la charte' })
  const volunteer = await world.signIn('chloe')
  expect((await volunteer.post(`/work/applications/${id}/welcome`, { done: 'Lire la charte' })).status).toBe(403)
  expect((await world.browser().post('/applications/nothing/welcome', { done: 'Lire la charte' })).status).toBe(404)
  const kept = () => world.deps.db.selectFrom('application_welcome').select('item').execute()
  expect(await kept()).toEqual([])
  await accept(id)
  await world.browser().post(`${link}/welcome`, { done: 'Lire la charte' })
  expect(await kept()).toHaveLength(1)
  await b.post(`/work/applications/${id}/refusal`, { reason: 'other', answer: 'Finalement non.' })
  await world.browser().post(`${link}/welcome`, { undone: 'Lire la charte' })
  expect(await kept()).toHaveLength(1)
  expect(shown(await world.browser().get(link))).toEqual([])
})

it('the list is checked, comes back as typed, and what is ticked stays when it changes', async () => {
  const admin = await saveList(`${'Une étape de trop\n'.repeat(2)}${'x'.repeat(161)}`)
  expect(admin.status).toBe(422)
  expect(admin.errors()).toMatchObject({ [fr('association.field.welcome')]: fr('association.error.welcome').trim() })
  expect(admin.value(fr('association.field.welcome'))).toContain('Une étape de trop')
  expect((await saveList(Array.from({ length: 13 }, (_, at) => `Étape ${at}`).join('\n'))).status).toBe(422)
  await saveList(LIST)
  const { id } = await apply()
  await accept(id)
  await b.post(`/work/applications/${id}/welcome`, { done: 'Lire la charte' })
  await saveList('Donner les papiers')
  await b.get(`/work/applications/${id}`)
  expect(shown(b).map(([item]) => item)).toEqual(['Donner les papiers', 'Lire la charte'])
  await saveList('')
  await b.get(`/work/applications/${id}`)
  expect(shown(b).map(([item]) => item)).toEqual(['Lire la charte'])
})

it('is in what is kept about a person, and gone with the person', async () => {
  await saveList(LIST)
  const { id } = await apply()
  await accept(id)
  await b.post(`/work/applications/${id}/welcome`, { done: 'Lire la charte' })
  const { person_id } = await world.deps.db.selectFrom('applications').select('person_id').executeTakeFirstOrThrow()
  const admin = await world.signIn('amina')
  expect((await admin.get(`/work/people/${person_id}/data.json`)).html).toContain('Lire la charte')
  await admin.get(`/work/people/${person_id}/erasure`)
  await admin.press([...admin.document.querySelectorAll('main button')].at(-1)!.textContent!.trim())
  expect(await world.deps.db.selectFrom('application_welcome').selectAll().execute()).toEqual([])
})
