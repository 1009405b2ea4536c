// SPDX-License-Identifier: AGPL-3.0-or-later
// An event that cannot be handled is set aside for the operator, and delays no other mail or activity.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { readConfig } from '../../config/env.ts'
import { record } from '../../db/queries/events.ts'
import { grantRole, insertPerson } from '../../db/queries/people.ts'
import { heldClock } from '../../server/base/clock.ts'
import { createI18n } from '../../server/text/i18n.ts'
import { database } from '../../server/cli/inside.ts'
import { WAITS } from '../../server/consumers.ts'
import { createInstance, type Instance } from '../../server/create-instance.ts'
import { createDraft } from '../../server/offers/commands/write.ts'
import { publishOffer } from '../../server/offers/commands/publish.ts'
import { emptyContent } from '../../server/model/offer/fields.ts'
import { viewerOf } from '../../server/model/viewer.ts'
import { startApp, stopApps, type World, START } from '../support/app.ts'
import { PASSWORD, fillWorld } from '../support/world.ts'
import { transact } from '../../server/web/transact.ts'

afterEach(stopApps)

const YVON = { given: 'Yvon', family: 'Paquette', email: 'yvon@example.org' }

async function publish(world: World): Promise<string> {
  const bastien = viewerOf(world.id('bastien'), 'Bastien Moreau', ['coordinator'])
  const content = {
    ...emptyContent(),
    title: { fr: 'Trier les dons du mercredi' },
    summary: { fr: 'Trois heures entre voisins.' },
    tasks: { fr: ['Vérifier les dates'] },
    causes: ['food'],
    activities: ['logistics'],
    commitment: 'one_off' as const,
    starts_on: '2026-12-05',
    work_mode: 'remote' as const,
    capacity: 2,
    contact_label: 'Bastien',
    language: ['fr' as const],
  }
  const input = { content, contactId: bastien.personId, visibility: 'public' as const }
  const id = await createDraft(world.deps, bastien, { ...input, asked: { firstDay: null, lastDay: null } })
  await publishOffer(world.deps, bastien, id)
  world.clock.advance(1000)
  return id
}

async function apply(world: World, offer: string): Promise<void> {
  const b = await world.browser().get(`/offers/${offer}/apply`)
  b.fill('Votre prénom', YVON.given).fill('Votre nom', YVON.family).fill('Votre adresse e-mail', YVON.email)
  await b.press('Envoyer ma candidature')
  await (await world.browser().get(await world.linkFor(YVON.email))).press('Oui, je confirme')
}

async function accept(world: World): Promise<void> {
  const { id } = await world.deps.db.selectFrom('applications').select('id').executeTakeFirstOrThrow()
  await (await (await world.signIn('bastien')).get(`/work/applications/${id}`)).press('Accepter Yvon')
}

/** This site has no texts for her language. */
async function changePasswordInUnknownLanguage(world: World): Promise<void> {
  const b = await world.signIn('chloe')
  await world.deps.db.updateTable('people').set({ locale: 'tlh' }).where('id', '=', world.id('chloe')).execute()
  await b.get('/my/security')
  b.fill('Votre mot de passe actuel', PASSWORD).fill('Votre nouveau mot de passe', 'rivière-cadenas-poireau')
  await b.press('Enregistrer')
  expect(b.text).toContain('Votre mot de passe est changé.')
}

async function minutePasses(world: World): Promise<void> {
  for (let second = 0; second < 60; second += 5) {
    await world.settle()
    world.clock.advance(5000)
  }
  await world.settle()
}

const toYvon = async (world: World) =>
  (await world.mails()).filter(({ to }) => to === YVON.email).map(({ template }) => template)
const toChloe = async (world: World) =>
  (await world.mails()).filter(({ to }) => to === 'chloe@example.org').map(({ template }) => template)
const failures = (world: Instance) => world.deps.db.selectFrom('event_failures').selectAll().orderBy('seq').execute()
const audit = async (world: World, prefix: string) =>
  (await world.deps.db.selectFrom('events').selectAll().where('type', 'like', `${prefix}%`).execute()).map(
    ({ type, actor_id, details }) => ({ type, actor_id, details: JSON.parse(details) as object }),
  )
