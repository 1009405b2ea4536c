// SPDX-License-Identifier: AGPL-3.0-or-later
import { afterEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { addCounted, addShown, replaceReport } from '../../db/queries/counts.ts'
import { insertAffiliation } from '../../db/queries/affiliations.ts'
import { ANSWERED } from '../../server/model/counts.ts'
import { shareEndedDays } from '../../server/statistics/commands/share.ts'
import { writeCounts } from '../../server/statistics/count.ts'
import { putListing, removeListing } from '../../server/public-offer/listing.ts'
import { viaToken } from '../../server/public-offer/via.ts'
import { transact } from '../../server/web/transact.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { CONTEURS, samplePublicOffer } from '../support/offers.ts'
import * as instances from '../federation/instances.ts'

afterEach(stopApps)

const CENTRE = 'https://centre.example/actor'
const shown = (world: World) => world.deps.db.selectFrom('shown_counts').selectAll().orderBy('day').execute()
const lines = (csv: string) => csv.replace('\ufeff', '').replaceAll('\u00a0', ' ').trim().split('\r\n')

async function begin() {
  const world = await startApp()
  await insertAffiliation(world.deps.db, {
    id: 'a1',
    partner_uri: CENTRE,
    partner_is: 'centre',
    partner_name: 'Centre de la Côte',
    partner_url: 'https://centre.example/',
    state: 'active',
    requested_at: '2026-11-01T00:00:00.000Z',
  })
  const id = await instances.publish(world)
  const offer = `${world.deps.config.publicUrl}/offers/${id}`
  return { world, id, offer }
}

describe('an association', () => {
  const addReport = (world: World, offer: string, day: string, impressions: number, views: number) =>
    replaceReport(world.deps.db, {
      reporter: CENTRE,
      document: `${CENTRE}#${day}`,
      at: world.clock.iso(),
      lines: [{ offer, day, impressions, views, apply_starts: 0, applications: 0, accepted: 0 }],
    })

  it('sees nothing yet, and what it takes', async () => {
    const { world } = await begin()
    const b = await world.signIn('bastien')
    await b.get('/work/offers')
    await b.follow('Chiffres')
    expect(b.heading).toBe('Chiffres')
    expect(b.text).toContain('Pas de chiffres pour ces jours.')
    expect(b.hasLink('Voir vos annonces')).toBe(true)
    expect(lines((await b.get('/work/statistics.csv')).html)).toHaveLength(1)
  })

  it('sees the way from the list to a place, by site, with what the centre sent marked as such (J15)', async () => {
    const { world, id, offer } = await begin()
    await world.browser().get('/offers')
    await writeCounts(world.deps)
    for (const [channel, what, times] of [
      ['own', 'views', 3],
      ['own', 'applications', 1],
      [CENTRE, 'apply_starts', 4],
      [CENTRE, 'applications', 2],
      [CENTRE, 'accepted', 1],
    ] as const)
      for (let n = 0; n < times; n++)
        await addCounted(world.deps.db, [{ offerId: id, day: '2026-11-20', channel, [what]: 1 }])
    const b = await world.signIn('bastien')
    await b.get('/work/statistics')
    expect(b.text).toContain('Centre de la Côte n’a rien dit pour ces jours — 0 4 2 1')
    await addReport(world, offer, '2026-11-21', 120, 30)
    await b.get('/work/statistics')
    expect(b.text).toContain('Notre site 1 3 0 1 0')
    expect(b.text).toContain('Centre de la Côte liste et page lue: d’après ce centre 120 30 4 2 1')
    expect(b.text).toContain('En tout 121 33 4 3 1')
    const csv = lines((await b.get('/work/statistics.csv')).html)
    expect(csv).toContain(
      'Conduire le camion des invendus;Centre de la Côte;liste et page lue : d’après ce centre;120;30;4;2;1;0;0,00;',
    )
    await b.get(`/work/offers/${id}`)
    expect(b.text).toContain('liste et page lue: d’après ce centre 120 30 4 2 1')
    await b.press('English')
    expect((await b.get('/work/statistics')).text).toContain('listed and read: reported by this centre')
  })

  it('counts who reads a page of ours once a day, by the site they came from, and not its own team (J15)', async () => {
    const { world, id } = await begin()
    const visit = (agent: string, path = '') =>
      fetch(`${world.url}/offers/${id}${path}`, { headers: { 'user-agent': agent, accept: 'text/html' } })
    for (const agent of ['Mozilla one', 'Mozilla one', 'Mozilla two', 'Googlebot']) await visit(agent)
    await visit('Mozilla three', `?via=${viaToken(world.deps, 'a1', id)}`)
    await visit('Mozilla four', `?via=${viaToken(world.deps, 'a1', 'another')}`)
    for (let n = 0; n < 2; n += 1) await visit('Mozilla one', '/apply')
    await (await world.signIn('bastien')).get(`/offers/${id}`)
    const counted = () =>
      world.deps.db.selectFrom('offer_counts').select(['channel', 'views', 'apply_starts']).orderBy('channel').execute()
    await writeCounts(world.deps)
    await writeCounts(world.deps)
    expect(await counted()).toEqual([
      { channel: CENTRE, views: 1, apply_starts: 0 },
      { channel: 'own', views: 3, apply_starts: 2 },
    ])
  })

  it('chooses a period, and an unknown one is the usual one', async () => {
    const { world, id } = await begin()
    const days = {
      '2026-11-22': 1,
      '2026-10-24': 2,
      '2026-10-23': 4,
      '2026-01-01': 8,
      '2025-12-31': 16,
      '2024-12-31': 32,
    }
    for (const [day, views] of Object.entries(days))
      await addCounted(world.deps.db, [{ offerId: id, day, channel: 'own', views }])
    const b = await world.signIn('bastien')
    const read = async (query: string) =>
      /Notre site 0 (\d+) /.exec((await b.get(`/work/statistics${query}`)).text)?.[1]
    expect(await read('')).toBe('3')
    expect(await read('?period=year')).toBe('15')
    expect(await read('?period=last_year')).toBe('16')
    expect(await read('?period=tout&page=-3')).toBe('3')
  })
})

describe('months', () => {
  const answers = sql.join(ANSWERED.map((name) => sql`sum(${sql.ref(name)}) as ${sql.ref(name)}`))
  const days = sql<object>`
    select 'counted' as kind, offer_id as offer, channel as teller, substr(day, 1, 7) as month, count(*) as days,
      0 as impressions, sum(views) as views, sum(apply_starts) as apply_starts, sum(applications) as applications,
      sum(accepted) as accepted, ${answers}, sum(completed) as completed,
      0 as minutes, 0 as minutes_of_many from offer_counts group by 2, 3, 4
    union all select 'reported', offer_uri, reporter, substr(day, 1, 7), count(*), sum(impressions), sum(views),
      sum(apply_starts), sum(applications), sum(accepted), ${answers}, sum(completed), 0, 0 from reported_counts group by 2, 3, 4
    union all select 'shown', offer_uri, '', substr(day, 1, 7), count(*), sum(impressions), sum(views), 0, 0, 0,
      0, 0, 0, 0, 0, 0, 0, 0 from shown_counts group by 2
    order by 1, 2, 3, 4`
  const months = (world: World) =>
    world.deps.db
      .selectFrom('month_counts')
      .selectAll()
      .orderBy('kind')
      .orderBy('offer')
      .orderBy('teller')
      .orderBy('month')
      .execute()

  it('are what their days add up to, whatever was written, corrected or taken back', async () => {
    const world = await startApp()
    const { db } = world.deps
    const [one, two] = ['https://a.example/offers/1', 'https://a.example/offers/2']
    const report = (document: string, lines: [string, string, number][]) =>
      replaceReport(db, {
        reporter: CENTRE,
        document,
        at: world.clock.iso(),
        lines: lines.map(([offer, day, n]) => {
          const counts = {
            impressions: n,
            views: n + 1,
            apply_starts: n + 2,
            applications: n + 3,
            accepted: n + 4,
            completed: n + 5,
            answered_1: n,
            answered_later: 2 * n,
          }
          return { offer, day, ...counts }
        }),
      })
    for (const what of [
      'views',
      'views',
      'apply_starts',
      'applications',
      'accepted',
      'completed',
      'answered_3',
    ] as const)
      for (const day of ['2026-10-31', '2026-11-01', '2026-11-02'])
        await addCounted(db, [{ offerId: 'o', day, channel: day < '2026-11' ? 'own' : CENTRE, [what]: 1 }])
    for (const day of ['2026-11-01', '2026-11-01', '2026-11-20'])
      await addShown(db, [{ day, offer: one!, impressions: 3, views: 1 }])
    await report('first', [
      [one!, '2026-11-01', 5],
      [two!, '2026-11-01', 6],
    ])
    await report('second', [[one!, '2026-11-02', 7]])
    await report('other', [[one!, '2026-11-01', 9]])
    expect(await months(world)).toEqual((await days.execute(db)).rows)
    expect(await months(world)).toHaveLength(5)
    // The first report is withdrawn; another document about the same day stays.
    await report('first', [])
    expect(await months(world)).toEqual((await days.execute(db)).rows)
    expect(await months(world)).toHaveLength(4)
  })

  it('give the figures of a year that the days of it give', async () => {
    const { world, id, offer } = await begin()
    const addReport = (day: string, views: number) =>
      replaceReport(world.deps.db, {
        reporter: CENTRE,
        document: day,
        at: world.clock.iso(),
        lines: [{ offer, day, impressions: 10 * views, views, apply_starts: 0, applications: 0, accepted: 0 }],
      })
    for (const [day, views] of [
      ['2025-12-31', 1],
      ['2026-01-01', 2],
      ['2026-11-21', 4],
    ] as const) {
      await addCounted(world.deps.db, [{ offerId: id, day, channel: 'own', accepted: 1 }])
      await addShown(world.deps.db, [{ day, offer, impressions: views, views: 0 }])
      await addReport(day, views)
    }
    await addShown(world.deps.db, [
      { day: '2026-11-21', offer: 'https://b.example/offers/x', impressions: 99, views: 9 },
    ])
    const b = await world.signIn('bastien')
    await b.get('/work/statistics?period=year')
    expect(b.text).toContain('En tout 66 6 0 0 2')
    await b.get('/work/statistics?period=last_year')
    expect(b.text).toContain('En tout 11 1 0 0 1')
    await b.get(`/work/offers/${id}`)
    expect(b.text).toContain('liste et page lue: d’après ce centre 70 7 0 0 0')
  })
})

describe('a centre', () => {
  const begin = () => startApp({ kind: 'centre' })
  const place = (code: string, name: string) => ({ ...samplePublicOffer().content.places[0]!, code, name })
  const offers = {
    dijon: samplePublicOffer({ name: 'dijon', content: { places: [place('FR-21231', 'Dijon')] } }),
    beaune: samplePublicOffer({ name: 'beaune', content: { places: [place('FR-21054', 'Beaune')] } }),
    other: samplePublicOffer({
      name: 'other',
      association: { uri: 'https://pain.example/actor', name: 'Le Pain', url: 'https://pain.example/' },
      content: { places: [place('FR-21231', 'Dijon')] },
    }),
  }
  const list = async (world: World, names = Object.keys(offers) as (keyof typeof offers)[]) => {
    for (const name of names)
      await transact(world.deps, (tx) =>
        putListing(tx, world.deps, { offer: offers[name], origin: 'member', approvedAt: world.clock.iso() }),
      )
  }
  const look = async (world: World, name: keyof typeof offers, day: string, impressions: number) => {
    await addShown(world.deps.db, [{ day, offer: offers[name].uri, impressions, views: 0 }])
  }

  it('sees nothing yet, and what it takes', async () => {
    const world = await begin()
    const b = await world.signIn('farid')
    await b.get('/moderation')
    await b.follow('Chiffres')
    expect(b.heading).toBe('Chiffres des associations')
    expect(b.text).toContain('Pas de chiffres pour ces jours.')
    expect((await b.get('/work/statistics')).status).toBe(403)
    expect((await (await world.signIn('amina')).get('/work/statistics')).status).toBe(404)
  })

  it('counts a person once a day and offer, no program, and not its own team (J15)', async () => {
    const world = await begin()
    await list(world, ['dijon'])
    const visit = (agent: string, path = '/offers') =>
      fetch(world.url + path, { headers: { 'user-agent': agent, accept: 'text/html' } })
    for (const agent of ['Mozilla one', 'Mozilla one', 'Mozilla two', 'Googlebot', 'curl/8']) await visit(agent)
    await visit('Mozilla one', '/offers?q=histoires')
    const { public_id: id } = await world.deps.db.selectFrom('listings').select('public_id').executeTakeFirstOrThrow()
    for (const agent of ['Mozilla one', 'Mozilla one']) await visit(agent, `/offers/${id}`)
    expect(await shown(world)).toEqual([])
    await writeCounts(world.deps)
    expect(await shown(world)).toMatchObject([{ day: '2026-11-22', impressions: 2, views: 1 }])
    // Midnight in Paris: a new day, and every visitor is new.
    world.clock.set('2026-11-22T23:00:00.000Z')
    await visit('Mozilla one')
    await writeCounts(world.deps)
    await writeCounts(world.deps)
    expect(await shown(world)).toMatchObject([
      { day: '2026-11-22', impressions: 2 },
      { day: '2026-11-23', impressions: 1, views: 0 },
    ])
  })

  it('writes what it noted before it stops', async () => {
    const world = await begin()
    await list(world, ['dijon'])
    await fetch(`${world.url}/offers`, { headers: { 'user-agent': 'Mozilla one', accept: 'text/html' } })
    const before = await shown(world)
    const { db } = world.deps
    let after: unknown
    const destroy = db.destroy.bind(db)
    db.destroy = async () => {
      after = await shown(world)
      await destroy()
    }
    await stopApps()
    expect([before, after]).toMatchObject([[], [{ impressions: 1 }]])
  })

  it('sees totals by association and town, with small numbers hidden in every sum', async () => {
    const world = await begin()
    await list(world)
    await look(world, 'dijon', '2026-11-20', 3)
    await look(world, 'beaune', '2026-11-20', 40)
    await look(world, 'other', '2026-11-20', 7)
    const b = await world.signIn('farid')
    await b.get('/statistics')
    expect(b.text).toContain(`${CONTEURS.name} au moins 40 moins de 5 chacun`)
    expect(b.text).toContain('Le Pain 7 moins de 5')
    expect(b.text).toContain('En tout au moins 47')
    expect(b.text).toContain('Dijon (Côte-d’Or) au moins 7')
    expect(b.text).toContain('Beaune (Côte-d’Or) 40')
    expect(lines((await b.get('/statistics.csv')).html).slice(1)).toEqual([
      'Le Pain;Dijon;Côte-d’Or;7;moins de 5;moins de 5;moins de 5;moins de 5;moins de 5;',
      `${CONTEURS.name};Beaune;Côte-d’Or;40;moins de 5;moins de 5;moins de 5;moins de 5;moins de 5;`,
      `${CONTEURS.name};Dijon;Côte-d’Or;moins de 5;moins de 5;moins de 5;moins de 5;moins de 5;moins de 5;`,
    ])
    await b.get('/statistics')
    await b.press('English')
    expect((await b.get('/statistics')).text).toContain('Le Pain 7 < 5')
  })

  it('shows the same whatever the small numbers are, in every table, period and file', async () => {
    const all = async (hidden: number[]) => {
      const world = await begin()
      await list(world)
      for (const [day, [a, b]] of [
        ['2026-11-20', hidden],
        ['2026-03-03', hidden.toReversed()],
      ] as const) {
        await look(world, 'dijon', day, a!)
        await look(world, 'other', day, b!)
        await look(world, 'beaune', day, 21)
      }
      const b = await world.signIn('farid')
      const pages = []
      for (const path of ['/statistics', '/statistics?period=year', '/statistics.csv', '/statistics.csv?period=year'])
        pages.push((await b.get(path)).document.querySelector('main')?.textContent ?? b.html)
      return pages
    }
    const one = await all([1, 2, 3])
    expect(one[1]).toContain('au moins 42')
    expect(await all([4, 4, 4])).toEqual(one)
    expect(await all([1, 1, 4])).toEqual(one)
  })

  it('adds the months of a year and the days after them into the same two cells: the last thirty days, and before', async () => {
    const world = await begin()
    await list(world, ['dijon'])
    const b = await world.signIn('farid')
    const year = async () => /En tout ((?:au moins )?\d+)/.exec((await b.get('/statistics?period=year')).text)?.[1]
    await look(world, 'dijon', '2026-10-24', 40)
    await look(world, 'dijon', '2025-12-31', 99)
    expect(await year()).toBe('40')
    await look(world, 'dijon', '2026-03-03', 2)
    await look(world, 'dijon', '2026-10-23', 2)
    expect(await year()).toBe('au moins 40')
    await look(world, 'dijon', '2026-10-01', 1)
    expect(await year()).toBe('45')
  })

  it('keeps the totals of an offer that has gone, in its town', async () => {
    const world = await begin()
    await list(world, ['dijon'])
    await look(world, 'dijon', '2026-11-20', 30)
    await transact(world.deps, (tx) => removeListing(tx, world.deps, offers.dijon.uri))
    const b = await world.signIn('farid')
    expect((await b.get('/statistics')).text).toContain('Dijon (Côte-d’Or) 30')
  })

  it('adds what the association itself reports of those it was sent, and nobody else', async () => {
    const world = await begin()
    await list(world)
    await look(world, 'dijon', '2026-11-20', 30)
    const nothing = { impressions: 0, views: 0, apply_starts: 0, accepted: 0 }
    for (const [reporter, applications] of [
      [CONTEURS.uri, 6],
      ['https://pain.example/actor', 90],
    ] as const)
      await replaceReport(world.deps.db, {
        reporter,
        document: `${reporter}#1`,
        at: world.clock.iso(),
        lines: [{ offer: offers.dijon.uri, day: '2026-11-20', ...nothing, applications }],
      })
    const b = await world.signIn('farid')
    expect((await b.get('/statistics')).text).toContain(`${CONTEURS.name} 30 moins de 5 moins de 5 6 moins de 5`)
  })

  it('leaves no event for a day without a partner to send to', async () => {
    const world = await begin()
    await list(world, ['dijon'])
    await look(world, 'dijon', '2026-11-20', 30)
    await shareEndedDays(world.deps)
    const events = await world.deps.db.selectFrom('events').select('type').execute()
    expect(events.filter(({ type }) => type.startsWith('statistics.'))).toEqual([])
  })
})
