// SPDX-License-Identifier: AGPL-3.0-or-later
import { afterEach, describe, expect, it } from '@jest/globals'
import { insertApplication } from '../../db/queries/applications.ts'
import { DAY, HOUR, MINUTE } from '../../server/base/clock.ts'
import { createDraft } from '../../server/offers/commands/write.ts'
import { emptyContent } from '../../server/model/offer/fields.ts'
import { forgetOldOpenings } from '../../server/operator/retention.ts'
import { viewerOf } from '../../server/model/viewer.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'

afterEach(stopApps)

const looks = async ({ deps }: World) =>
  (await deps.db.selectFrom('events').selectAll().where('type', 'like', 'record.%').orderBy('seq').execute()).map(
    (row) => [row.actor_id, row.subject_id, JSON.parse(row.details)],
  )
const rows = (b: Browser) =>
  [...b.document.querySelectorAll('tbody tr')].map((row) => [...row.children].map((cell) => cell.textContent!.trim()))

describe('opening the record of somebody else', () => {
  it('leaves one line an hour for each who looks, and none for one’s own', async () => {
    const world = await startApp()
    const [bastien, amina] = [await world.signIn('bastien'), await world.signIn('amina')]
    const chloe = world.id('chloe')
    await bastien.get(`/work/people/${chloe}`)
    await bastien.get(`/work/people/${chloe}`)
    await amina.get(`/work/people/${chloe}`)
    await bastien.get(`/work/people/${world.id('bastien')}`)
    await bastien.get('/work/people/nobody')
    const [byBastien, byAmina] = [world.id('bastien'), world.id('amina')].map((id) => [id, chloe, { what: 'person' }])
    expect(await looks(world)).toEqual([byBastien, byAmina])
    world.clock.advance(HOUR - MINUTE)
    await bastien.get(`/work/people/${chloe}`)
    expect(await looks(world)).toHaveLength(2)
    world.clock.advance(2 * MINUTE)
    await bastien.get(`/work/people/${chloe}`)
    expect(await looks(world)).toEqual([byBastien, byAmina, byBastien])
  })

  it('counts for hours and for applications, also those of somebody who is nobody here yet', async () => {
    const world = await startApp()
    const chloe = await world.signIn('chloe')
    await chloe.get('/my/hours')
    await chloe.choose('Sur le terrain').choose('Hier').fill('Combien de temps ?', '1 h').press('Noter ces heures')
    const { id: entry } = await world.deps.db.selectFrom('hours_entries').select('id').executeTakeFirstOrThrow()
    const application = await apply(world)
    const b = await world.signIn('bastien')
    await b.get(`/work/hours/${entry}`)
    await b.get(`/work/applications/${application}`)
    await b.get(`/work/hours?person=${world.id('chloe')}`)
    await (await world.signIn('elise')).get(`/work/hours?person=${world.id('chloe')}`)
    expect(await looks(world)).toEqual([
      [world.id('bastien'), world.id('chloe'), { what: 'hours', id: entry }],
      [world.id('bastien'), application, { what: 'application', id: application }],
      [world.id('elise'), world.id('chloe'), { what: 'hours' }],
    ])
  })

  it('can be seen by the person, who sees nothing of the others', async () => {
    const world = await startApp()
    const b = await world.signIn('bastien')
    const application = await apply(world)
    await b.get(`/work/people/${world.id('chloe')}`)
    await b.get(`/work/people/${world.id('david')}`)
    await b.get(`/work/applications/${application}`)
    const chloe = await world.signIn('chloe')
    await chloe.get('/my/profile')
    await chloe.follow('Voir qui a consulté ma fiche')
    expect(chloe.heading).toBe('Qui a consulté ma fiche')
    expect(rows(chloe)).toEqual([['22 novembre 2026 à 10:00', 'Bastien Moreau', 'Fiche ouverte']])
    // The applicant was accepted and is Chloé: she may see who opened the record before.
    await world.deps.db
      .updateTable('applications')
      .set({ person_id: world.id('chloe') })
      .execute()
    await chloe.get('/my/openings')
    expect(rows(chloe).map((row) => row[2])).toEqual(['Candidature ouverte', 'Fiche ouverte'])
    await chloe.get('/my/openings.csv')
    expect(chloe.html).toContain('2026-11-22 10:00:00;Bastien Moreau;Candidature ouverte')
    const elise = await world.signIn('elise')
    await elise.get('/my/openings')
    expect(elise.text).toContain('Personne n’a ouvert votre fiche')
  })

  it('is forgotten after twelve months, while roles given are remembered', async () => {
    const world = await startApp()
    const b = await world.signIn('amina')
    await b.get(`/work/people/${world.id('chloe')}`)
    await b.choose('Tient les comptes').press('Enregistrer')
    world.clock.advance(364 * DAY)
    await forgetOldOpenings(world.deps)
    expect(await looks(world)).toHaveLength(1)
    world.clock.advance(2 * DAY)
    await forgetOldOpenings(world.deps)
    expect(await looks(world)).toEqual([])
    const kept = await world.deps.db.selectFrom('events').select('type').where('type', 'like', 'person.%').execute()
    expect(kept).toEqual([{ type: 'person.roles_changed' }])
  })
})