/** As an older program, or a change by hand, may have left it. */
const leave = (world: World, ...rows: { type: string; details: string; subject_id?: string }[]) =>
  world.deps.db
    .insertInto('events')
    .values(rows.map((row) => ({ at: world.clock.iso(), ...row })))
    .execute()

it('other people get their mails although one mail cannot be written', async () => {
  const world = await startApp({ env: { FEDERATION: 'off' } })
  const offer = await publish(world)
  await apply(world, offer)
  await changePasswordInUnknownLanguage(world)
  await accept(world)
  await minutePasses(world)
  expect(await toYvon(world)).toContain('applications/accepted')
  expect(await toChloe(world)).toEqual([])
})

it('the operator sees what is parked and why, mends the cause, and has it tried again', async () => {
  const world = await startApp({ env: { FEDERATION: 'off' } })
  const b = await world.signIn('amina')
  await world.settle()
  await b.get('/operator')
  expect(b.text).toContain('E-mails à écrire Bien Rien n’attend.')
  expect(b.text).not.toContain('Événements mis de côté')
  await changePasswordInUnknownLanguage(world)
  await b.get('/operator')
  expect(b.text).toMatch(/E-mails à écrire Bien \d événements? atten/)
  await minutePasses(world)

  await b.get('/operator')
  expect(b.text).toContain('E-mails à écrire À réparer 1 événement est mis de côté.')
  const parked = b.document.querySelector('section.gap')!.textContent!.replaceAll(/\s+/g, ' ')
  expect(parked).toContain('Compte d’une personne (person.password_changed)')
  expect(parked).toContain('22 novembre 2026')
  expect(parked).toMatch(/Le programme a échoué ?: \w*Error [\w/.-]+\.ts:\d+\. 5 essais\./)
  expect(parked).not.toMatch(/Chloé|Tremblay|chloe@|tlh/)

  await world.deps.db.updateTable('people').set({ locale: 'fr' }).where('id', '=', world.id('chloe')).execute()
  const [one] = await failures(world)
  await b.press(`Réessayer (Compte d’une personne, n° ${one!.seq})`)
  expect(b.url).toBe('/operator')
  expect(b.text).toContain('Nous réessayons maintenant.')
  expect(await toChloe(world)).toEqual(['accounts/password-changed'])
  expect(await failures(world)).toEqual([])
  expect((await b.get('/operator')).text).not.toContain('mis de côté')
  const { seq } = (await world.deps.db
    .selectFrom('events')
    .select('seq')
    .where('type', '=', 'person.password_changed')
    .executeTakeFirst())!
  expect(await audit(world, 'event.')).toEqual([
    { type: 'event.retried', actor_id: world.id('amina'), details: { consumer: 'notices', seq } },
  ])
})

it('what is still broken is parked again, and can be given up; all can be tried at once', async () => {
  const world = await startApp({ env: { FEDERATION: 'off' } })
  await changePasswordInUnknownLanguage(world)
  await leave(world, { type: 'hours.returned', details: '{}' })
  await leave(world, { type: 'hours.returned', details: '{"x":', subject_id: 'hours' })
  await minutePasses(world)
  const b = await (await world.signIn('amina')).get('/operator')
  expect(b.text).toContain('3 événements sont mis de côté.')
  expect(b.text).toMatch(/Il est illisible dans la base de données ?: il ne dit pas de quoi il parle. 1 essai\./)
  expect(b.text).toContain('ses données sont abîmées')
  await b.press('Tout réessayer')
  expect(b.status).toBe(200)
  await minutePasses(world)
  expect((await failures(world)).map(({ attempts, parked_at }) => [attempts, parked_at !== null])).toEqual([
    [5, true],
    [1, true],
    [1, true],
  ])
  await b.get('/operator')
  const [account] = await failures(world)
  await b.follow(`Abandonner (Compte d’une personne, n° ${account!.seq})`)
  // Nothing is lost by the question alone.
  expect(b.text).toContain('Abandonner cet événement ?')
  expect(b.text).toMatch(/Compte d’une personne \(person.password_changed\), du .* Le message prévu ne partira jamais/)
  expect(await failures(world)).toHaveLength(3)
  await b.press('Abandonner')
  expect(b.text).toContain('Cet événement est abandonné.')
  expect(b.text).toContain('2 événements sont mis de côté.')
  expect(await audit(world, 'event.given_up')).toMatchObject([{ actor_id: world.id('amina') }])
  const [one] = await failures(world)
  const path = `/operator/events/notices/${one!.seq}`
  const english = await world.signIn('amina')
  await english.post('/language', { locale: 'en', next: '/operator' })
  await world.settle()
  await english.get('/operator')
  expect(english.text).toContain('Emails to write To mend 2 events are put aside.')
  await b.post(`${path}/removal`, {})
  // Later than a second press.
  world.clock.advance(11_000)
  for (const again of [`${path}/removal`, `${path}/retry`, '/operator/events/notices/x/retry'])
    expect((await b.post(again, {})).status).toBe(404)
  expect((await b.get(`${path}/removal`)).status).toBe(404)
})

