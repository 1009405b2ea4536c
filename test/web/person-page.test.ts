// SPDX-License-Identifier: AGPL-3.0-or-later
// pages F14: one page per person.
import { afterEach, expect, it } from '@jest/globals'
import { startApp, stopApps, type World } from '../support/app.ts'
import * as many from '../support/many-rows.ts'

afterEach(stopApps)

async function withPast(world: World) {
  const { db } = world.deps
  await many.addOffers(db, 3)
  await many.addApplications(db, 2)
  const id = world.id('chloe')
  await many.run(db, `UPDATE applications SET person_id = '${id}', state = 'accepted' WHERE offer_id = 'o2'`)
  await many.run(db, `UPDATE people SET phone = '03 80 00 00 01', last_seen_on = '2026-11-20' WHERE id = '${id}'`)
  const chloe = await world.signIn('chloe')
  const category = await db.selectFrom('hours_categories').select('id').executeTakeFirstOrThrow()
  for (const [day, duration] of [
    ['2026-11-20', '2h'],
    ['2026-11-21', '1h30'],
  ] as const)
    await chloe.post('/my/hours', { category: category.id, day_choice: 'other', day, duration })
  const b = await world.signIn('bastien')
  const [first] = await db.selectFrom('hours_entries').select('id').orderBy('id').execute()
  await b.post('/work/hours/approval', { entries: first!.id })
  return { b, id, path: `/work/people/${id}` }
}

it('pages F14: has places, hours of this year with a link to them, and the last contact', async () => {
  const world = await startApp()
  const { b, path } = await withPast(world)
  await b.get(path)
  expect(b.text).toContain('Annonce 2')
  expect(b.document.querySelector('main a[href="/work/offers/o2"]')).not.toBeNull()
  expect(b.text).toContain('Ses heures en 2026 2 h validées')
  expect(b.text).toContain('1 h 30 à valider')
  expect(b.text).toContain('Dernière visite le 22 novembre 2026')
  await b.follow('Voir ses heures validées')
  expect(b.text).toContain('Chloé Tremblay')
  await b.get(`/work/people/${world.id('david')}`)
  expect(b.text).toContain('Aucune candidature pour le moment.')
  expect(b.text).toContain('Rien de noté cette année.')
})

it('pages F14: the offers whose contact the person is, newest first, page by page, and no others', async () => {
  const world = await startApp()
  const { db } = world.deps
  await many.addOffers(db, 14)
  const id = world.id('chloe')
  await many.run(db, `UPDATE offers SET contact_id = '${id}', updated_at = '2026-11-01' || id WHERE id <> 'o3'`)
  await many.run(db, `UPDATE offers SET state = 'archived' WHERE id = 'o4'`)
  await many.run(db, `UPDATE offers SET state = 'published', publish_until = '2026-11-02' WHERE id = 'o9'`)
  const b = await world.signIn('bastien')
  const shown = () =>
    [...b.document.querySelectorAll('section[aria-labelledby="contact-of"] li a')].map((a) =>
      a.getAttribute('href')!.slice(13),
    )
  await b.get(`/work/people/${id}`)
  expect(b.text).toContain('Contact de ces annonces')
  expect(shown()).toHaveLength(10)
  expect(shown()[0]).toBe('o9')
  expect(b.text).toContain('Date passée')
  const first = shown()
  await b.follow('La suite')
  const all = [...first, ...shown()]
  expect(new Set(all).size).toBe(12)
  expect([all.includes('o3'), all.includes('o4')]).toEqual([false, false])
  await b.get(`/work/people/${world.id('david')}`)
  expect(b.text).not.toContain('Contact de ces annonces')
})

it('pages F14: the telephone of somebody with an account is corrected by staff, and a wrong one stays in its field', async () => {
  const world = await startApp()
  const { b, id, path } = await withPast(world)
  await b.get(path)
  await b.fill('Téléphone', '12').press('Enregistrer le numéro')
  expect([b.status, b.value('Téléphone')]).toEqual([422, '12'])
  expect(Object.keys(b.errors())).toEqual([expect.stringContaining('Téléphone')])
  await b.fill('Téléphone', '06 12 34 56 78').press('Enregistrer le numéro')
  expect([b.status, b.value('Téléphone')]).toEqual([200, '06 12 34 56 78'])
  expect((await world.deps.db.selectFrom('people').select('phone').where('id', '=', id).execute())[0]!.phone).toBe(
    '06 12 34 56 78',
  )
  // Of the team only by whoever manages the site.
  await b.post(`/work/people/${world.id('amina')}/phone`, { phone: '06 12 34 56 78' })
  expect(b.status).toBe(409)
})

it('pages F14: a note of the team: two who write are told apart, the person reads it, and it goes with them', async () => {
  const world = await startApp()
  const { b, id, path } = await withPast(world)
  const amina = await world.signIn('amina')
  await b.get(path)
  await amina.get(path)
  await b.fill('À savoir sur cette personne', 'Vient à vélo.').press('Garder cette note')
  expect(b.value('À savoir sur cette personne')).toBe('Vient à vélo.')
  await amina.fill('À savoir sur cette personne', 'Préfère le matin.').press('Garder cette note')
  expect(amina.status).toBe(422)
  expect(amina.text).toContain('« Vient à vélo. »')
  expect(amina.value('À savoir sur cette personne')).toBe('Préfère le matin.')
  await amina.press('Garder cette note')
  expect(amina.status).toBe(200)
  const chloe = await world.signIn('chloe')
  for (const page of ['/my/data', '/my/data.json', '/my/data.csv'])
    expect((await chloe.get(page)).html).toContain('Préfère le matin.')
  await amina.get(`/work/people/${id}/erasure`)
  await amina.press('Tout effacer')
  expect(JSON.stringify(await world.deps.db.selectFrom('people').selectAll().execute())).not.toContain('matin')
})

it('pages F37: the trail says « Personne ajoutée » when no mail was sent', async () => {
  const world = await startApp()
  const b = await world.signIn('amina')
  const person = { given_name: 'Jo', family_name: 'Roy', phone: '', locale: 'fr', roles: 'volunteer' }
  await b.post('/work/people/new', { ...person, email: '' })
  await b.get('/operator/trail?kind=access')
  expect([b.text.includes('Personne ajoutée'), b.text.includes('Invitation envoyée')]).toEqual([true, false])
  await b.post('/work/people/new', { ...person, given_name: 'Jeanne', email: 'jeanne@example.net' })
  await b.get('/operator/trail?kind=access')
  expect(b.text).toContain('Invitation envoyée')
})
