// SPDX-License-Identifier: AGPL-3.0-or-later
// pages F23: hours of a day far back, what an approval holds, and how it is taken back.
import { afterEach, describe, expect, it } from '@jest/globals'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import * as many from '../support/many-rows.ts'

afterEach(stopApps)

const categoryOf = async ({ deps }: World) =>
  (await deps.db.selectFrom('hours_categories').select('id').executeTakeFirstOrThrow()).id
const rows = ({ deps }: World) =>
  deps.db.selectFrom('hours_entries').select(['worked_on', 'minutes', 'state']).orderBy('id').execute()
const joined = (world: World, day: string) => many.run(world.deps.db, `UPDATE people SET joined_on = '${day}'`)

const DAYS = {
  'before the person came': { joined: '2026-11-22', day: '2026-10-01', fault: 'avant l’arrivée de cette personne' },
  'more than a year ago': { joined: '2015-01-01', day: '2019-12-25', fault: 'plus d’un an' },
  'in a year without any other': {
    joined: '2015-01-01',
    day: '2025-12-01',
    fault: 'aucune autre heure cette année-là',
  },
}

/** Each form in which somebody types a day of hours. */
const FORMS = {
  'one’s own': { who: 'chloe', path: '/my/hours', tick: 'sure', fields: () => ({}) },
  'for somebody': {
    who: 'bastien',
    path: '/work/hours/new',
    tick: 'sure',
    fields: (w: World) => ({ person: w.id('chloe') }),
  },
  'of several people': {
    who: 'bastien',
    path: '/work/hours/sheet',
    tick: '',
    fields: (w: World) => ({ people: w.id('chloe') }),
  },
} as const

describe.each(Object.entries(FORMS))('pages F23: hours %s', (_name, { who, path, tick, fields }) => {
  it.each(Object.entries(DAYS))(
    'of a day %s are asked about, and kept after the answer',
    async (_what, { joined: since, day, fault }) => {
      const world = await startApp()
      await joined(world, since)
      const b = await world.signIn(who)
      const sent = { category: await categoryOf(world), day_choice: 'other', day, duration: '2h', ...fields(world) }
      await b.post(path, sent)
      expect([b.status, await rows(world)]).toEqual([422, []])
      expect(Object.values(b.errors()).join()).toContain(fault)
      const box = tick || (fault.includes('arrivée') ? 'sure' : 'sure_day')
      const value = b.document.querySelector(`input[type=checkbox][name=${box}]`)!.getAttribute('value')!
      await b.post(path, { ...sent, [box]: value })
      expect([b.status, (await rows(world)).map(({ worked_on }) => worked_on)]).toEqual([200, [day]])
    },
  )
})

it('pages F23: a usual day is not asked about: this year, and the last weeks of last year beside others', async () => {
  const world = await startApp()
  await joined(world, '2015-01-01')
  await many.run(
    world.deps.db,
    `INSERT INTO hours_entries (id, person_id, worked_on, minutes, category_id, source, state, created_at)
    SELECT 'h', '${world.id('david')}', '2025-12-20', 60, id, 'self', 'approved', '' FROM hours_categories LIMIT 1`,
  )
  const b = await world.signIn('chloe')
  for (const day of ['2026-01-02', '2026-11-22', '2025-12-01']) {
    await b.post('/my/hours', { category: await categoryOf(world), day_choice: 'other', day, duration: '2h' })
    expect([day, b.status]).toEqual([day, 200])
  }
  expect(b.text).toContain('notées pour le lundi 1er décembre 2025')
})

async function declare(b: Browser, category: string, lines: readonly [day: string, duration: string][]) {
  for (const [day, duration] of lines)
    await b.post('/my/hours', { category, day_choice: 'other', day, duration, sure: 'on' })
}

it('pages F23: odd lines are not ticked, with the reason beside; the total stands by the button', async () => {
  const world = await startApp()
  await declare(await world.signIn('chloe'), await categoryOf(world), [
    ['2019-12-25', '5h'],
    ['2026-11-20', '2h30'],
    ['2026-11-21', '1h'],
  ])
  const b = await world.signIn('bastien')
  await b.get('/work/hours')
  expect(b.text).toContain('2 lignes cochées d’avance, 3 h 30 en tout.')
  expect(b.text).toContain('À regarder: avant l’arrivée de la personne, le 22 novembre 2026')
  await b.press('Valider les lignes cochées')
  expect(b.text).toContain('2 lignes validées, 3 h 30 en tout.')
  expect((await rows(world)).map(({ state }) => state)).toEqual(['submitted', 'approved', 'approved'])
  await b.get('/work/hours')
  await b.choose('Chloé Tremblay').press('Valider les lignes cochées')
  await b.get('/work/hours/statement')
  const years = [...b.document.querySelectorAll('main nav a')].map((one) => one.textContent!.trim())
  expect(years).toEqual(['2026', '2019'])
})

describe('pages F23: an approval is taken back', () => {
  async function approved() {
    const world = await startApp()
    await declare(await world.signIn('chloe'), await categoryOf(world), [
      ['2026-11-20', '2h'],
      ['2026-11-21', '1h'],
    ])
    const b = await world.signIn('bastien')
    await b.get('/work/hours')
    await b.press('Valider les lignes cochées')
    return { world, b }
  }

  it('by reversing lines and new ones that wait, never by changing an approved line', async () => {
    const { world, b } = await approved()
    await b.press('Annuler cette validation')
    expect(b.text).toContain('2 lignes attendent de nouveau votre réponse.')
    const all = await rows(world)
    expect(
      all
        .filter(({ state }) => state === 'approved')
        .map(({ minutes }) => minutes)
        .toSorted(),
    ).toEqual([-120, -60, 120, 60])
    expect(all.filter(({ state }) => state === 'submitted').map(({ minutes }) => minutes)).toEqual([60, 120])
    expect(b.hasButton('Annuler cette validation')).toBe(false)
    // And they can be approved again, without a question about doubles.
    await b.press('Valider les lignes cochées')
    await b.get('/work/hours/statement')
    expect(b.text).toContain('données par 1 personne 3 h')
  })

  it('once, not later, not after the next action, and by nobody else', async () => {
    const { world, b } = await approved()
    const amina = await world.signIn('amina')
    await amina.post('/work/hours/approval/undo', {})
    expect(amina.text).toContain('trop tard')
    world.clock.advance(11 * 60_000)
    await b.get('/work/hours')
    expect(b.hasButton('Annuler cette validation')).toBe(false)
    await b.post('/work/hours/approval/undo', {})
    expect(b.text).toContain('trop tard')
    expect((await rows(world)).map(({ state }) => state)).toEqual(['approved', 'approved'])
  })
})

it('hours that were taken out can be noted again without a question', async () => {
  const world = await startApp()
  const chloe = await world.signIn('chloe')
  const category = await categoryOf(world)
  await declare(chloe, category, [['2026-11-20', '2h']])
  const b = await world.signIn('bastien')
  await b.get('/work/hours')
  await b.press('Valider les lignes cochées')
  const [line] = await world.deps.db.selectFrom('hours_entries').select('id').execute()
  await b.post(`/work/hours/${line!.id}/reversal`, { reason: 'Mauvais jour' })
  await declare(chloe, category, [['2026-11-20', '2h']])
  expect(chloe.status).toBe(200)
})