it('nobody but an administrator tries again or gives up', async () => {
  const world = await startApp({ env: { FEDERATION: 'off' } })
  await leave(world, { type: 'hours.returned', details: '{}' })
  await world.settle()
  const [one] = await failures(world)
  const path = `/operator/events/notices/${one!.seq}`
  for (const name of ['bastien', 'chloe', 'elise', 'farid'] as const) {
    const b = await world.signIn(name)
    for (const to of [`${path}/retry`, `${path}/removal`, '/operator/events/retry'])
      expect((await b.post(to, {})).status).toBe(403)
    expect((await b.get(`${path}/removal`)).status).toBe(403)
  }
  expect(await failures(world)).toEqual([one])
})

it('types that nobody handles, of an older program perhaps, are passed over', async () => {
  const world = await startApp({ env: { FEDERATION: 'off' } })
  await leave(world, { type: 'offer.sung', details: 'not json' }, { type: 'parcel.sealed', details: '{}' })
  await leave(world, ...Array.from({ length: 1200 }, () => ({ type: 'session.opened', details: '{}' })))
  const offer = await publish(world)
  await apply(world, offer)
  expect(await toYvon(world)).toContain('applications/received')
  expect(await failures(world)).toEqual([])
})

it('order is kept while an event is tried again, and a file that is locked counts against no event', async () => {
  const world = await startApp({ env: { FEDERATION: 'off' } })
  const offer = await publish(world)
  await apply(world, offer)
  await changePasswordInUnknownLanguage(world)
  await accept(world)
  await world.settle()
  expect(await toYvon(world)).not.toContain('applications/accepted')
  expect(await failures(world)).toMatchObject([{ consumer: 'notices', attempts: 1, parked_at: null }])
  const { sql } = await import('kysely')
  const readOnly = (on: boolean) => sql.raw(`pragma query_only = ${on ? 'ON' : 'OFF'}`).execute(world.deps.db)
  await readOnly(true)
  world.clock.advance(2000)
  await world.settle()
  await readOnly(false)
  expect(await failures(world)).toMatchObject([{ attempts: 1, parked_at: null }])
  expect(world.logged.join('')).toContain(
    'the events could not be read consumer=notices fault=SqliteError SQLITE_READONLY',
  )
  await world.settle()
  expect(await failures(world)).toMatchObject([{ attempts: 2, parked_at: null }])
  await world.deps.db.updateTable('people').set({ locale: 'fr' }).where('id', '=', world.id('chloe')).execute()
  world.clock.advance(5000)
  const order = (await world.mails()).map(({ template }) => template)
  expect(order.indexOf('accounts/password-changed')).toBeGreaterThan(-1)
  expect(order.indexOf('applications/accepted')).toBeGreaterThan(order.indexOf('accounts/password-changed'))
})