describe('the access log', () => {
  it('shows openings, downloads and accesses, by person and kind, and exports what it shows', async () => {
    const world = await startApp()
    const [bastien, amina] = [await world.signIn('bastien'), await world.signIn('amina')]
    await bastien.get(`/work/people/${world.id('chloe')}`)
    await bastien.get('/work/people.csv')
    await bastien.get('/work/applications.csv')
    await bastien.get('/work/hours.csv')
    await bastien.get('/work/hours/statement.csv')
    await amina.get(`/work/people/${world.id('david')}`)
    await amina.follow('Qui a consulté cette fiche')
    expect(amina.text).toContain('Lignes de David Roy')
    expect(rows(amina)).toEqual([['22 novembre 2026 à 10:00', 'Amina Benali', 'Fiche ouverte', 'David Roy']])
    await amina.fill('Personne', 'bastien').fill('Lignes', 'Listes téléchargées').press('Afficher')
    expect(rows(amina).map((row) => row[2])).toEqual([
      'Heures téléchargées',
      'Heures téléchargées',
      'Liste des candidatures téléchargée',
      'Liste des bénévoles téléchargée',
    ])
    await amina.fill('Personne', '1003').fill('Lignes', 'Tout').press('Afficher')
    expect(rows(amina)).toEqual([['22 novembre 2026 à 10:00', 'Bastien Moreau', 'Fiche ouverte', 'Chloé Tremblay']])
    await amina.follow('Télécharger cette liste (tableur)')
    expect(amina.html.split('\r\n')[1]).toBe('2026-11-22 10:00:00;Bastien Moreau;Fiche ouverte;Chloé Tremblay')
    await amina.get('/operator/trail?kind=exports')
    expect(rows(amina)[0]).toEqual(['22 novembre 2026 à 10:00', 'Amina Benali', 'Ce journal téléchargé', ''])
    await amina.fill('Personne', 'inconnue').press('Afficher')
    expect(amina.text).toContain('Personne ici ne porte ce nom')
    expect(amina.text).toContain('Recherche: inconnue')
    await amina.get(amina.url.replace('trail?', 'trail.csv?'))
    expect(amina.html.trim().split('\r\n')).toHaveLength(1)
    await amina.get('/operator/trail?search=0123456789ab')
    expect(amina.text).toContain('Cette recherche n’est plus gardée.')
    await amina.get('/operator/trail.csv?kind=exports&search=0123456789ab')
    expect(amina.url).toBe('/operator/trail?kind=exports&search=0123456789ab')
    await amina.fill('Personne', 'x'.repeat(300)).press('Afficher')
    expect([amina.status, amina.value('Lignes')]).toEqual([422, 'exports'])
    expect((await amina.get('/operator/trail?page=99&kind=x&person=x')).status).toBe(200)
    expect((await bastien.get('/operator/trail')).status).toBe(403)
    expect((await bastien.get('/operator/trail.csv')).status).toBe(403)
    expect((await bastien.post('/operator/trail', { q: 'chloé' })).status).toBe(403)
  })

  it('is paged, and the last page is the last', async () => {
    const world = await startApp()
    const event = { actor_id: world.id('bastien'), subject_id: world.id('chloe'), details: '{"what":"person"}' }
    const many = Array.from({ length: 45 }, () => ({ ...event, at: world.clock.iso(), type: 'record.opened' }))
    await world.deps.db.insertInto('events').values(many).execute()
    const amina = await world.signIn('amina')
    await amina.get('/operator/trail?kind=openings')
    expect(rows(amina)).toHaveLength(20)
    await amina.follow('La suite')
    await amina.follow('La suite')
    expect(rows(amina)).toHaveLength(5)
    expect(amina.hasLink('La suite')).toBe(false)
    const chloe = await world.signIn('chloe')
    await chloe.get('/my/openings?page=7')
    expect(rows(chloe)).toHaveLength(20)
  })
})

async function apply(world: World): Promise<string> {
  const bastien = viewerOf(world.id('bastien'), 'Bastien Moreau', ['coordinator'])
  const content = { ...emptyContent(), title: { fr: 'Trier les dons' } }
  const asked = { firstDay: null, lastDay: null }
  const input = { content, contactId: bastien.personId, visibility: 'public' as const, asked }
  const offer = await createDraft(world.deps, bastien, input)
  const at = world.clock.iso()
  const id = world.deps.newId()
  await insertApplication(world.deps.db, {
    id,
    offer_id: offer,
    state: 'submitted',
    given_name: 'Inès',
    family_name: 'Inventée',
    email: 'ines@example.org',
    email_key: 'ines@example.org',
    locale: 'fr',
    message: '',
    ticks: [],
    created_at: at,
    confirmed_at: at,
    updated_at: at,
  })
  return id
}
