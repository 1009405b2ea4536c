// SPDX-License-Identifier: AGPL-3.0-or-later
// Hours without an account: the code at the kiosk of an event, and the link of one person.
import { afterEach, expect, it } from '@jest/globals'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import * as many from '../support/many-rows.ts'

afterEach(stopApps)

const lines = ({ deps }: World) =>
  deps.db
    .selectFrom('hours_entries')
    .innerJoin('people', 'people.id', 'person_id')
    .select(['given_name', 'minutes', 'offer_id', 'state', 'worked_on', 'entered_by'])
    .orderBy('hours_entries.id')
    .execute()

/** An offer for which Chloé and David are accepted, with its code at the kiosk. */
async function atKiosk(world: World): Promise<{ b: Browser; kiosk: string }> {
  const { db } = world.deps
  await many.addOffers(db, 3)
  await many.addApplications(db, 2)
  await many.run(
    db,
    `UPDATE applications SET offer_id = 'o1', person_id = CASE id WHEN (SELECT min(id) FROM applications)
       THEN '${world.id('chloe')}' ELSE '${world.id('david')}' END`,
  )
  await many.run(db, 'UPDATE offers SET revision = 1')
  const b = await world.signIn('bastien')
  await b.get('/work/hours/sheet?offer=o1')
  await b.follow('Un code à l’entrée')
  await b.press('Ouvrir cette adresse')
  return { b, kiosk: addressOn(b) }
}
const addressOn = (b: Browser) => /http:\/\/localhost:3000(\/hours\/\S+)/.exec(b.text)![1]!

it('three presses at the kiosk: a name, the hours, done; the line waits, and the team approves it', async () => {
  const world = await startApp()
  const { b, kiosk } = await atKiosk(world)
  expect(b.document.querySelector('main svg[role=img] path')).not.toBeNull()
  const phone = world.browser()
  await phone.get(kiosk)
  expect(phone.text).toContain('Annonce 1')
  for (const hidden of ['Tremblay', 'Roy', '1003']) expect(phone.html).not.toContain(hidden)
  expect(phone.headers.get('cache-control')).toContain('no-store')
  await phone.choose('Chloé T.').choose('3 h').press('Noter ces heures')
  expect([phone.status, phone.url]).toEqual([200, kiosk])
  expect(phone.text).toContain('3 h notées. Merci !')
  expect(await lines(world)).toEqual([
    {
      given_name: 'Chloé',
      minutes: 180,
      offer_id: 'o1',
      state: 'submitted',
      worked_on: '2026-11-22',
      entered_by: null,
    },
  ])
  await b.get('/work/hours/links/offers/o1')
  expect(b.text).toContain('Utilisée pour la dernière fois')
  await b.get('/work/hours')
  await b.press('Valider les lignes cochées')
  expect(b.text).toContain('1 ligne validée')
})

it('ties each fault to its field, keeps what was typed, and asks about a second time', async () => {
  const world = await startApp()
  const { kiosk } = await atKiosk(world)
  const phone = world.browser()
  await phone.get(kiosk)
  await phone.choose('Je ne suis pas dans la liste').choose('Une autre durée').press('Noter ces heures')
  expect([phone.status, Object.keys(phone.errors()).length]).toEqual([422, 3])
  await phone.fill('Prénom', 'Ida').press('Noter ces heures')
  expect(phone.value('Prénom')).toBe('Ida')
  await phone.get(kiosk)
  await phone.press('Noter ces heures')
  expect(phone.errors()['Qui êtes-vous ?']).toContain('Choisissez votre nom')
  await phone.choose('Chloé T.').choose('3 h').press('Noter ces heures')
  await phone.choose('Chloé T.').choose('3 h').press('Noter ces heures')
  expect(phone.status).toBe(422)
  await phone.choose('Oui, c’est bien une autre fois').press('Noter ces heures')
  expect(await lines(world)).toHaveLength(2)
})

it('takes a line that is sent twice once, and answers a script in JSON', async () => {
  const world = await startApp()
  const { kiosk } = await atKiosk(world)
  const line = {
    person: world.id('david'),
    duration_choice: '2 h',
    day_choice: '2026-11-22',
    form_id: 'kept-for-a-while',
  }
  const phones = [world.browser(), world.browser()]
  const sent = await Promise.all(phones.map((one) => one.post(kiosk, line, { accept: 'application/json' })))
  expect(sent.map(({ status }) => status)).toEqual([200, 200])
  expect(JSON.parse(sent[0]!.html)).toEqual({ text: expect.stringMatching(/^2\sh notées\. Merci\s!$/) })
  expect(await lines(world)).toHaveLength(1)
})