it('one consumer goes on while the other is held up', async () => {
  const world = await startApp()
  await changePasswordInUnknownLanguage(world)
  const offer = await publish(world)
  await world.settle()
  const cursors = await world.deps.db.selectFrom('event_cursors').selectAll().execute()
  const { seq } = (await world.deps.db
    .selectFrom('events')
    .select('seq')
    .where('type', '=', 'offer.published')
    .where('subject_id', '=', offer)
    .executeTakeFirst())!
  expect(cursors.find(({ consumer }) => consumer === 'federation')!.seq).toBeGreaterThanOrEqual(seq)
  expect(cursors.find(({ consumer }) => consumer === 'notices')!.seq).toBeLessThan(seq)
  const sent = await world.deps.db.selectFrom('fed_activities').select('type').where('direction', '=', 'out').execute()
  expect(sent).toEqual([{ type: 'Create' }])
})

it('tries are remembered by the database: a restart begins none of them anew', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mainforte-'))
  const clock = heldClock(START)
  const env = { NODE_ENV: 'test', DATA_DIR: folder, PUBLIC_URL: 'http://localhost:3000', LOG_LEVEL: 'silent' }
  const reading = readConfig({ ...env, FEDERATION: 'off' })
  if (!reading.ok) throw new Error(reading.faults.join())
  const config = { ...reading.config, port: 0 }
  const open = (): Promise<Instance> => createInstance(config, { clock })
  let instance = await open()
  try {
    const ids = await fillWorld(instance.deps, {})
    await instance.deps.db.updateTable('people').set({ locale: 'tlh' }).where('id', '=', ids.chloe).execute()
    const at = clock.iso()
    await transact(instance.deps, (tx) => record(tx, { type: 'person.second_factor_on', at, subject: ids.chloe }))
    await transact(instance.deps, (tx) => record(tx, { type: 'person.second_factor_on', at, subject: ids.david }))
    for (const attempts of [1, 2, 3, 4]) {
      await instance.settle()
      expect(await failures(instance)).toMatchObject([{ attempts, parked_at: null }])
      await instance.stop()
      instance = await open()
      await instance.settle()
      expect(await failures(instance)).toMatchObject([{ attempts, parked_at: null }])
      clock.advance(WAITS[attempts - 1]!)
    }
    await instance.settle()
    expect(await failures(instance)).toMatchObject([{ attempts: 5, parked_at: clock.iso() }])
    const mails = await instance.deps.db.selectFrom('mails').select('to_email').execute()
    expect(mails).toEqual([{ to_email: 'david@example.org' }])
    const findings = database(config, createI18n().for('en')).map(({ what }) => what)
    expect(findings).toContain('0 events wait for notices')
    expect(findings).toContain('1 event could not be handled by notices')
    expect(WAITS.reduce((sum, wait) => sum + wait, 0)).toBeLessThanOrEqual(60_000)
  } finally {
    await instance.stop()
    rmSync(folder, { recursive: true })
  }
})

it('by itself, a second after the fault, it is tried again', async () => {
  const world = await startApp({ env: { FEDERATION: 'off' } })
  await changePasswordInUnknownLanguage(world)
  await world.settle()
  await world.deps.db.updateTable('people').set({ locale: 'fr' }).where('id', '=', world.id('chloe')).execute()
  world.clock.advance(1000)
  const isTried = async () => (await failures(world)).length === 0
  // However busy the machine is; a test that hangs is ended by Jest.
  while (!(await isTried())) await new Promise((next) => setTimeout(next, 50))
  expect(await isTried()).toBe(true)
})

it('/readyz warns of what is parked, and writes nothing', async () => {
  const world = await startApp()
  const { sql } = await import('kysely')
  const changes = async () => (await sql<{ n: number }>`select total_changes() as n`.execute(world.deps.db)).rows[0]!.n
  const ask = async () => {
    const answer = await fetch(`${world.url}/readyz`)
    return [answer.status, await answer.json()]
  }
  await world.settle()
  const before = await changes()
  const idle = { waiting: 0, since: null, parked: 0 }
  const all = [
    { consumer: 'batches', ...idle },
    { consumer: 'notices', ...idle },
    { consumer: 'federation', ...idle },
  ]
  for (let time = 0; time < 3; time++)
    expect(await ask()).toEqual([200, { status: 'ready', warnings: [], events: all }])
  expect(await changes()).toBe(before)
  await leave(world, { type: 'hours.returned', details: '{}' })
  await world.settle()
  const [status, body] = await ask()
  expect(status).toBe(200)
  expect(body).toMatchObject({
    status: 'ready, with warnings',
    warnings: ['notices: events are parked'],
    events: [
      { consumer: 'batches', parked: 0 },
      { consumer: 'notices', parked: 1 },
      { consumer: 'federation', parked: 0 },
    ],
  })
})

