// SPDX-License-Identifier: AGPL-3.0-or-later
// One's own hours in a few presses: as the time before, as the week before, for an offer, and with a timer.
import { afterEach, expect, it } from '@jest/globals'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import * as many from '../support/many-rows.ts'

afterEach(stopApps)

const HOUR = 3_600_000

/** START is Sunday 22 November 2026, 10 h in Dijon. */
const lines = async ({ deps }: World) =>
  (await deps.db.selectFrom('hours_entries').selectAll().orderBy('worked_on').orderBy('id').execute()).map(
    ({ worked_on, minutes, state }) => `${worked_on} ${minutes} ${state}`,
  )

async function acceptChloe(world: World): Promise<string> {
  const { db } = world.deps
  await many.addOffers(db, 2)
  await many.addApplications(db, 1)
  await many.run(db, `UPDATE applications SET person_id = '${world.id('chloe')}'`)
  return (await db.selectFrom('applications').select('offer_id').executeTakeFirstOrThrow()).offer_id
}

async function note(b: Browser, day: string, duration: string, more: Record<string, string> = {}) {
  await b.get('/my/hours')
  const category = b.document.querySelector('input[name=category]')!.getAttribute('value')!
  const form_id = b.document.querySelector('input[name=form_id]')!.getAttribute('value')!
  return b.post('/my/hours', { category, day_choice: 'other', day, duration, form_id, ...more })
}

it('fills the form in as the time before, with one press; the second records it', async () => {
  const world = await startApp()
  const b = await world.signIn('chloe')
  await b.get('/my/hours')
  expect(b.hasLink('Comme la dernière fois')).toBe(false)
  await b.choose('Organisation et gestion').choose('Hier').fill('Combien de temps ?', '2h45').press('Noter ces heures')
  await b.get('/my/hours')
  expect(b.text).toContain('Comme la dernière fois: Organisation et gestion, 2 h 45')
  await b.follow('Comme la dernière fois')
  expect(b.hasLink('Copier la semaine dernière')).toBe(false)
  await b.press('Noter ces heures')
  expect(await lines(world)).toEqual(['2026-11-21 165 submitted', '2026-11-22 165 submitted'])
  const rows = await world.deps.db.selectFrom('hours_entries').select('category_id').distinct().execute()
  expect(rows).toHaveLength(1)
})

it('does not take a line that was withdrawn or taken out for the time before', async () => {
  const world = await startApp()
  const b = await world.signIn('chloe')
  await note(b, '2026-11-19', '1h')
  await note(b, '2026-11-20', '2h')
  await b.press('Retirer 20 novembre 2026, 2 h')
  await b.get('/my/hours')
  expect(b.text).toContain('Comme la dernière fois: Sur le terrain, 1 h')
})

it('copies the lines of a week ago that stay ticked, each once, and never into the future', async () => {
  const world = await startApp()
  const b = await world.signIn('chloe')
  // One is too old, one too new; the first day that is copied becomes Monday, the last one today.
  for (const [day, duration] of [
    ['2026-11-08', '1h'],
    ['2026-11-09', '2h'],
    ['2026-11-12', '3h'],
    ['2026-11-15', '4h'],
    ['2026-11-16', '5h'],
  ] as const)
    await note(b, day, duration)
  const before = await lines(world)
  await b.get('/my/hours')
  await b.follow('Copier la semaine dernière')
  expect(b.document.querySelectorAll('input[name=lines]')).toHaveLength(3)
  expect(b.text).toContain('lundi 16 novembre')
  await b.uncheck('jeudi 19 novembre : Sur le terrain, 3 h').press('Noter les lignes cochées')
  expect([b.url, b.status]).toEqual(['/my/hours', 200])
  expect(b.text).toContain('2 lignes notées, 6 h en tout.')
  expect((await lines(world)).filter((line) => !before.includes(line))).toEqual([
    '2026-11-16 120 submitted',
    '2026-11-22 240 submitted',
  ])
})

it('copies a week once when the form is sent twice, and asks about what is there already', async () => {
  const world = await startApp()
  const b = await world.signIn('chloe')
  await note(b, '2026-11-12', '3h')
  await b.get('/my/hours/last-week')
  const [line, form_id] = ['lines', 'form_id'].map((name) =>
    b.document.querySelector(`input[name=${name}]`)!.getAttribute('value'),
  ) as [string, string]
  const second = world.browser()
  second.cookie = b.cookie
  const sent = await Promise.all([b, second].map((one) => one.post('/my/hours/last-week', { lines: line, form_id })))
  expect(sent.map(({ status, url }) => [status, url])).toEqual(Array(2).fill([200, '/my/hours']))
  expect(await lines(world)).toEqual(['2026-11-12 180 submitted', '2026-11-19 180 submitted'])
  await b.get('/my/hours/last-week')
  expect(b.document.querySelector('input[name=lines][checked]')).toBeNull()
  await b.press('Noter les lignes cochées')
  expect([b.status, b.errors()['Quelles heures noter ?']]).toEqual([422, 'Cochez au moins une ligne.'])
  // A form that did not say so yet.
  await b.post('/my/hours/last-week', { lines: line, form_id: 'another' })
  expect(b.status).toBe(422)
  expect(Object.values(b.errors()).join()).toContain('Est-ce une autre fois ?')
  await b.press('Noter les lignes cochées')
  expect(await lines(world)).toHaveLength(3)
})

it('copies nothing of somebody else', async () => {
  const world = await startApp()
  await note(await world.signIn('chloe'), '2026-11-12', '3h')
  const [row] = await world.deps.db.selectFrom('hours_entries').select('id').execute()
  const david = await world.signIn('david')
  await david.post('/my/hours/last-week', { lines: row!.id, form_id: 'x' })
  expect(await lines(world)).toHaveLength(1)
})