it('tells a script in JSON why a line is refused, also by the link of a person and when the address is over', async () => {
  const world = await startApp()
  const { b, kiosk } = await atKiosk(world)
  const json = { accept: 'application/json' }
  const phone = world.browser()
  await phone.post(kiosk, { person: world.id('elise'), duration_choice: '2 h', day_choice: '2026-11-22' }, json)
  expect([phone.status, JSON.parse(phone.html)]).toEqual([422, { error: 'Choisissez la personne.' }])
  await phone.post(kiosk, { person: 'other', duration_choice: 'other', day_choice: '2026-11-22' }, json)
  const { error } = JSON.parse(phone.html) as { error: string }
  expect([phone.status, error]).toEqual([422, expect.stringContaining('Indiquez la durée')])
  await b.get(`/work/hours/links/people/${world.id('chloe')}`)
  await b.press('Ouvrir cette adresse')
  const own = addressOn(b)
  await phone.post(own, { day_choice: '2026-11-22', duration: 'beaucoup' }, json)
  expect([phone.status, JSON.parse(phone.html)]).toEqual([422, { error: expect.any(String) }])
  await b.press('Fermer')
  await phone.post(own, { day_choice: '2026-11-22', duration: '2 h' }, json)
  expect([phone.status, JSON.parse(phone.html)]).toEqual([410, { error: expect.stringContaining('nouvelle adresse') }])
})

it('records for nobody who was not accepted, nor for somebody whose data is restricted', async () => {
  const world = await startApp()
  const { kiosk } = await atKiosk(world)
  const line = { duration_choice: '2 h', day_choice: '2026-11-22', form_id: 'x' }
  const phone = world.browser()
  await phone.post(kiosk, { ...line, person: world.id('elise') })
  expect(phone.status).toBe(422)
  await many.run(world.deps.db, `UPDATE people SET restricted_at = '2026-11-01' WHERE id = '${world.id('chloe')}'`)
  await phone.post(kiosk, { ...line, person: world.id('chloe') })
  expect(phone.status).toBe(422)
  await phone.post(kiosk, { ...line, day_choice: 'other', day: '2026-12-24', person: world.id('david') })
  expect(phone.status).toBe(422)
  expect(await lines(world)).toEqual([])
})

it('is over after its last day, when it is closed, and when its address is changed', async () => {
  const world = await startApp()
  const { b, kiosk } = await atKiosk(world)
  const phone = world.browser()
  const status = async (path: string) => (await phone.get(path)).status
  await b.press('Fermer')
  expect([await status(kiosk), phone.text.includes('n’est plus valable'), phone.text.includes('Annonce 1')]).toEqual([
    410,
    true,
    false,
  ])
  await phone.post(kiosk, { person: world.id('chloe'), duration_choice: '2 h', day_choice: '2026-11-22', form_id: 'x' })
  expect([phone.status, await lines(world)]).toEqual([410, []])
  await b.press('Rouvrir')
  expect(await status(kiosk)).toBe(200)
  await b.press('Changer d’adresse')
  const next = addressOn(b)
  expect([next === kiosk, await status(kiosk), await status(next)]).toEqual([false, 410, 200])
  await b.fill('Dernier jour', '2026-11-21').press('Enregistrer')
  expect([b.status, b.errors()['Dernier jour']]).toEqual([422, 'Ce jour est déjà passé.'])
  await b.fill('Dernier jour', '2026-11-23').press('Enregistrer')
  world.clock.set('2026-11-23T22:30:00.000Z')
  expect(await status(next)).toBe(200)
  world.clock.set('2026-11-23T23:30:00.000Z')
  expect(await status(next)).toBe(410)
  expect(await status('/hours/kiosk/not-a-link')).toBe(410)
})

it('keeps the secret as a hash only, and out of the logs', async () => {
  const world = await startApp()
  const { kiosk } = await atKiosk(world)
  const phone = world.browser()
  await phone.get(kiosk)
  await phone.choose('Chloé T.').choose('3 h').press('Noter ces heures')
  const secret = kiosk.split('/').at(-1)!
  expect(JSON.stringify(await world.deps.db.selectFrom('hours_links').selectAll().execute())).not.toContain(secret)
  expect(world.logged.join('\n')).not.toContain(secret)
})

it('stops whoever sends without end', async () => {
  const world = await startApp()
  const { kiosk } = await atKiosk(world)
  const phone = world.browser()
  await phone.post(kiosk, { person: '', form_id: 'x' })
  expect(phone.status).toBe(422)
  await many.run(world.deps.db, 'UPDATE throttle SET count = 500')
  await phone.post(kiosk, { person: '', form_id: 'x' })
  expect(phone.status).toBe(429)
})

