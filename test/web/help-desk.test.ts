// SPDX-License-Identifier: AGPL-3.0-or-later
// Somebody else than administrators answers requests for help with the site, once an administrator has given them the right.
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { startApp, stopApps, type World } from '../support/app.ts'
import { fr } from '../support/texts.ts'

let world: World
beforeEach(async () => {
  world = await startApp()
})
afterEach(stopApps)

const ask = async (said: string) => {
  await world.browser().post('/help/ask', { said, page: '/offers', name: 'Jo', email: 'jo@example.net' })
  const found = await world.deps.db.selectFrom('help_requests').select('id').where('said', '=', said).executeTakeFirst()
  return found!.id
}
const toldAbout = async (id: string) =>
  (await world.mails())
    .filter(({ template, text }) => template === 'help/asked' && text.includes(id))
    .map(({ to }) => to)

async function handOver(): Promise<void> {
  const admin = await world.signIn('amina')
  await admin.get(`/work/people/${world.id('bastien')}`)
  await admin.press(fr('people.help_desk.give'))
  expect(admin.text).toContain(fr('people.help_desk.given'))
}

it('an administrator gives the right, which opens the desk, its mails and its answers, and nothing else', async () => {
  const before = await world.signIn('bastien')
  const id = await ask('Rien ne s’ouvre.')
  expect((await before.get('/operator/help')).status).toBe(403)
  expect((await before.post(`/operator/help/${id}/answer`, { body: 'Bonjour' })).status).toBe(403)
  await handOver()
  // A session of before does not see more.
  expect((await before.get('/operator/help')).url).toContain('/sign-in')
  const b = await world.signIn('bastien')
  await b.get('/work')
  await b.get('/operator/help')
  expect(b.status).toBe(200)
  expect(b.hasLink('Rien ne s’ouvre.')).toBe(true)
  expect(b.document.querySelector('.crumb')!.getAttribute('href')).toBe('/my')
  await b.get(`/operator/help/${id}`)
  expect(b.text).toContain('Rien ne s’ouvre.')
  await b.post(`/operator/help/${id}/answer`, { body: 'Essayez maintenant.' })
  const answers = (await world.mails()).filter(({ template }) => template === 'help/answer')
  expect(answers.map(({ to }) => to)).toEqual(['jo@example.net'])
  for (const path of ['/operator', '/operator/mails', '/operator/trail', '/settings'])
    expect([path, (await b.get(path)).status]).toEqual([path, 403])
  expect(await toldAbout(await ask('La page est vide.'))).toEqual(['amina@example.org', 'bastien@example.org'])
})

it('the right is taken back at once, and ends with the last role in the team', async () => {
  await handOver()
  const b = await world.signIn('bastien')
  expect((await b.get('/operator/help')).status).toBe(200)
  const admin = await world.signIn('amina')
  await admin.get(`/work/people/${world.id('bastien')}`)
  await admin.press(fr('people.help_desk.take'))
  expect((await b.get('/operator/help')).status).toBe(403)
  await handOver()
  await admin.post(`/work/people/${world.id('bastien')}/roles`, { roles: 'volunteer' })
  const volunteer = await world.signIn('bastien')
  expect((await volunteer.get('/operator/help')).status).toBe(403)
  expect(await toldAbout(await ask('La page est vide.'))).toEqual(['amina@example.org'])
})

it.each([
  ['their last role in the team', 'roles', { roles: 'volunteer' }, { roles: ['volunteer', 'coordinator'] }],
  ['their access', 'suspension', {}, {}],
])('does not come back with %s', async (_name, lost, taken, given) => {
  await handOver()
  const admin = await world.signIn('amina')
  const path = `/work/people/${world.id('bastien')}`
  await admin.post(`${path}/${lost}`, taken)
  expect(admin.status).toBeLessThan(400)
  const { details } = await world.deps.db
    .selectFrom('events')
    .select('details')
    .where('type', '=', 'person.roles_changed')
    .where('subject_id', '=', world.id('bastien'))
    .orderBy('seq', 'desc')
    .executeTakeFirstOrThrow()
  expect(JSON.parse(details)).toMatchObject({ removed: expect.stringContaining('help desk') })
  await admin.post(`${path}/${lost === 'roles' ? 'roles' : 'return'}`, given)
  await admin.get(path)
  expect(admin.hasButton(fr('people.help_desk.give'))).toBe(true)
  expect((await (await world.signIn('bastien')).get('/operator/help')).status).toBe(403)
})

it('only administrators give it, and only to somebody of the team', async () => {
  const path = (name: 'chloe' | 'bastien' | 'amina') => `/work/people/${world.id(name)}`
  const coordinator = await world.signIn('bastien')
  expect((await coordinator.post(`${path('bastien')}/help-desk`, { give: 'yes' })).status).toBe(403)
  const admin = await world.signIn('amina')
  await admin.get(path('chloe'))
  expect(admin.hasButton(fr('people.help_desk.give'))).toBe(false)
  await admin.post(`${path('chloe')}/help-desk`, { give: 'yes' })
  expect(admin.text).toContain(fr('people.help_desk.not_team'))
  await admin.get(path('amina'))
  expect(admin.hasButton(fr('people.help_desk.give'))).toBe(false)
  const kept = await world.deps.db.selectFrom('people').select('id').where('keeps_help', '=', 1).execute()
  expect(kept).toEqual([])
  expect((await admin.post('/work/people/nobody/help-desk', { give: 'yes' })).status).toBe(404)
})
