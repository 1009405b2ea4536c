// SPDX-License-Identifier: AGPL-3.0-or-later
// How soon people are answered, and the year as funders read it: from what really happened.
import { afterEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { addCounted, addShown, replaceReport, type ReportedCount } from '../../db/queries/counts.ts'
import { noteAttendance } from '../../server/applications/commands/attend.ts'
import { noteApplication } from '../../server/applications/commands/note.ts'
import { ANSWERED, answeredAfter, usualAnswer } from '../../server/model/counts.ts'
import { DAY } from '../../server/base/clock.ts'
import { yearDocument } from '../../server/statistics/pages/year-document.ts'
import { yearsOf } from '../../server/statistics/pages/year.ts'
import { canTypeset } from '../../server/web/typst.ts'
import { aboutAnswers, aboutSum, NOTHING } from '../../server/statistics/year.ts'
import { createI18n } from '../../server/text/i18n.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { bastienOf } from '../support/answering.ts'
import type { Browser } from '../support/browser.ts'
import { publishOffer } from '../support/offer-form.ts'
import { fr as textOf } from '../support/texts.ts'

afterEach(stopApps)

/** As `browser.text` has it. */
const fr = (...asked: Parameters<typeof textOf>) => textOf(...asked).replaceAll(/ (?=[:;])/g, '')

const lines = (csv: string) => csv.replace('\ufeff', '').replaceAll('\u00a0', ' ').trim().split('\r\n')
/** The cells of the row that begins with a name, in the table with that caption. */
function row(b: Browser, caption: string, name: string): string[] | undefined {
  const table = [...b.document.querySelectorAll('table')].find((one) =>
    one.querySelector('caption')!.textContent!.includes(caption),
  )!
  const rows = [...table.querySelectorAll('tbody tr, tfoot tr')]
  const found = rows.find((one) => one.querySelector('th')!.textContent!.includes(name))
  return found && [...found.querySelectorAll('td')].map((cell) => cell.textContent!.trim())
}

describe('the time until the first answer', () => {
  it('is that of the answer in the middle', () => {
    expect([1, DAY, DAY + 1, 3 * DAY, 7 * DAY, 7.5 * DAY, 14 * DAY, 99 * DAY].map(answeredAfter)).toEqual([
      'answered_1',
      'answered_1',
      'answered_3',
      'answered_3',
      'answered_7',
      'answered_14',
      'answered_14',
      'answered_later',
    ])
    expect(usualAnswer({})).toBeUndefined()
    expect(usualAnswer({ answered_1: 1, answered_later: 1 })).toBe('answered_1')
    expect(usualAnswer({ answered_1: 2, answered_3: 1, answered_7: 3 })).toBe('answered_3')
    expect(usualAnswer({ answered_1: 2, answered_7: 3 })).toBe('answered_7')
  })

  async function apply(world: World, offer: string, name: string): Promise<string> {
    const email = `${name.toLowerCase()}@example.net`
    await world
      .browser()
      .post(`/offers/${offer}/apply`, { given_name: name, family_name: 'Paquette', email, age: 'on' })
    await world.browser().post(`${(await world.linkFor(email)).replace(/[?#].*/, '')}/confirmation`, {})
    const found = await world.deps.db
      .selectFrom('applications')
      .select('id')
      .where('email', '=', email)
      .executeTakeFirst()
    return found!.id
  }

  const counted = async (world: World) => {
    const { rows } = await sql<Record<string, number>>`select ${sql.join(
      ANSWERED.map((name) => sql`sum(${sql.ref(name)}) as ${sql.ref(name)}`),
    )} from offer_counts`.execute(world.deps.db)
    return rows[0]
  }

  it('is counted once for each person, by the team’s first answer', async () => {
    const world = await startApp()
    const b = await world.signIn('bastien')
    const offer = await publishOffer(b)
    const ids: string[] = []
    for (const name of ['Ada', 'Bo', 'Cy', 'Di', 'Eli']) ids.push(await apply(world, offer, name))
    world.clock.advance(2 * DAY)
    const fresh = await world.signIn('bastien')
    await fresh.post(`/work/applications/${ids[0]}/acceptance`, { word: '' })
    await fresh.post(`/work/applications/${ids[1]}/refusal`, { reason: 'no_fit', answer: 'Merci.' })
    // Giving somebody back later, or taking charge, is no first answer.
    await fresh.post(`/work/applications/${ids[2]}/review`, {})
    expect(await counted(world)).toMatchObject({ answered_1: 0, answered_3: 2, answered_7: 0 })
    world.clock.advance(4 * DAY)
    const later = await world.signIn('bastien')
    await later.post(`/work/applications/${ids[2]}/acceptance`, { word: '' })
    await later.post(`/work/applications/${ids[0]}/refusal`, { reason: 'no_fit', answer: 'Finalement non.' })
    expect(await counted(world)).toMatchObject({ answered_1: 0, answered_3: 2, answered_7: 1, answered_14: 0 })
    // Noted by the team while the person was there.
    const noted = { offer, given_name: 'Fay', family_name: 'Roy', phone: '03 80 12 34 56', accept: 'on', locale: 'fr' }
    await later.post('/work/applications/new', noted)
    expect(
      await world.deps.db.selectFrom('applications').select('id').where('given_name', '=', 'Fay').execute(),
    ).toHaveLength(1)
    expect(await counted(world)).toMatchObject({ answered_1: 0, answered_3: 2, answered_7: 1 })
    await later.get('/work/statistics')
    expect(row(later, 'Par où', 'Notre site')!.at(-1)).toBe('en 3 jours')
    expect(lines((await later.get('/work/statistics.csv')).html)[1]).toMatch(/;en 3 jours$/)
    await later.get('/work/statistics/year')
    expect(later.text).toContain('Réponse, d’habitude en 3 jours')
  })
})

describe('the year of an association', () => {
  async function withFigures(): Promise<{ world: World; id: string }> {
    const world = await startApp()
    const id = await publishOffer(await world.signIn('bastien'), 'Servir la soupe')
    const home = `${world.deps.config.publicUrl}/offers/${id}`
    await addShown(world.deps.db, [{ day: '2026-03-02', offer: home, impressions: 90, views: 0 }])
    await addCounted(world.deps.db, [
      { day: '2026-03-02', offerId: id, channel: 'own', views: 40, applications: 4, accepted: 3, answered_7: 4 },
      { day: '2026-03-02', offerId: 'gone', channel: 'own', views: 5, applications: 1 },
      { day: '2026-11-02', offerId: id, channel: 'own', views: 10, applications: 2, accepted: 1, answered_1: 1 },
      { day: '2025-11-02', offerId: id, channel: 'own', views: 1000, applications: 500 },
    ])
    await world.deps.db.updateTable('association').set({ created_at: '2025-01-01T00:00:00.000Z' }).execute()
    return { world, id }
  }

  it('is a page with charts and their tables, a file, and a way to paper', async () => {
    const { world, id } = await withFigures()
    const b = await world.signIn('bastien')
    await b.get('/work/statistics')
    await b.follow(fr('statistics.yearly.link'))
    expect(b.heading).toBe('L’année 2026 en chiffres')
    expect(b.text).toContain(fr('statistics.yearly.print'))
    expect(b.text).toMatch(/Visites 55 Candidatures 7 Acceptées 4 Personnes venues 0 Réponse, d’habitude en 1 semaine/)
    const charts = [...b.document.querySelectorAll('.chart svg')]
    expect(charts).toHaveLength(2)
    expect(charts[0]!.querySelector('title')!.textContent).toBe(
      'Candidatures : le plus en mars 2026, 5.'.replace(' :', '\u00a0:'),
    )
    expect(charts[0]!.querySelectorAll('rect')).toHaveLength(2)
    expect(row(b, 'Mois par mois', 'mars')).toEqual(['90', '45', '0', '5', '3', '0', '0\u00a0h', 'en 1 semaine'])
    expect(row(b, 'Mois par mois', 'février')).toEqual(['0', '0', '0', '0', '0', '0', '0\u00a0h', '—'])
    expect(row(b, 'Mois par mois', 'En tout')!.slice(0, 5)).toEqual(['90', '55', '0', '7', '4'])
    expect(row(b, 'Par cause', 'Sécurité alimentaire')!.slice(0, 5)).toEqual(['90', '50', '0', '6', '4'])
    expect(row(b, 'Par commune', 'Dijon (Côte-d’Or)')!.slice(0, 5)).toEqual(['90', '50', '0', '6', '4'])
    expect(row(b, 'Annonce par annonce', 'Servir la soupe')!.slice(0, 5)).toEqual(['90', '50', '0', '6', '4'])
    expect(row(b, 'Annonce par annonce', 'Annonce effacée')!.slice(0, 5)).toEqual(['0', '5', '0', '1', '0'])
    const csv = lines((await b.get('/work/statistics/year.csv?year=2026')).html)
    expect(csv).toHaveLength(3)
    expect(csv).toContain('Servir la soupe;Sécurité alimentaire;Dijon;Côte-d’Or;90;50;0;6;4;0;0,00;en 1 semaine')
    expect(csv.find((line) => line.startsWith(fr('statistics.erased')))).toMatch(/;0;5;0;1;0;0;0,00;$/)
    await b.get('/work/statistics/year')
    await b.follow('2025')
    expect(b.text).toContain('Visites 1 000')
    expect(row(b, 'Annonce par annonce', 'Servir la soupe')![3]).toBe('500')
    expect((await b.get(`/work/offers/${id}`)).status).toBe(200)
  })

  it('says how many people came, whoever they brought along counted, in the year in which it was noted', async () => {
    const world = await startApp()
    const b = await world.signIn('bastien')
    const id = await publishOffer(b, 'Servir la soupe')
    await addCounted(world.deps.db, [
      { day: '2026-11-22', offerId: id, channel: 'own', applications: 4 },
      { day: '2027-01-02', offerId: id, channel: 'own', views: 1 },
    ])
    await world.deps.db
      .updateTable('offers')
      .set({
        content: sql`json_set(content, '$.starts_on', '2026-12-28', '$.commitment', 'one_off', '$.group_ok', json('true'))`,
        capacity: 20,
      })
      .execute()
    const noted: string[] = []
    for (const [given, seats] of Object.entries({ Ada: 1, Bo: 4, Cy: 1, Di: 1 })) {
      const person = { given_name: given, family_name: 'Roy', email: '', phone: '02 61 91 33 07', message: '' }
      const more = { offer: id, seats, who: '', locale: 'fr', accept: true } as const
      noted.push(await noteApplication(world.deps, bastienOf(world), { ...person, ...more }))
    }
    const [ada, bo, cy, di] = noted as [string, string, string, string]
    // The last instant of the year in Paris, and the first one of the next.
    world.clock.set('2026-12-31T22:59:59.000Z')
    await noteAttendance(
      world.deps,
      bastienOf(world),
      id,
      new Map([
        [ada, 'came'],
        [bo, 'came'],
        [di, 'missed'],
      ]),
    )
    world.clock.set('2026-12-31T23:00:00.000Z')
    await noteAttendance(world.deps, bastienOf(world), id, new Map([[cy, 'came']]))
    const later = await world.signIn('bastien')
    await later.get('/work/statistics/year?year=2026')
    expect(later.text).toContain('Personnes venues 5')
    expect(row(later, 'Annonce par annonce', 'Servir la soupe')!.at(-3)).toBe('5')
    expect(row(later, 'Mois par mois', 'décembre')!.at(-3)).toBe('5')
    expect(lines((await later.get('/work/statistics/year.csv?year=2026')).html)[1]).toMatch(/;5;/)
    await later.get('/work/statistics/year?year=2027')
    expect(row(later, 'Annonce par annonce', 'Servir la soupe')!.at(-3)).toBe('1')
    await later.get(`/work/offers/${id}`)
    expect(row(later, fr('offers.show.counts'), 'Notre site')!.at(-3)).toBe('6')
  })

  it('is a tagged PDF too, with the tables of the page', async () => {
    const { world } = await withFigures()
    const b = await world.signIn('bastien')
    await b.get('/work/statistics/year')
    const link = [...b.document.querySelectorAll('a')].find((one) =>
      one.textContent!.includes(fr('statistics.yearly.pdf')),
    )!
    const path = link.getAttribute('href')!
    expect(path).toBe('/work/statistics/year.pdf?year=2026')
    const answer = await fetch(world.url + path, { headers: { cookie: b.cookie } })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/pdf'])
    const pdf = Buffer.from(await answer.arrayBuffer()).toString('latin1')
    expect(pdf).toContain('<pdfuaid:part>1</pdfuaid:part>')
    expect(pdf).toMatch(/\/MarkInfo\s*<<[^>]*\/Marked true/)
    expect(pdf).toMatch(/\/Lang ?\(fr/)
    for (const tag of ['H1', 'H2', 'Table', 'TH', 'TD', 'Figure', 'L'])
      expect([tag, new RegExp(`/S ?/${tag}\\b`).test(pdf)]).toEqual([tag, true])
    const volunteer = await world.signIn('chloe')
    expect((await volunteer.get(path)).status).toBe(403)
    expect((await b.get('/work/statistics/year.pdf?year=1999')).status).toBe(404)
  })

  it('the PDF has every row of every table, in its order, and each chart in words', () => {
    const table = { first: 'Mois', columns: ['Vues'], rows: [{ name: { text: 'mars' }, cells: ['45'] }] }
    const charts = [{ title: 'Visites', summary: 'Le plus en mars.', bars: [{ height: 127 }, { height: 0 }] }]
    const foot = { name: 'En tout', cells: ['45'] }
    const model = {
      figures: [{ value: '45', label: 'Visites' }],
      charts,
      tables: [
        { caption: 'Mois par mois', table: { ...table, foot } },
        { caption: 'Rien', table: { ...table, rows: [] } },
      ],
      notes: ['Comment.'],
    }
    const t = createI18n().for('fr-CA', 'America/Toronto')
    const document = yearDocument(t, { title: 'L’année', association: 'A', made: '2026-12-01' }, model)
    expect(document).toMatchObject({
      lang: 'fr',
      region: 'CA',
      made: [2026, 12, 1],
      isWide: false,
      tables: [
        { caption: 'Mois par mois', columns: ['Mois', 'Vues'], rows: [['mars', '45']], foot: ['En tout', '45'] },
      ],
      charts: [{ title: 'Visites', summary: 'Le plus en mars.' }],
    })
    expect(document.charts[0]!.svg.match(/<rect /g)).toHaveLength(2)
    // A table of eight columns is too wide for an upright page.
    const wide = { caption: 'Par cause', table: { ...table, columns: 'Aaaaaaa'.split('') } }
    const about = { title: 'L’année', association: 'A', made: '2026-12-01' }
    expect(yearDocument(t, about, { ...model, tables: [wide] }).isWide).toBe(true)
  })

  it('no PDF is offered where the typesetter is not installed', () => {
    const missing = () => {
      throw new Error('Cannot find module')
    }
    expect([canTypeset(), canTypeset(missing)]).toEqual([true, false])
    const years = { first: 2026, last: 2026, year: 2026 }
    expect(yearsOf('/year', years, false).pdf).toBe('')
  })

  it('says so when there is nothing, and knows no year before the site or to come', async () => {
    const world = await startApp()
    const b = await world.signIn('bastien')
    await b.get('/work/statistics/year')
    expect(b.text).toContain(fr('statistics.yearly.empty'))
    for (const year of ['2027', '1999', 'x', '-1'])
      expect((await b.get(`/work/statistics/year?year=${year}`)).status).toBe(404)
    expect((await b.get('/statistics/year')).status).toBe(403)
  })

  it('names the offers of which it shows no line, and the file has them', async () => {
    const world = await startApp()
    const many = Array.from({ length: 23 }, (_, at) => ({
      day: '2026-05-01',
      offerId: `o${at}`,
      channel: 'own',
      views: 1,
    }))
    await addCounted(world.deps.db, many)
    const b = await world.signIn('bastien')
    await b.get('/work/statistics/year')
    expect(b.text).toContain(fr('statistics.yearly.more', { count: 3 }))
    expect(lines((await b.get('/work/statistics/year.csv')).html)).toHaveLength(24)
  })
})

describe('the year at a centre', () => {
  const MEMBERS = { pain: 'https://pain.example/actor', conteurs: 'https://conteurs.example/actor' }

  async function withMembers(): Promise<World> {
    const world = await startApp({ kind: 'centre' })
    const { db } = world.deps
    for (const [name, uri] of Object.entries(MEMBERS)) {
      const one = { day: '2026-04-0', impressions: 100, views: 60, apply_starts: 9 }
      const report = (offer: string, applications: number, more: Partial<ReportedCount> = {}): ReportedCount => ({
        ...one,
        day: '2026-04-02',
        offer: new URL(offer, uri).href,
        applications,
        accepted: 3,
        ...more,
      })
      await db
        .insertInto('counted_offers')
        .values(
          ['a', 'b'].map((offer) => ({
            offer_uri: new URL(offer, uri).href,
            association_uri: uri,
            association_name: name,
            place_name: offer === 'a' ? 'Dijon' : 'Beaune',
            department: 'FR-D21',
            cause: offer === 'a' ? 'food' : 'seniors',
          })),
        )
        .execute()
      for (const month of ['04', '08'])
        await addShown(
          db,
          ['a', 'b'].map((offer) => ({
            day: `2026-${month}-01`,
            offer: new URL(offer, uri).href,
            impressions: 10,
            views: 3,
          })),
        )
      await replaceReport(db, {
        reporter: uri,
        document: `${uri}#1`,
        at: world.clock.iso(),
        lines: [report('a', 13, { completed: 6, answered_3: 6, answered_1: 2 }), report('b', 4, { answered_later: 4 })],
      })
    }
    return world
  }

  it('shows needs as they are and answers rounded, without small ones', async () => {
    const world = await withMembers()
    const b = await world.signIn('farid')
    await b.get('/statistics')
    await b.follow(fr('statistics.yearly.members_link'))
    expect(b.heading).toBe('Besoins et réponses en 2026')
    // Needs, visits, applications, accepted, came, usual answer; before them, for causes, what is online now.
    expect(row(b, 'Par cause', 'Sécurité alimentaire')).toEqual([
      '0',
      '2',
      'environ 130',
      'environ 25',
      'moins de 5',
      'environ 10',
      'en 3 jours',
    ])
    expect(row(b, 'Par cause', 'Personnes âgées')).toEqual([
      '0',
      '2',
      'environ 130',
      'moins de 5',
      'moins de 5',
      'moins de 5',
      '—',
    ])
    expect(row(b, 'Par commune', 'Dijon')!.slice(0, 3)).toEqual(['2', 'environ 130', 'environ 25'])
    // Each offer is a need once, in the month in which it was first there.
    expect(row(b, 'Par saison', 'avril')![0]).toBe('4')
    expect(row(b, 'Par saison', 'juillet')![0]).toBe('0')
    expect(row(b, 'Mois par mois', 'avril')![0]).toBe('4')
    expect(row(b, 'Par association', 'pain')!.slice(0, 3)).toEqual(['2', 'environ 130', 'environ 15'])
    const chart = b.document.querySelector('.chart svg')!
    expect(chart.querySelectorAll('rect')).toHaveLength(1)
    const csv = lines((await b.get('/statistics/year.csv')).html)
    expect(csv).toContain('Cause;Sécurité alimentaire;2;environ 130;environ 25;moins de 5;environ 10;en 3 jours')
    // Like the other files, it has an empty cell where nobody was answered yet.
    expect(csv).toContain('Cause;Personnes âgées;2;environ 130;moins de 5;moins de 5;moins de 5;')
  })

  it('keeps towns of one name apart, so that small numbers of each stay hidden', async () => {
    const world = await startApp({ kind: 'centre' })
    const { db } = world.deps
    const uri = MEMBERS.pain
    const towns = [
      { place_code: 'FR-93066', department: 'FR-D93' },
      { place_code: 'FR-97411', department: 'FR-D974' },
    ]
    const offers = towns.map((town, at) => ({ ...town, offer_uri: new URL(`o${at}`, uri).href }))
    const known = { association_uri: uri, association_name: 'pain', place_name: 'Saint-Denis', cause: 'food' }
    await db
      .insertInto('counted_offers')
      .values(offers.map((one) => ({ ...one, ...known })))
      .execute()
    const lines = offers.map(({ offer_uri: offer }) => ({
      day: '2026-04-02',
      offer,
      impressions: 9,
      views: 9,
      apply_starts: 4,
      applications: 4,
      accepted: 0,
      answered_1: 4,
    }))
    await addShown(
      db,
      lines.map(({ day, offer }) => ({ day, offer, impressions: 9, views: 9 })),
    )
    await replaceReport(db, { reporter: uri, document: `${uri}#1`, at: world.clock.iso(), lines })
    const b = await world.signIn('farid')
    await b.get('/statistics/year')
    for (const area of ['Seine-Saint-Denis', 'La Réunion'])
      expect(row(b, 'Par commune', `Saint-Denis (${area})`)).toEqual([
        '1',
        'environ 20',
        'moins de 5',
        'moins de 5',
        'moins de 5',
        '—',
      ])
    const csv = await b.get('/statistics/year.csv')
    expect(csv.html.match(/Commune;Saint-Denis \(/g)).toHaveLength(2)
  })

  it('is exact where every association agrees to exact sums, and nowhere else', () => {
    const cell = (applied: number, agreed: boolean) => ({ ...NOTHING, applied, answered_7: applied, agreed })
    expect(aboutSum([cell(13, true), cell(2, true)], 'applied')).toEqual({ is: 'exact', count: 15 })
    expect(aboutSum([cell(13, true), cell(2, false)], 'applied')).toEqual({ is: 'about', count: 15 })
    expect(aboutSum([cell(13, false), cell(4, false)], 'applied')).toEqual({ is: 'about', count: 15 })
    expect(aboutSum([cell(4, false), cell(4, false)], 'applied')).toEqual({ is: 'small' })
    // Not « about 0 », nor about five.
    for (const few of [2, 4]) expect(aboutSum([cell(few, true), cell(4, false)], 'applied')).toEqual({ is: 'small' })
    expect(aboutAnswers([cell(4, false), cell(5, false)])).toMatchObject({ answered_7: 5 })
  })

  it('is not for associations, and says so when there is nothing', async () => {
    const world = await startApp()
    expect((await (await world.signIn('amina')).get('/statistics/year')).status).toBe(404)
    const centre = await startApp({ kind: 'centre' })
    const b = await centre.signIn('farid')
    await b.get('/statistics/year')
    expect(b.text).toContain(fr('statistics.yearly.empty'))
    expect((await (await centre.signIn('amina')).get('/work/statistics/year')).status).toBe(404)
  })
})