it('no event is passed over that comes while others are being passed over', async () => {
  const world = await startApp({ env: { FEDERATION: 'off' } })
  const [at, subject] = [world.clock.iso(), world.id('chloe')]
  const turns = Array.from({ length: 120 }, (_, count) => count * 2)
  for (const later of turns) {
    await leave(world, { type: 'session.signed_in', details: '{}', subject_id: subject })
    const reading = world.settle()
    // The consumer is in the middle of its run by then.
    for (let turn = 0; turn < later; turn++) await Promise.resolve()
    await transact(world.deps, (tx) => record(tx, { type: 'person.second_factor_on', at, subject }))
    await reading
  }
  expect(await toChloe(world)).toHaveLength(turns.length)
})

/** Everybody of a large team is told of one event. */
it('a large team is told a few at a time, and each of them once, wherever it was killed', async () => {
  const world = await startApp({ kind: 'centre', env: { FEDERATION: 'off' } })
  const { db } = world.deps
  const now = world.clock.iso()
  const team = Array.from({ length: 40 }, (_, at) => `m${at}`)
  for (const [at, id] of team.entries()) {
    const email = `${id}@example.org`
    const row = { id, member_number: 5000 + at, given_name: id, email, email_key: email, joined_on: now.slice(0, 10) }
    await insertPerson(db, { ...row, created_at: now, updated_at: now })
    await grantRole(db, id, 'moderator', now, null)
  }
  const item = {
    offer_uri: 'https://x.example/1',
    association_uri: 'https://x.example/a',
    association_name: 'X',
    title: 'T',
  }
  const state = { state: 'pending' as const, latest_revision: 1, latest_updated_at: now, received_at: now }
  await db
    .insertInto('moderation_items')
    .values({ id: 'i', ...item, ...state })
    .execute()
  const details = JSON.stringify({
    offer: item.offer_uri,
    association: item.association_uri,
    revision: 1,
    update: false,
  })
  await leave(world, { type: 'moderation.received', subject_id: 'i', details })
  const told = async () => (await db.selectFrom('mails').select('to_email').execute()).map(({ to_email }) => to_email)
  const written: number[] = []
  for (const most of [10, 20, 30]) {
    await sql`drop trigger if exists killed`.execute(db)
    await sql`create trigger killed before insert on mails when (select count(*) from mails) >= ${sql.lit(most)}
      begin select raise(abort, 'killed'); end`.execute(db)
    world.clock.advance(60_000)
    await world.settle()
    written.push((await told()).length)
  }
  expect(written).toEqual([8, 16, 24])
  await sql`drop trigger killed`.execute(db)
  world.clock.advance(60_000)
  await world.settle()
  expect((await told()).toSorted()).toEqual([...team.map((id) => `${id}@example.org`), 'farid@example.org'].toSorted())
  expect(await failures(world)).toEqual([])
})

it('pages are served while many events are read', async () => {
  const world = await startApp({ env: { FEDERATION: 'off' } })
  const row = { type: 'person.second_factor_on', details: '{}', subject_id: world.id('chloe') }
  await leave(world, ...Array.from({ length: 1000 }, () => row))
  const order: string[] = []
  const read = world.settle().then(() => order.push('read'))
  const asked = Promise.all(Array.from({ length: 5 }, () => fetch(`${world.url}/livez`))).then(() =>
    order.push('served'),
  )
  await Promise.all([read, asked])
  expect(order).toEqual(['served', 'read'])
})