it('who is not on the list is kept by name; the team says who it is, counts them without a name, or drops the line', async () => {
  const world = await startApp()
  const { b, kiosk } = await atKiosk(world)
  const phone = world.browser()
  for (const [given, family] of [
    ['Élise', 'Garnier'],
    ['Ida', 'Noël'],
    ['Jo', 'Rien'],
  ] as const) {
    await phone.get(kiosk)
    phone.choose('Je ne suis pas dans la liste').choose('2 h').fill('Prénom', given)
    await phone.fill('Nom', family).press('Noter ces heures')
    expect(phone.text).toContain('2 h notées. Merci !')
  }
  expect(await lines(world)).toEqual([])
  await b.get('/work/hours')
  expect(b.text).toContain('3 personnes ont noté leur nom à l’entrée')
  await b.follow('Les regarder')
  await b.press('Noter ces heures à son nom Élise Garnier')
  await b.press('Compter sans nom Ida Noël')
  await b.press('Ne pas garder Jo Rien')
  expect(b.text).toContain('Tout le monde a trouvé son nom.')
  expect((await lines(world)).map(({ given_name, minutes, state }) => [given_name, minutes, state])).toEqual([
    ['Élise', 120, 'approved'],
  ])
  const counted = await world.deps.db.selectFrom('hours_headcounts').select(['people', 'minutes', 'offer_id']).execute()
  expect(counted).toEqual([{ people: 1, minutes: 120, offer_id: 'o1' }])
})

it('a person’s link is mailed, records and shows their hours only, and the hours are in their account', async () => {
  const world = await startApp()
  const b = await world.signIn('bastien')
  await b.get(`/work/people/${world.id('chloe')}`)
  await b.follow('Un lien pour ses heures')
  await b.press('Ouvrir cette adresse')
  await b.press('Lui envoyer cette adresse')
  const own = await world.linkFor('chloe@example.org')
  expect(own).toMatch(/^\/hours\/own\//)
  const phone = world.browser()
  await phone.get(own)
  await phone.choose('Sur le terrain').choose('Hier').fill('Combien de temps ?', '1h30').press('Noter ces heures')
  expect([phone.status, phone.url]).toEqual([200, own])
  expect(phone.text).toContain('1 h 30 notées. Merci !')
  expect(phone.text).toContain('En attente')
  expect(phone.text).not.toContain('Tremblay')
  // Whoever reads the link can neither correct nor withdraw.
  expect(phone.hasButton('Retirer')).toBe(false)
  const chloe = await world.signIn('chloe')
  await chloe.get('/my/hours')
  expect(chloe.text).toContain('1 h 30')
  await b.get('/work/hours')
  await b.press('Valider les lignes cochées')
  await phone.get(own)
  expect(phone.text).toContain('Mon année 2026 1 h 30')
  // The kiosk of an event is another page.
  expect((await phone.get(own.replace('/own/', '/kiosk/'))).status).toBe(410)
})

it('a person’s link ends when their access is ended, and is opened for nobody whose data is restricted', async () => {
  const world = await startApp()
  const b = await world.signIn('bastien')
  const path = `/work/hours/links/people/${world.id('david')}`
  await b.get(path)
  await b.press('Ouvrir cette adresse')
  const own = addressOn(b)
  await many.run(world.deps.db, `UPDATE people SET restricted_at = '2026-11-01' WHERE id = '${world.id('david')}'`)
  const phone = world.browser()
  expect((await phone.get(own)).status).toBe(410)
  await many.run(world.deps.db, `UPDATE people SET disabled_at = '2026-11-01', restricted_at = null`)
  expect((await phone.get(own)).status).toBe(410)
})

it('a line with a typed name is in the data of whoever alone has that name, however it is written, and goes with them', async () => {
  const world = await startApp()
  const { db } = world.deps
  const { id: category_id } = await db.selectFrom('hours_categories').select('id').executeTakeFirstOrThrow()
  const typed = { category_id, minutes: 60, worked_on: '2026-11-20', created_at: '' }
  await db
    .insertInto('kiosk_lines')
    .values([
      { ...typed, id: 'folded', given_name: 'CHLOE', family_name: 'tremblay' },
      { ...typed, id: 'other', given_name: 'Ida', family_name: 'Tremblay' },
    ])
    .execute()
  const left = async () => (await db.selectFrom('kiosk_lines').select('id').orderBy('id').execute()).map(({ id }) => id)
  const chloe = await world.signIn('chloe')
  const own = async () => (await chloe.get('/my/data.json')).html
  expect([(await own()).includes('CHLOE'), (await own()).includes('"Ida"')]).toEqual([true, false])
  await many.run(
    db,
    `UPDATE people SET given_name = 'Chloé', family_name = 'Tremblay', search_key = 'tremblay chloe'
       WHERE id = '${world.id('david')}'`,
  )
  expect((await own()).includes('CHLOE')).toBe(false)
  const amina = await world.signIn('amina')
  await amina.post(`/work/people/${world.id('david')}/erasure`, {})
  expect(await left()).toEqual(['folded', 'other'])
  await amina.post(`/work/people/${world.id('chloe')}/erasure`, {})
  expect(await left()).toEqual(['other'])
})
