// SPDX-License-Identifier: AGPL-3.0-or-later
// Rules of the team that approve hours by themselves.
import { afterEach, expect, it } from '@jest/globals'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import * as many from '../support/many-rows.ts'

afterEach(stopApps)

const lines = ({ deps }: World) =>
  deps.db.selectFrom('hours_entries').select(['minutes', 'state', 'decided_by', 'rule_id']).orderBy('id').execute()
const states = async (world: World) => (await lines(world)).map(({ minutes, state }) => `${minutes} ${state}`)

/** Chloé is accepted for the offer o2. */
async function withOffer(world: World): Promise<void> {
  const { db } = world.deps
  await many.addOffers(db, 2)
  await many.addApplications(db, 1)
  await many.run(db, `UPDATE applications SET offer_id = 'o2', person_id = '${world.id('chloe')}'`)
}

async function addRule(world: World, upTo: string, change: (b: Browser) => Browser = (b) => b): Promise<Browser> {
  const b = await world.signIn('bastien')
  await b.get('/work/hours/rules')
  await change(b.fill('Jusqu’à combien de temps ?', upTo)).press('Ajouter cette règle')
  return b
}

async function note(b: Browser, day: string, duration: string, more: Record<string, string> = {}) {
  await b.get('/my/hours')
  const category = b.document.querySelector('input[name=category]')!.getAttribute('value')!
  return b.post('/my/hours', { category, day_choice: 'other', day, duration, ...more })
}

it('approves up to four hours of an accepted offer, and says by which rule; the rest waits', async () => {
  const world = await startApp()
  await withOffer(world)
  const bastien = await addRule(world, '4h')
  expect(bastien.text).toContain('jusqu’à 4 h, pour une annonce où la personne est acceptée')
  const chloe = await world.signIn('chloe')
  await note(chloe, '2026-11-18', '4h', { offer: 'o2' })
  await note(chloe, '2026-11-19', '4h01', { offer: 'o2' })
  await note(chloe, '2026-11-20', '2h')
  expect(await states(world)).toEqual(['240 approved', '241 submitted', '120 submitted'])
  const [line] = await lines(world)
  const { id: rule } = await world.deps.db.selectFrom('hours_rules').select('id').executeTakeFirstOrThrow()
  expect(line).toMatchObject({ decided_by: null, rule_id: rule })
  await bastien.get('/work/hours?state=approved')
  await bastien.follow('Regarder')
  expect(bastien.text).toContain('Validées d’office par une règle: jusqu’à 4 h')
  expect(bastien.text).toContain('Réponse de une règle, 22 novembre 2026')
  const [event] = await world.deps.db
    .selectFrom('events')
    .select(['actor_id', 'details'])
    .where('type', '=', 'hours.approved')
    .execute()
  expect(event).toEqual({ actor_id: null, details: JSON.stringify({ rule }) })
})

it('approves nothing that was asked about, no correction, and never the hours of whoever approves', async () => {
  const world = await startApp()
  await addRule(world, '20h', (b) => b.uncheck('Seulement pour une annonce où la personne est acceptée'))
  const chloe = await world.signIn('chloe')
  await note(chloe, '2026-11-20', '13h', { long: 'on' })
  await note(chloe, '2026-11-10', '1h')
  await note(chloe, '2026-11-10', '1h', { again: 'on' })
  await note(chloe, '2024-11-10', '1h', { sure: 'on' })
  expect(await states(world)).toEqual(['780 submitted', '60 approved', '60 submitted', '60 submitted'])
  const { id } = await world.deps.db
    .selectFrom('hours_entries')
    .select('id')
    .where('minutes', '=', 780)
    .executeTakeFirstOrThrow()
  await note(chloe, '2026-11-20', '3h', { replaces: id })
  expect((await states(world)).at(-1)).toBe('180 submitted')
  for (const name of ['bastien', 'amina'] as const) await note(await world.signIn(name), '2026-11-20', '1h')
  expect((await states(world)).slice(-2)).toEqual(['60 submitted', '60 submitted'])
})