it('offers the offers one was accepted for, with the activity of the time before', async () => {
  const world = await startApp()
  const offer = await acceptChloe(world)
  const b = await world.signIn('chloe')
  await b.get('/my/hours')
  await b.follow('Annonce 2')
  await b.choose('Accueil et permanence').choose('Hier').fill('Combien de temps ?', '2h').press('Noter ces heures')
  await note(b, '2026-11-18', '1h')
  await b.get('/my/hours')
  await b.follow('Annonce 2')
  await b.choose('Aujourd’hui').fill('Combien de temps ?', '1h30').press('Noter ces heures')
  const rows = await world.deps.db
    .selectFrom('hours_entries')
    .select(['category_id', 'offer_id'])
    .where('offer_id', '=', offer)
    .execute()
  expect([rows.length, new Set(rows.map(({ category_id }) => category_id)).size]).toEqual([2, 1])
})

it('asks once about more than 12 hours, and about a second time for the same offer', async () => {
  const world = await startApp()
  const offer = await acceptChloe(world)
  const b = await world.signIn('chloe')
  await note(b, '2026-11-20', '12h', { offer })
  expect(b.status).toBe(200)
  await note(b, '2026-11-19', '12h01')
  expect([b.status, Object.values(b.errors())]).toEqual([
    422,
    ['C’est plus de 12 heures en une journée. Est-ce juste ?'],
  ])
  await b.choose('Oui, cette durée est juste').press('Noter ces heures')
  expect(b.status).toBe(200)
  await note(b, '2026-11-20', '1h', { offer })
  expect(b.status).toBe(422)
  await b.choose('Oui, c’est bien une autre fois').press('Noter ces heures')
  expect(await lines(world)).toHaveLength(3)
})

it('a time from 22 h to 2 h is two lines, one for each day', async () => {
  const world = await startApp()
  const b = await world.signIn('chloe')
  await note(b, '2026-11-20', 'de 22 h à 2h30')
  expect(b.status).toBe(200)
  expect(b.text).toContain('4 h 30 notées')
  expect(await lines(world)).toEqual(['2026-11-20 120 submitted', '2026-11-21 150 submitted'])
  // The second day is not over yet.
  await note(b, '2026-11-22', '22h-2h')
  expect([b.status, Object.values(b.errors()).join()]).toEqual([422, expect.stringContaining('n’est pas encore passé')])
  expect(b.value('Combien de temps ?')).toBe('22h-2h')
  await note(b, '2026-11-18', '9h30-12h')
  expect(await lines(world)).toContain('2026-11-18 150 submitted')
})

it('a sheet for many people takes no time past midnight, and asks about more than 12 hours', async () => {
  const world = await startApp()
  const b = await world.signIn('bastien')
  await b.get('/work/hours/sheet')
  b.choose('Roy David (1004)').choose('Hier').fill('Combien de temps, pour chaque personne ?', '22h-2h')
  await b.press('Noter ces heures')
  expect(b.errors()['Combien de temps, pour chaque personne ?']).toContain('passent minuit')
  await b.fill('Combien de temps, pour chaque personne ?', '8h-21h').press('Noter ces heures')
  expect(Object.values(b.errors()).join()).toContain('plus de 12 heures')
  await b.choose('Oui, c’est juste pour David Roy').press('Noter ces heures')
  expect(await lines(world)).toEqual(['2026-11-21 780 approved'])
})

it('a timer makes a draft, also in another browser; only the form records it', async () => {
  const world = await startApp()
  const b = await world.signIn('chloe')
  await b.get('/my/hours')
  await b.press('Je commence')
  expect(b.text).toContain('Vous pouvez fermer cette page.')
  world.clock.advance(2.5 * HOUR)
  const phone = await world.signIn('chloe')
  await phone.get('/my/hours')
  await phone.press('J’ai fini')
  expect(await lines(world)).toEqual([])
  expect(phone.text).toContain('Rien n’est encore noté')
  expect(phone.value('Combien de temps ?')).toMatch(/^2.h.30$/)
  // Started again by mistake in the first browser: the draft stays.
  await b.post('/my/hours/timer', {})
  await b.get('/my/hours')
  expect(b.text).toContain('Rien n’est encore noté')
  await b.choose('Sur le terrain').press('Noter ces heures')
  expect(await lines(world)).toEqual(['2026-11-22 150 submitted'])
  await b.get('/my/hours')
  expect([b.text.includes('Rien n’est encore noté'), b.hasButton('Je commence')]).toEqual([false, true])
})

it('a timer past midnight fills in from when to when, and one of more than 13 hours asks how long it was', async () => {
  const world = await startApp()
  world.clock.set('2026-11-22T21:00:00.000Z')
  const b = await world.signIn('chloe')
  await b.post('/my/hours/timer', {})
  world.clock.advance(4 * HOUR)
  await b.post('/my/hours/timer/end', {})
  await b.get('/my/hours')
  expect([b.value('Combien de temps ?'), b.value('Le jour')]).toEqual(['22h00-2h00', '2026-11-22'])
  await b.choose('Sur le terrain').press('Noter ces heures')
  expect(await lines(world)).toEqual(['2026-11-22 120 submitted', '2026-11-23 120 submitted'])
  await b.post('/my/hours/timer', {})
  world.clock.advance(13 * HOUR + 60_000)
  await b.post('/my/hours/timer/end', {})
  await b.get('/my/hours')
  expect([b.text.includes('c’est très long'), b.value('Combien de temps ?')]).toEqual([true, ''])
  await b.press('Ne pas garder ces heures')
  await b.get('/my/hours')
  expect([b.hasButton('Je commence'), await lines(world)]).toEqual([true, expect.any(Array)])
  expect(await lines(world)).toHaveLength(2)
})
