// SPDX-License-Identifier: AGPL-3.0-or-later
// « C’était pareil ? » once a month, thanks at round figures, and the kit to begin with.
import { afterEach, expect, it } from '@jest/globals'
import { askUsualHours } from '../../server/hours/timetable.ts'
import { startApp, stopApps, type World } from '../support/app.ts'

afterEach(stopApps)

/** Chloé gave two hours on two Saturdays of October, and nothing in November. */
async function start(days = ['2026-10-10', '2026-10-17'], minutes = 120): Promise<World> {
  const world = await startApp()
  const { db } = world.deps
  const [field] = await db.selectFrom('hours_categories').select('id').orderBy('created_at').orderBy('id').execute()
  for (const [at, worked_on] of days.entries())
    await db
      .insertInto('hours_entries')
      .values({
        id: `line-${at}`,
        worked_on,
        minutes,
        state: 'approved',
        category_id: field!.id,
        person_id: world.id('chloe'),
        source: 'self',
        created_at: world.clock.iso(),
      })
      .execute()
  return world
}

const ask = async (world: World, day = '2026-12-02') => {
  world.clock.set(`${day}T10:00:00.000Z`)
  await askUsualHours(world.deps)
  await world.settle()
}
const asked = async (world: World) => (await world.mails()).filter(({ template }) => template === 'hours/usual')
const linkIn = (text: string) => /http:\/\/localhost:3000(\/hours\/usual\/\S+)/.exec(text)![1]!
const november = async ({ deps }: World) =>
  (await deps.db.selectFrom('hours_entries').selectAll().where('worked_on', '>=', '2026-11-01').execute()).map(
    ({ worked_on, minutes, state, source }) => `${worked_on} ${minutes} ${state} ${source}`,
  )

it('a look at the link changes nothing; however often it is pressed, it is one line', async () => {
  const world = await start()
  for (const _run of [1, 2]) await ask(world)
  const [mail, ...others] = await asked(world)
  expect([mail!.to, others]).toEqual(['chloe@example.org', []])
  const path = linkIn(mail!.text)
  // Programs that look at links.
  for (const _look of [1, 2, 3]) await fetch(world.url + path)
  await fetch(world.url + path, { method: 'HEAD' })
  expect(await november(world)).toEqual([])
  const [one, other] = [world.browser(), world.browser()]
  for (const phone of [one, other]) {
    await phone.get(path)
    expect(phone.text).toContain('2 h (Sur le terrain), le samedi 28 novembre 2026.')
    expect(phone.headers.get('cache-control')).toContain('no-store')
  }
  await one.press('Oui, noter ces heures')
  expect(one.text).toContain('C’est noté. Merci !')
  for (const press of [() => other.press('Oui, noter ces heures'), () => one.post(path, {})]) {
    const b = await press()
    expect([b.status, b.text]).toEqual([200, expect.stringContaining('C’est noté. Merci !')])
  }
  expect(await november(world)).toEqual(['2026-11-28 120 submitted self'])
  expect((await other.get(path)).text).toContain('C’est noté. Merci !')
})

it('asks whoever was regular and recorded nothing last month, in the first days of a month only', async () => {
  const world = await start()
  for (const day of ['2026-12-01', '2026-12-08', '2026-12-20']) await ask(world, day)
  expect(await asked(world)).toEqual([])
  await world.deps.db.updateTable('hours_entries').set({ minutes: 60 }).where('id', '=', 'line-1').execute()
  await ask(world)
  expect(await asked(world)).toEqual([])
  const active = await start(['2026-10-10', '2026-10-17', '2026-11-14'])
  await ask(active)
  expect(await asked(active)).toEqual([])
})

it('asks whoever stopped twice at most, says so, and asks again once they recorded something', async () => {
  const world = await start(['2026-10-03', '2026-10-10', '2026-10-17', '2026-10-24'])
  for (const day of ['2026-12-02', '2027-01-02', '2027-02-02', '2027-03-02', '2027-04-02', '2027-05-02'])
    await ask(world, day)
  const mails = await asked(world)
  expect(mails.map(({ subject }) => subject)).toEqual([expect.anything(), expect.anything()])
  for (const { text, html } of mails) {
    expect(text).toContain('ce message vient deux fois au plus, puis s’arrête tout seul')
    expect(html).toContain('deux fois au plus')
  }
  const { db } = world.deps
  await db.updateTable('hours_entries').set({ worked_on: '2027-05-08' }).where('id', '=', 'line-2').execute()
  await db.updateTable('hours_entries').set({ worked_on: '2027-05-15' }).where('id', '=', 'line-3').execute()
  await ask(world, '2027-06-02')
  expect(await asked(world)).toHaveLength(2)
  await ask(world, '2027-07-02')
  expect(await asked(world)).toHaveLength(3)
})

it('hours that were as usual are for the project of the time before', async () => {
  const world = await start()
  const { db } = world.deps
  await db
    .insertInto('hours_projects')
    .values({ id: 'jardin', name: 'Jardin', name_key: 'jardin', created_at: world.clock.iso() })
    .execute()
  await db.updateTable('hours_entries').set({ project_id: 'jardin' }).where('id', '=', 'line-1').execute()
  await ask(world)
  const phone = world.browser()
  await phone.get(linkIn((await asked(world))[0]!.text))
  await phone.press('Oui, noter ces heures')
  const line = await db
    .selectFrom('hours_entries')
    .select('project_id')
    .where('worked_on', '=', '2026-11-28')
    .executeTakeFirstOrThrow()
  expect(line.project_id).toBe('jardin')
})

