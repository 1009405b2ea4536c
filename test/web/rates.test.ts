// SPDX-License-Identifier: AGPL-3.0-or-later
// Rates of hours: what a new, another or a withdrawn rate does to years that were added up before.
import { afterEach, expect, it } from '@jest/globals'
import type { Browser } from '../support/browser.ts'
import { startApp, stopApps, type World } from '../support/app.ts'

afterEach(stopApps)

/** 16 h 30 in 2026 and 2 h in 2025 are approved; from 1 January 2025 an hour is worth 12,02 €. */
async function start(): Promise<World> {
  const world = await startApp()
  const { db } = world.deps
  const { id: category } = await db.selectFrom('hours_categories').select('id').executeTakeFirstOrThrow()
  const line = {
    person_id: world.id('chloe'),
    category_id: category,
    source: 'self',
    state: 'approved',
    created_at: world.clock.iso(),
  } as const
  await db
    .insertInto('hours_entries')
    .values([
      { ...line, id: 'old', worked_on: '2025-06-01', minutes: 120 },
      { ...line, id: 'january', worked_on: '2026-01-31', minutes: 210 },
      { ...line, id: 'february', worked_on: '2026-02-01', minutes: 480 },
      { ...line, id: 'march', worked_on: '2026-03-15', minutes: 300 },
      { ...line, id: 'waits', worked_on: '2026-03-16', minutes: 60, state: 'submitted' },
    ])
    .execute()
  const rate = {
    cents_per_hour: 1202,
    currency: 'EUR',
    valid_from: '2025-01-01',
    created_at: world.clock.iso(),
  } as const
  await db
    .insertInto('hours_rates')
    .values({ ...rate, id: 'first', source: 'Conseil' })
    .execute()
  return world
}

async function type(b: Browser, amount: string, from: string): Promise<Browser> {
  await b.get('/work/hours/settings')
  b.fill('Valeur d’une heure', amount).fill('À partir du', from).fill('Qui l’a décidé, d’après quoi ?', 'SMIC')
  return b.press('Ajouter cette valeur')
}
const ratesOf = async ({ deps }: World) =>
  (
    await deps.db.selectFrom('hours_rates').select(['valid_from', 'cents_per_hour']).orderBy('valid_from').execute()
  ).map((rate) => [rate.valid_from, rate.cents_per_hour])
const statement = async (b: Browser) => (await b.get('/work/hours/statement')).text
const agree = (b: Browser) => b.choose('Oui, c’est bien ce que je veux')

it('public 4: before a rate changes what approved hours are worth, the page says what changes, and asks', async () => {
  const world = await start()
  const elise = await world.signIn('elise')
  expect(await statement(elise)).toContain('198,33 €')
  expect((await elise.get('/work/hours/settings')).text).not.toContain('ne change rien au passé')
  await type(elise, '120,20', '2026-02-01')
  expect(elise.status).toBe(422)
  expect(elise.text).toContain('2026 2 lignes 198,33 € 1 604,67 €')
  expect(elise.text).not.toContain('2025 1 ligne')
  expect([elise.value('Valeur d’une heure'), elise.value('À partir du')]).toEqual(['120,20', '2026-02-01'])
  expect(await ratesOf(world)).toEqual([['2025-01-01', 1202]])
  // Another amount is another question.
  agree(elise).fill('Valeur d’une heure', '13')
  await elise.press('Ajouter cette valeur')
  expect(elise.status).toBe(422)
  expect(elise.text).toContain('198,33 € 211,07 €')
  await agree(elise).press('Ajouter cette valeur')
  expect(elise.status).toBe(200)
  expect(await ratesOf(world)).toEqual([
    ['2025-01-01', 1202],
    ['2026-02-01', 1300],
  ])
  expect(await statement(elise)).toContain('211,07 €')
})

it('public 4: a rate that no approved hour meets is stored at once', async () => {
  const world = await start()
  const elise = await world.signIn('elise')
  await type(elise, '13', '2026-11-01')
  expect([elise.status, (await ratesOf(world)).length]).toEqual([200, 2])
})

it('public 4: a slip can be replaced: the same day again asks, tells both values, and leaves a trace', async () => {
  const world = await start()
  const elise = await world.signIn('elise')
  await agree(await type(elise, '120,20', '2026-02-01')).press('Ajouter cette valeur')
  const { id } = await world.deps.db
    .selectFrom('hours_rates')
    .select('id')
    .where('cents_per_hour', '=', 12020)
    .executeTakeFirstOrThrow()
  await elise.get(`/work/hours/settings?rate=${id}`)
  expect([elise.value('Valeur d’une heure'), elise.value('À partir du')]).toEqual(['120,20', '2026-02-01'])
  elise.fill('Valeur d’une heure', '12,02')
  await elise.press('Ajouter cette valeur')
  expect(elise.status).toBe(422)
  expect(elise.text).toContain('elle remplace celle de 120,20 €')
  expect(elise.text).toContain('1 604,67 € 198,33 €')
  await agree(elise).press('Ajouter cette valeur')
  expect(elise.status).toBe(200)
  expect(await ratesOf(world)).toEqual([
    ['2025-01-01', 1202],
    ['2026-02-01', 1202],
  ])
  expect(await statement(elise)).toContain('198,33 €')
  const event = await world.deps.db
    .selectFrom('events')
    .select(['actor_id', 'details'])
    .where('type', '=', 'hours.rate_replaced')
    .executeTakeFirstOrThrow()
  expect(event.actor_id).toBe(world.id('elise'))
  expect(JSON.parse(event.details)).toEqual({ valid_from: '2026-02-01', cents: 1202, before: 12020 })
  const amina = await world.signIn('amina')
  expect((await amina.get('/operator/trail')).text).toContain('Valeur de l’heure remplacée')
})

it('public 4: a rate is withdrawn after a question, with a trace; twice pressed is once', async () => {
  const world = await start()
  const elise = await world.signIn('elise')
  await elise.get('/work/hours/rates/first/withdrawal')
  expect(elise.text).toContain('2026 3 lignes 198,33 € pas de valeur')
  expect(elise.text).toContain('2025 1 ligne 24,04 € pas de valeur')
  // Without what was shown, it asks.
  await elise.post('/work/hours/rates/first/withdrawal', {})
  expect([elise.status, (await ratesOf(world)).length]).toEqual([422, 1])
  await elise.press('Retirer cette valeur')
  expect([elise.status, elise.url, await ratesOf(world)]).toEqual([200, '/work/hours/settings', []])
  await elise.post('/work/hours/rates/first/withdrawal', {})
  expect([elise.status, elise.url]).toEqual([200, '/work/hours/settings'])
  const events = await world.deps.db
    .selectFrom('events')
    .select(['subject_id', 'details'])
    .where('type', '=', 'hours.rate_withdrawn')
    .execute()
  expect(events.map(({ subject_id, details }) => [subject_id, JSON.parse(details)])).toEqual([
    ['first', { valid_from: '2025-01-01', cents: 1202 }],
  ])
})

it('public 4: what waits, and what is recorded without value, is not said to change', async () => {
  const world = await start()
  await world.deps.db.updateTable('hours_categories').set({ valued: 0 }).execute()
  const elise = await world.signIn('elise')
  await type(elise, '13', '2026-01-01')
  expect([elise.status, (await ratesOf(world)).length]).toEqual([200, 2])
})
