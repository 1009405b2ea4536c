// SPDX-License-Identifier: AGPL-3.0-or-later
// pages F28, F29, F36: the team's list of its offers, and what it says of centres and visits.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import Papa from 'papaparse'
import { offersList, SORTS } from '../../db/queries/offers.ts'
import { addCounted } from '../../db/queries/counts.ts'
import { limits } from '../../config/limits.ts'
import { readPage } from '../../server/web/rows.ts'
import { START, startApp, stopApps, type World } from '../support/app.ts'
import { publishOffer, writeOffer } from '../support/offer-form.ts'

const CENTRE = 'https://centre.example/actor'
let world: World
beforeEach(async () => {
  world = await startApp()
})
afterEach(stopApps)

async function centre(state: 'active' | 'requested' = 'active') {
  const values = { partner_uri: CENTRE, partner_is: 'centre', partner_name: 'Centre du bénévolat' } as const
  const row = { ...values, id: world.deps.newId(), partner_url: 'https://centre.example/', state, requested_at: START }
  await world.deps.db.insertInto('affiliations').values(row).execute()
}

/** Twenty-five copies of a draft, with ends and answers of a centre that make each sort another order. */
async function many() {
  await centre()
  const b = await world.signIn('bastien')
  const id = await writeOffer(b)
  for (let n = 0; n < 24; n++) await b.post(`/work/offers/${id}/copy`, { form_id: `copy-${n}` })
  const all = await world.deps.db.selectFrom('offers').select('id').orderBy('id').execute()
  const states = ['accepted', 'refused', 'sent', 'changes_requested'] as const
  for (const [n, { id: offer }] of all.entries()) {
    const day = String(1 + ((n * 7) % 25)).padStart(2, '0')
    const window = {
      publish_from: START,
      publish_until: n % 5 === 0 ? null : `2026-1${n % 2 ? 1 : 2}-${day}T10:00:00Z`,
    }
    await world.deps.db
      .updateTable('offers')
      .set({ state: 'published', ...window })
      .where('id', '=', offer)
      .execute()
    const answer = { offer_id: offer, centre_uri: CENTRE, state: states[n % 4]!, revision: 1, submitted_at: START }
    if (n % 6 !== 0) await world.deps.db.insertInto('submissions').values(answer).execute()
  }
  return b
}

describe('pages F36: in each order', () => {
  it.each(SORTS)('%s, pages go forth and back by key over every offer, once', async (sort) => {
    await many()
    const list = offersList(world.deps.db, { filter: 'all', sort }, { now: world.clock.iso(), home: '' })
    const first = await readPage(list, {}, 7)
    const found = [...first.rows]
    let page = first
    while (page.next) {
      page = await readPage(list, page.next, 7)
      found.push(...page.rows)
    }
    expect(found).toHaveLength(25)
    expect(new Set(found.map(({ id }) => id)).size).toBe(25)
    const back = await readPage(list, page.previous!, 7)
    expect(back.rows.map(({ id }) => id)).toEqual(found.slice(14, 21).map(({ id }) => id))
    const now = world.clock.iso()
    const rank = (offer: (typeof found)[number]): string => {
      const until = offer.publish_until
      if (sort === 'end') return until === null ? '2' : until > now ? `0${until}` : `1`
      const order = ['refused', 'changes_requested', 'removed', 'sent', 'accepted']
      if (sort === 'centre') return String(offer.centres[0] ? order.indexOf(offer.centres[0].state) : 9)
      return ''
    }
    expect(found.map(rank)).toEqual(found.map(rank).toSorted())
  })
})

it('pages F36: is searched by title and by town, whatever the accents, in list and file alike', async () => {
  const b = await world.signIn('bastien')
  await writeOffer(b)
  for (const title of ['Réparer des vélos', 'Trier le cœur de bœuf']) {
    await b.get('/work/offers/new')
    await b.fill('Titre', title).press('Enregistrer et me relire')
  }
  const titles = () => [...b.document.querySelectorAll('tbody th')].map((one) => one.textContent.trim())
  for (const [q, found] of [
    ['velo', ['Réparer des vélos']],
    ['COEUR boeuf', ['Trier le cœur de bœuf']],
    ['dijon', ['Servir la soupe du soir']],
    ['!!!', []],
    ['tracteur', []],
  ] as const) {
    await b.get('/work/offers')
    await b.fill('Titre ou commune', q).press('Chercher')
    expect([q, titles()]).toEqual([q, found])
    expect(b.url).not.toContain(q)
    if (found.length === 0) expect(b.text).toContain('Aucune annonce ici.')
    else {
      await b.follow('Télécharger cette liste')
      expect(Papa.parse(b.html.trim(), { delimiter: ';' }).data).toHaveLength(found.length + 1)
    }
  }
})

