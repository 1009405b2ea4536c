// SPDX-License-Identifier: AGPL-3.0-or-later
// public 30: days on which something takes place. What is past cannot be offered, what is years ahead is asked about,
// and what has taken place is over everywhere.
import { afterEach, describe, expect, it } from '@jest/globals'
import { emptyContent } from '../../server/model/offer/fields.ts'
import { eventDayFault, lastEventDay, untilItIsOver } from '../../server/model/offer/event-days.ts'
import { createI18n } from '../../server/text/i18n.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'

afterEach(stopApps)

const content = (days: Partial<ReturnType<typeof emptyContent>>) => ({ ...emptyContent(), ...days })

async function write(b: Browser, days: Record<string, string>, commitment = 'Ponctuel') {
  await b.get('/work/offers/new')
  b.fill('Titre', 'Tenir le bar').fill('En une ou deux phrases', 'Deux heures au frais.')
  b.fill('Les tâches', 'Servir').fill('Pour quelle cause', 'Sécurité alimentaire')
  b.fill('Quel genre d’activité', 'Repas, distribution').choose(commitment).choose('Sur place')
  b.fill('Ville ou village', 'Dijon').choose('Sans limite')
  for (const [label, day] of Object.entries(days)) b.fill(label, day)
  return b.press('Enregistrer et me relire')
}

const FIRST = 'Premier jour'

async function published(world: World, days: Record<string, string>) {
  const b = await world.signIn('bastien')
  await write(b, days)
  await b.press('Publier maintenant')
  const { id } = await world.deps.db.selectFrom('offers').select('id').executeTakeFirstOrThrow()
  return { b, id }
}

describe('public 30: days that are over, or far off', () => {
  it('a day that is past is refused at its field', async () => {
    const world = await startApp()
    const b = await write(await world.signIn('bastien'), { [FIRST]: '2025-12-05' })
    expect(b.status).toBe(422)
    expect(Object.values(b.errors())).toEqual(['Ce jour est passé. Choisissez aujourd’hui ou plus tard.'])
  })

  it('a draft whose day passed meanwhile is not published', async () => {
    const world = await startApp()
    const draft = (await write(await world.signIn('bastien'), { [FIRST]: '2026-11-23' })).url
    world.clock.set('2026-11-25T09:00:00.000Z')
    const b = await world.signIn('bastien')
    await b.post(`${draft}/publication`, {})
    expect(b.status).toBe(422)
    expect(b.text).toContain('Ce jour est passé')
  })

  it('a day that is more than two years ahead is asked about, and taken when it is meant', async () => {
    const world = await startApp()
    const b = await write(await world.signIn('bastien'), { [FIRST]: '2206-12-05' })
    expect(b.status).toBe(422)
    expect(b.text).toContain('Vérifiez l’année')
    await b.choose('Oui, c’est bien cette année-là').press('Enregistrer et me relire')
    expect(b.status).toBe(200)
    expect(b.url).toMatch(/^\/work\/offers\/[\w-]{36}$/)
  })

  it.each(['2026-11-22', '2028-11-22'])('%s is neither', async (day) => {
    const world = await startApp()
    const b = await write(await world.signIn('bastien'), { [FIRST]: day })
    expect(b.url).toMatch(/^\/work\/offers\/[\w-]{36}$/)
  })

  it('the year is shown when it is not the current one', async () => {
    const world = await startApp()
    const { id } = await published(world, { [FIRST]: '2027-01-09' })
    const visitor = world.browser()
    expect((await visitor.get(`/offers/${id}`)).text).toContain('Samedi 9 janvier 2027')
    expect((await visitor.get('/offers')).text).toContain('Samedi 9 janvier 2027')
    world.clock.set('2027-01-02T09:00:00.000Z')
    expect((await visitor.get('/offers')).text).not.toContain('9 janvier 2027')
  })
})

describe('kind « what has taken place is over, everywhere »', () => {
  it('page, form, lists, feeds, calendar, API and the own list', async () => {
    const world = await startApp()
    const { b, id } = await published(world, { [FIRST]: '2026-11-24' })
    const visitor = world.browser()
    const public_ = ['/offers', '/offers.atom', '/offers.json', '/offers.ics', '/api/v1/offers', '/embed/offers']
    for (const path of public_)
      expect([path, (await visitor.get(path)).html]).toEqual([path, expect.stringContaining(id)])
    // The evening of that day in Paris it is not over yet.
    world.clock.set('2026-11-24T22:30:00.000Z')
    expect((await visitor.get('/offers')).html).toContain(id)
    world.clock.set('2026-11-24T23:30:00.000Z')
    for (const path of public_) expect([path, (await visitor.get(path)).html.includes(id)]).toEqual([path, false])
    expect((await visitor.get(`/offers/${id}`)).hasLink('Je propose mon aide')).toBe(false)
    const applying = await visitor.post(`/offers/${id}/apply`, {
      given_name: 'Yvon',
      family_name: 'Roy',
      email: 'y@example.net',
      age: 'on',
    })
    expect(applying.status).toBeGreaterThanOrEqual(400)
    await b.post(`/work/offers/${id}/renewal`, { last_day: '2026-12-31' })
    expect((await visitor.get('/offers')).html).not.toContain(id)
  })
})

describe('the rule', () => {
  it('a regular offer may have begun, and goes on without a last day', () => {
    const regular = content({ commitment: 'regular', starts_on: '2025-01-01' })
    expect([lastEventDay(regular), eventDayFault(regular, '2026-11-22')]).toEqual([null, null])
    expect(untilItIsOver('2027-01-01T00:00:00.000Z', regular, 'Europe/Paris')).toBe('2027-01-01T00:00:00.000Z')
  })

  it('the last day counts, in the zone of the association', () => {
    const dated = content({ commitment: 'one_off', starts_on: '2026-12-01', ends_on: '2026-12-05' })
    expect(untilItIsOver('2027-01-01T00:00:00.000Z', dated, 'America/Toronto')).toBe('2026-12-06T05:00:00.000Z')
    expect(eventDayFault(dated, '2026-12-05')).toBeNull()
    expect(eventDayFault(dated, '2026-12-06')).toEqual({ field: 'ends_on', is: 'past' })
  })

  it('days have their year only when it is another', () => {
    const t = createI18n().for('fr', 'Europe/Paris', '2026-11-22')
    expect([t.date('2026-12-05', 'day'), t.date('2025-12-05', 'day')]).toEqual([
      'samedi 5 décembre',
      'vendredi 5 décembre 2025',
    ])
  })
})
