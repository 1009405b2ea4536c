// SPDX-License-Identifier: AGPL-3.0-or-later
// offers J10, J12, §7.1: an offer goes online by itself on a day to come; reminders come 7 and 2 days before its end, and on it.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { keepTime } from '../../server/offers/timetable.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { publishOffer, writeOffer } from '../support/offer-form.ts'

let world: World
let b: Browser
beforeEach(async () => {
  world = await startApp()
  b = await world.signIn('bastien')
})
afterEach(stopApps)

const row = (id: string) =>
  world.deps.db.selectFrom('offers').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
const until = (instant: string) => world.clock.advance(Date.parse(instant) - world.clock.now().getTime())
const status = async (id: string) => (await world.browser().get(`/offers/${id}`)).status
const plan = async (id: string, day: string) => {
  await b.get(`/work/offers/${id}/schedule`)
  return b.fill('Quel jour ?', day).press('Mettre en ligne ce jour-là')
}

describe('an offer for a day to come', () => {
  it('is chosen from the list, shown as planned, and online from the first instant of that day (J10)', async () => {
    const id = await writeOffer(b)
    await b.get('/work/offers')
    await b.follow('Mettre en ligne le… Servir la soupe du soir')
    await b.fill('Quel jour ?', '2026-12-01').press('Mettre en ligne ce jour-là')
    expect([b.url, b.text.includes('elle sera en ligne le')]).toEqual([`/work/offers/${id}`, true])
    expect(await row(id)).toMatchObject({
      state: 'published',
      publish_from: '2026-11-30T23:00:00.000Z',
      publish_until: '2026-12-30T23:00:00.000Z',
    })
    await b.get('/work/offers')
    expect(b.text).toContain('à partir du 1er décembre 2026')
    until('2026-11-30T22:59:00.000Z')
    expect(await status(id)).toBe(404)
    until('2026-11-30T23:00:00.000Z')
    expect(await status(id)).toBe(200)
    const visitor = await world.browser().get('/offers')
    expect(visitor.text).toContain('Servir la soupe du soir')
    // From then on, the day is history.
    b = await world.signIn('bastien')
    await b.get(`/work/offers/${id}/schedule`)
    expect([b.status, b.url]).toEqual([200, `/work/offers/${id}`])
    await b.post(`/work/offers/${id}/schedule`, { first_day: '2027-01-10' })
    expect([b.status, (await row(id)).publish_from]).toEqual([409, '2026-11-30T23:00:00.000Z'])
  })

  it('keeps its length when the day moves, also over the change of the hour (J10)', async () => {
    const id = await writeOffer(b)
    await plan(id, '2027-03-10')
    expect(await row(id)).toMatchObject({
      publish_from: '2027-03-09T23:00:00.000Z',
      publish_until: '2027-04-08T22:00:00.000Z',
    })
    await b.get('/work/offers')
    await b.follow('Changer le jour de mise en ligne')
    expect(b.value('Quel jour ?')).toBe('2027-03-10')
    await b.fill('Quel jour ?', '2027-03-29').press('Mettre en ligne ce jour-là')
    expect(await row(id)).toMatchObject({
      revision: 1,
      publish_from: '2027-03-28T22:00:00.000Z',
      publish_until: '2027-04-27T22:00:00.000Z',
    })
  })

  it('begins with the day of the association, wherever that is', async () => {
    await world.deps.db.updateTable('association').set({ time_zone: 'America/Toronto' }).execute()
    const id = await writeOffer(b)
    // The clock goes on in the night of that day.
    await plan(id, '2027-03-14')
    expect(await row(id)).toMatchObject({
      publish_from: '2027-03-14T05:00:00.000Z',
      publish_until: '2027-04-13T04:00:00.000Z',
    })
  })

  it('is taken back, stays off when the day comes, and can be put online at any time', async () => {
    const id = await writeOffer(b)
    await plan(id, '2026-12-01')
    await b.get(`/work/offers/${id}/schedule`)
    await b.press('Ne plus la mettre en ligne ce jour-là')
    expect(b.text).toContain('ne se mettra pas en ligne toute seule')
    until('2026-12-02T09:00:00.000Z')
    b = await world.signIn('bastien')
    expect((await world.browser().get('/offers')).text).not.toContain('Servir la soupe du soir')
    await b.get(`/work/offers/${id}`)
    await b.press('Remettre en ligne')
    world.clock.advance(60_000)
    expect((await world.browser().get('/offers')).text).toContain('Servir la soupe du soir')
  })

  it.each([
    ['', 'Choisissez un jour.'],
    ['demain', 'Choisissez un jour.'],
    ['2026-11-22', 'Choisissez un jour après aujourd’hui. Pour la mettre en ligne maintenant, publiez-la.'],
    ['2028-01-01', expect.stringContaining('an')],
  ])('on the day %j is refused at its field', async (day, fault) => {
    const id = await writeOffer(b)
    await b.post(`/work/offers/${id}/schedule`, { first_day: day })
    expect([b.status, b.errors()['Quel jour ?'], (await row(id)).state]).toEqual([422, fault, 'draft'])
  })

  it('that is not complete says what is missing, and is not planned', async () => {
    await b.post('/work/offers/new', { title_fr: 'Servir la soupe' })
    const id = b.url.split('/').at(-1)!
    await b.post(`/work/offers/${id}/schedule`, { first_day: '2026-12-01' })
    expect([b.status, (await row(id)).state]).toEqual([422, 'draft'])
    expect(b.hasLink('Choisissez qui reçoit les candidatures')).toBe(true)
  })

  it('pressed twice is one, and a day before the last one that was asked for keeps that', async () => {
    const id = await writeOffer(b)
    await b.get(`/work/offers/${id}/edit`)
    await b.fill('Dernier jour en ligne', '2026-12-05').press('Enregistrer et me relire')
    for (let n = 0; n < 2; n++) await b.post(`/work/offers/${id}/schedule`, { first_day: '2026-12-01' })
    expect(await row(id)).toMatchObject({ revision: 1, publish_until: '2026-12-05T23:00:00.000Z' })
  })
})

it('J12: reminders come 7 and 2 days before the last day and on it, each once', async () => {
  await publishOffer(b)
  const told = async () => (await world.mails()).filter(({ template }) => template === 'offers/ending').length
  const seen: [string, number][] = []
  for (let day = 1; day <= 30; day++) {
    world.clock.advance(86_400_000)
    await keepTime(world.deps)
    await keepTime(world.deps)
    const count = await told()
    if (count > (seen.at(-1)?.[1] ?? 0)) seen.push([world.clock.iso().slice(0, 10), count])
  }
  // Published on 22 November for thirty days: the last one is 21 December.
  expect(seen).toEqual([
    ['2026-12-14', 1],
    ['2026-12-19', 2],
    ['2026-12-21', 3],
  ])
})