it('pages F36: search, order and state stay together through pages, filters and the file', async () => {
  const b = await many()
  await b.get('/work/offers')
  await b.fill('Titre ou commune', 'soupe').fill('Ordre', 'Réponse du centre').press('Chercher')
  expect(b.document.querySelectorAll('tbody tr')).toHaveLength(limits.pageLength)
  expect(b.document.querySelector('tbody tr')!.textContent).toContain('refusée')
  await b.follow('La suite')
  expect([b.value('Titre ou commune'), b.document.querySelectorAll('tbody tr').length]).toEqual(['soupe', 5])
  await b.follow('En ligne')
  expect(b.value('Titre ou commune')).toBe('soupe')
  await b.follow('Télécharger cette liste')
  const { data } = Papa.parse<string[]>(b.html.trim().replace(/^\ufeff/, ''), { delimiter: ';' })
  expect(data[0]).toEqual(expect.arrayContaining(['Où', 'Quand', 'Réponse des centres', 'Adresse']))
  const live = await world.deps.db.selectFrom('offers').select('id').where('publish_until', '>', START).execute()
  expect(data).toHaveLength(live.length + 1)
})

it('pages F36: a value of the address that is not known is the usual list', async () => {
  const b = await many()
  await b.get('/work/offers?sort=nonsense&state=nonsense&search=unknown')
  expect(b.status).toBe(200)
  expect(b.document.querySelectorAll('tbody tr')).toHaveLength(limits.pageLength)
})

it('pages F29: an offer has one number of visits, under one word, in the list, on its page and in the figures', async () => {
  await centre()
  const b = await world.signIn('bastien')
  const id = await publishOffer(b)
  const { db, config } = world.deps
  const own = { day: '2026-11-21', offerId: id, channel: 'own', apply_starts: 0, applications: 0, accepted: 0 }
  await addCounted(db, [{ ...own, views: 98 }])
  await db
    .insertInto('month_counts')
    .values({
      kind: 'reported',
      offer: `${config.publicUrl}/offers/${id}`,
      teller: CENTRE,
      month: '2026-11',
      days: 1,
      views: 128,
    })
    .execute()
  await b.get('/work/offers')
  expect(b.document.querySelector('td[data-label=Visites]')!.textContent).toBe('226')
  for (const path of [`/work/offers/${id}`, '/work/statistics?period=year']) {
    await b.get(path)
    expect(b.document.querySelector('tfoot td[data-label=Visites]')!.textContent).toBe('226')
  }
  expect(b.text).toContain('quelqu’un a ouvert sa page')
})

it('pages F6: a refusal is no question; each offer says what the centre answered, and the list can be of these only', async () => {
  await centre()
  const b = await world.signIn('bastien')
  const answers = ['refused', 'changes_requested'] as const
  for (const [n, state] of answers.entries()) {
    const id = await publishOffer(b, `Annonce ${n}`)
    const sent = { offer_id: id, centre_uri: CENTRE, state, revision: 1, submitted_at: START }
    await world.deps.db.deleteFrom('submissions').where('offer_id', '=', id).execute()
    await world.deps.db.insertInto('submissions').values(sent).execute()
  }
  await b.get('/work')
  expect(b.text).toContain('1 annonce a une question d’un centre')
  await b.follow('1 annonce refusée par un centre')
  const rows = [...b.document.querySelectorAll('tbody tr')].map((row) => row.textContent!.replaceAll(/\s+/g, ' '))
  expect(rows.find((row) => row.includes('Annonce 0'))).toMatch(/En ligne.*Centre du bénévolat.*refusée/)
  expect(rows.find((row) => row.includes('Annonce 1'))).toMatch(/En ligne.*Centre du bénévolat.*question/)
})

it('pages F28: while a request waits, the offer says to whom it went and when, and proposes nothing', async () => {
  await centre('requested')
  const b = await world.signIn('amina')
  await publishOffer(b)
  expect(b.text).toContain('Demande envoyée au Centre du bénévolat le 22 nov')
  expect(b.hasLink('Rejoindre un centre')).toBe(false)
})