it('takes what is recorded by a link only when it says so, and one activity when it names one', async () => {
  const world = await startApp()
  const b = await addRule(world, '4h', (one) =>
    one
      .uncheck('Seulement pour une annonce où la personne est acceptée')
      .fill('Pour quelle activité ?', 'Sur le terrain'),
  )
  const chloe = await world.signIn('chloe')
  await chloe.get('/my/hours')
  await chloe.choose('Réunions du conseil').choose('Hier').fill('Combien de temps ?', '2h').press('Noter ces heures')
  await chloe.get('/my/hours')
  await chloe.choose('Sur le terrain').choose('Hier').fill('Combien de temps ?', '1h').press('Noter ces heures')
  expect(await states(world)).toEqual(['120 submitted', '60 approved'])
  await b.post(`/work/hours/links/people/${world.id('david')}`, { expires_on: '2027-01-01' })
  const own = /http:\/\/localhost:3000(\/hours\/own\/\S+)/.exec(b.text)![1]!
  const byLink = async (day: string) => {
    const phone = world.browser()
    await phone.get(own)
    phone.choose('Sur le terrain').choose('Un autre jour').fill('Le jour', day)
    await phone.fill('Combien de temps ?', '1h30').press('Noter ces heures')
    expect(phone.status).toBe(200)
  }
  await byLink('2026-11-18')
  await addRule(world, '2h', (one) =>
    one
      .uncheck('Seulement pour une annonce où la personne est acceptée')
      .choose('Aussi ce qui est noté sans compte, à l’entrée ou par un lien'),
  )
  await byLink('2026-11-19')
  expect((await states(world)).slice(-2)).toEqual(['90 submitted', '90 approved'])
})

it('holds until it is ended; what it approved stays; a form sent twice makes one rule', async () => {
  const world = await startApp()
  const b = await world.signIn('bastien')
  await b.post('/work/hours/rules', { up_to: 'beaucoup' })
  expect([b.status, b.value('Jusqu’à combien de temps ?')]).toEqual([422, 'beaucoup'])
  const second = world.browser()
  second.cookie = b.cookie
  await Promise.all([b, second].map((one) => one.post('/work/hours/rules', { up_to: '4h', form_id: 'one' })))
  expect(await world.deps.db.selectFrom('hours_rules').select('most_minutes').execute()).toEqual([
    { most_minutes: 240 },
  ])
  const chloe = await world.signIn('chloe')
  await note(chloe, '2026-11-19', '1h')
  const { id } = await world.deps.db.selectFrom('hours_rules').select('id').executeTakeFirstOrThrow()
  await b.post(`/work/hours/rules/${id}/end`, {})
  expect(b.text).toContain('Aucune règle')
  // Later than a second press.
  world.clock.advance(11_000)
  await b.post(`/work/hours/rules/${id}/end`, {})
  expect(b.status).toBe(404)
  await note(chloe, '2026-11-20', '2h')
  expect(await states(world)).toEqual(['60 approved', '120 submitted'])
  await chloe.get('/work/hours/rules')
  expect(chloe.status).toBe(403)
})

it('a line says who recorded it and who answered, and the person sees why it was taken out', async () => {
  const world = await startApp()
  const chloe = await world.signIn('chloe')
  await note(chloe, '2026-11-20', '2h')
  const bastien = await world.signIn('bastien')
  await bastien.get('/work/hours')
  await bastien.press('Valider les lignes cochées')
  await bastien.get('/work/hours?state=approved')
  await bastien.follow('Regarder')
  expect(bastien.text).toContain('Notées par Chloé Tremblay, 22 novembre 2026 à 10:00')
  expect(bastien.text).toContain('Réponse de Bastien Moreau, 22 novembre 2026 à 10:00')
  await bastien.fill('La raison', 'C’était un autre jour').press('Annuler ces heures')
  await chloe.get('/my/hours')
  expect(chloe.text).toContain('C’était un autre jour')
})