it('asks about what is still done: not about an activity that is archived', async () => {
  const world = await start(['2026-10-03', '2026-10-10', '2026-10-17', '2026-10-11', '2026-10-18'])
  const { db } = world.deps
  const [field, other] = await db
    .selectFrom('hours_categories')
    .select('id')
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  await db
    .updateTable('hours_entries')
    .set({ category_id: other!.id })
    .where('id', 'in', ['line-3', 'line-4'])
    .execute()
  await db.updateTable('hours_categories').set({ archived_at: world.clock.iso() }).where('id', '=', field!.id).execute()
  await ask(world)
  const [mail] = await asked(world)
  expect(mail?.text).toContain('dimanche 29 novembre 2026')
})

it('is stopped by one press, apart from other messages about hours', async () => {
  const world = await start()
  await ask(world)
  const { stop_url } = await world.deps.db
    .selectFrom('mails')
    .select('stop_url')
    .where('template', '=', 'hours/usual')
    .executeTakeFirstOrThrow()
  await fetch(world.url + new URL(stop_url).pathname, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'List-Unsubscribe=One-Click',
  })
  const person = await world.deps.db
    .selectFrom('people')
    .select('notice_choices')
    .where('id', '=', world.id('chloe'))
    .executeTakeFirstOrThrow()
  expect(JSON.parse(person.notice_choices)).toEqual({ usual: 'none' })
  await world.deps.db.deleteFrom('usual_hours').execute()
  await world.deps.db.deleteFrom('mails').execute()
  await ask(world)
  expect(await asked(world)).toEqual([])
})

it('a link that is old, of a changed access or mistyped says so, and records nothing', async () => {
  const world = await start()
  await ask(world)
  const path = linkIn((await asked(world))[0]!.text)
  const phone = world.browser()
  await phone.get(`${path}x`)
  expect([phone.status, phone.text]).toEqual([410, expect.stringContaining('Cette adresse ne sert plus.')])
  await phone.get(path)
  await world.deps.db.updateTable('people').set({ access_version: 7 }).where('id', '=', world.id('chloe')).execute()
  await phone.press('Oui, noter ces heures')
  expect(phone.status).toBe(410)
  await world.deps.db.updateTable('people').set({ access_version: 1 }).where('id', '=', world.id('chloe')).execute()
  world.clock.set('2027-01-03T10:00:00.000Z')
  await phone.get(path)
  expect(phone.status).toBe(410)
  expect(await november(world)).toEqual([])
})

it('what cannot be recorded any more is told, and nothing is lost', async () => {
  const world = await start()
  await ask(world)
  const path = linkIn((await asked(world))[0]!.text)
  const [phone, chloe] = [world.browser(), await world.signIn('chloe')]
  await phone.get(path)
  const category = (await world.deps.db.selectFrom('hours_categories').select('id').executeTakeFirstOrThrow()).id
  await chloe.post('/my/hours', { category, day: '2026-11-28', duration: '23h', sure: 'on', long: 'on', again: 'on' })
  await phone.press('Oui, noter ces heures')
  expect([phone.status, phone.text]).toEqual([422, expect.stringContaining('Noter autre chose')])
  expect(await november(world)).toEqual(['2026-11-28 1380 submitted self'])
})

const thanks = async (world: World) => (await world.mails()).filter(({ template }) => template === 'hours/thanks')

it('thanks once at each round figure, and not again after a correction', async () => {
  const world = await start(['2026-10-10', '2026-10-17', '2026-10-24', '2026-10-31'], 120)
  const [chloe, bastien] = [await world.signIn('chloe'), await world.signIn('bastien')]
  const category = (await world.deps.db.selectFrom('hours_categories').select('id').executeTakeFirstOrThrow()).id
  const give = async (day: string, duration: string) => {
    await chloe.post('/my/hours', { category, day, duration, long: 'on', sure: 'on', again: 'on' })
    const line = await world.deps.db
      .selectFrom('hours_entries')
      .select('id')
      .where('state', '=', 'submitted')
      .executeTakeFirstOrThrow()
    await bastien.post('/work/hours/approval', { entries: line.id })
    await world.settle()
    return line.id
  }
  await give('2026-11-01', '1h59')
  expect(await thanks(world)).toEqual([])
  const tenth = await give('2026-11-02', '1min')
  const [mail] = await thanks(world)
  expect(mail!.text).toContain('10 heures données')
  // Also when the mail is forgotten meanwhile.
  await world.deps.db.deleteFrom('mails').execute()
  await bastien.post(`/work/hours/${tenth}/reversal`, { reason: 'Erreur' })
  await give('2026-11-03', '5h')
  expect(await thanks(world)).toEqual([])
  // A great leap is one message, about the figure that was reached.
  for (const day of ['04', '05', '06', '07']) await give(`2026-11-${day}`, '23h')
  expect((await thanks(world)).map(({ text }) => /(\d+) heures données/.exec(text)![1])).toEqual(['50', '100'])
})

it('the kit has a poster with a code, a text to copy and a talk, for coordinators', async () => {
  const world = await start()
  const bastien = await world.signIn('bastien')
  await bastien.get('/work/hours')
  await bastien.follow('Lancer les heures')
  expect(bastien.document.querySelector('main svg[role=img] path')).not.toBeNull()
  expect(bastien.document.getElementById('launch-mail')!.textContent).toContain('http://localhost:3000/my/hours')
  expect(bastien.text).toContain('Cinq minutes pour en parler')
  expect(bastien.text).not.toMatch(/pointage|pointer|obligatoire/i)
  expect((await (await world.signIn('chloe')).get('/work/hours/launch')).status).toBe(403)
})
