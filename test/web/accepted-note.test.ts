// SPDX-License-Identifier: AGPL-3.0-or-later
// offers §6.1: what accepted people alone read of an offer, such as its exact address.
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { sendHeldChanges } from '../../server/applications/commands/changed.ts'
import { MINUTE } from '../../server/base/clock.ts'
import { apply as applyFor } from '../support/answering.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { publishOffer } from '../support/offer-form.ts'

let world: World
let b: Browser
let offer: string
beforeEach(async () => {
  world = await startApp()
  b = await world.signIn('bastien')
  offer = await publishOffer(b)
})
afterEach(stopApps)

const NOTE = 'Pour les personnes acceptées seulement'
const ADDRESS = '3 impasse des Tanneurs, sonnez chez Lise'

async function write(note: string): Promise<void> {
  await b.get(`/work/offers/${offer}/edit`)
  await b.fill(NOTE, note).press('Enregistrer les changements')
  world.clock.advance(1000)
}

/** @returns the path of their page. */
async function apply(given: string): Promise<string> {
  const person = { given_name: given, family_name: 'Paquette', email: `${given}@example.net` }
  await applyFor(world, offer, person, { age: 'on' })
  return world.linkFor(person.email)
}

async function accept(given: string): Promise<void> {
  await b.get('/work/applications')
  await b.follow(given)
  await b.press(`Accepter ${given}`)
  world.clock.advance(1000)
}

const lastMail = async (given: string) =>
  (await world.mails()).filter(({ to }) => to === `${given}@example.net`).at(-1)!

it('is read in the mail that says yes and on the page of whoever is accepted, and nowhere else', async () => {
  await write(ADDRESS)
  expect(b.text).toContain(ADDRESS)
  const path = await apply('Jeanne')
  const person = world.browser()
  expect((await person.get(path)).text).not.toContain('Tanneurs')
  await accept('Jeanne')
  expect((await lastMail('Jeanne')).text).toMatch(new RegExp(`Bon à savoir avant de venir\\s:\\n\\n> ${ADDRESS}\\n`))
  expect((await lastMail('Jeanne')).html).toContain(ADDRESS)
  expect((await person.get(path)).text).toContain(`Bon à savoir avant de venir ${ADDRESS}`)

  const headers = { accept: 'application/activity+json' }
  const asked: [string, RequestInit][] = [
    [`/offers/${offer}`, {}],
    [`/offers/${offer}`, { headers }],
    [`/offers/${offer}/apply`, {}],
    ['/offers', {}],
    ['/offers.atom', {}],
    ['/offers.json', {}],
    ['/offers.ics', {}],
    [`/api/v1/offers/${offer}`, {}],
  ]
  for (const [path, how] of asked) {
    const answer = await fetch(world.url + path, how)
    expect([path, answer.status, (await answer.text()).includes('Tanneurs')]).toEqual([path, 200, false])
  }
  const sent = await world.deps.db.selectFrom('fed_activities').select('body').execute()
  expect(sent.filter(({ body }) => body.includes('Tanneurs'))).toEqual([])
})

it('whoever was accepted is told of another one, once, and of nothing else', async () => {
  await write(ADDRESS)
  await apply('Jeanne')
  await apply('Marcel')
  await accept('Jeanne')
  const before = (await world.mails()).length
  await write('7 rue du Four')
  await write('9 rue du Four, au fond de la cour')
  world.clock.advance(2 * MINUTE)
  await sendHeldChanges(world.deps)
  const told = (await world.mails()).slice(before)
  expect(told.map(({ to, template }) => [to, template])).toEqual([['Jeanne@example.net', 'applications/changed']])
  expect(told[0]!.text).toContain('> 9 rue du Four, au fond de la cour')
  expect(told[0]!.text).not.toContain('Avant :')
  await b.get(`/work/offers/${offer}/edit`)
  await b.fill('En une ou deux phrases', 'Deux heures au chaud, entre voisins.').press('Enregistrer les changements')
  world.clock.advance(2 * MINUTE)
  await sendHeldChanges(world.deps)
  expect((await world.mails()).length).toBe(before + 1)
})

it('one that is taken away changes nothing of what they come for: nobody is told', async () => {
  await write(ADDRESS)
  await apply('Jeanne')
  await accept('Jeanne')
  const before = (await world.mails()).length
  await write('')
  expect(b.text).not.toContain('Tanneurs')
  world.clock.advance(2 * MINUTE)
  await sendHeldChanges(world.deps)
  // Also when another one stood there for a moment.
  await write('7 rue du Four')
  await write('')
  world.clock.advance(2 * MINUTE)
  await sendHeldChanges(world.deps)
  expect((await world.mails()).slice(before).map(({ template }) => template)).toEqual([])
})

it('it goes with a copy, and one that is too long is a fault of its field', async () => {
  await write(ADDRESS)
  await b.press('Copier en brouillon')
  await b.get(`${new URL(b.url, world.url).pathname.replace(/\/edit$/, '')}/edit`)
  expect(b.document.querySelector('[name=accepted_note]')!.textContent).toBe(ADDRESS)
  await write('a'.repeat(1001))
  expect(b.status).toBe(422)
  expect(b.document.querySelector('[name=accepted_note]')!.textContent).toHaveLength(1001)
  expect(b.document.querySelector('[name=accepted_note]')!.getAttribute('aria-invalid')).toBe('true')
})
