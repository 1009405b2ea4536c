// SPDX-License-Identifier: AGPL-3.0-or-later
// The main job between separate processes, over HTTP: without faults, a centre that is away, killed processes.
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import Database from 'better-sqlite3'
import type { Browser } from '../support/browser.ts'
import { sendActivity, startPeer, stopPeers } from '../support/peer.ts'
import { portAt } from '../support/ports.ts'
import { startProcess, stopProcesses, until, type Process } from '../support/processes.ts'

jest.setTimeout(600_000)
const ASSOCIATION = portAt(24)
const CENTRE = portAt(25)
const OTHER = portAt(26)
const NATION = portAt(29)
const READER = portAt(27)
const knows = [ASSOCIATION, CENTRE, OTHER, NATION, READER].map((port) => `127.0.0.1:${port}`)
/** SIGKILL rounds; more with ROUNDS=20. */
const ROUNDS = Number(process.env['ROUNDS'] ?? 4)

let association: Process
let other: Process
let centre: Process
let nation: Process
let bastien: Browser
let farid: Browser
/** Begun before the first test: milliseconds until a request whose head never ends is closed. */
let endless: Promise<number>

beforeAll(async () => {
  ;[association, centre, other, nation] = await Promise.all([
    startProcess({ name: 'association', kind: 'association', port: ASSOCIATION, knows }),
    startProcess({ name: 'centre', kind: 'centre', port: CENTRE, knows }),
    startProcess({ name: 'other', kind: 'association', port: OTHER, knows }),
    startProcess({ name: 'nation', kind: 'centre', port: NATION, knows }),
  ])
  const from = performance.now()
  const socket = connect(NATION, '127.0.0.1').on('error', () => {})
  socket.resume().write('POST /inbox HTTP/1.1\r\nHost: x\r\nx-more: ')
  endless = new Promise((done) => socket.on('close', () => done(performance.now() - from)))
  bastien = await association.signIn('bastien')
  farid = await centre.signIn('farid')
  await farid.post('/partners/templates/new', { name: 'Maraude du soir', title: 'Servir la soupe dans la rue' })
})
afterAll(async () => {
  await stopProcesses()
  await stopPeers()
})

/** Reads the database file, whether the process runs or not. */
function rows<T = Record<string, unknown>>(of: Process, query: string, ...values: unknown[]): T[] {
  const db = new Database(join(of.dataDir, 'mainforte.sqlite'), { readonly: true })
  try {
    return db.prepare(query).all(...values) as T[]
  } finally {
    db.close()
  }
}
const value = (browser: Browser, name: string) =>
  browser.document.querySelector(`[name="${name}"]`)?.getAttribute('value') ?? ''

async function join_(member: Process): Promise<void> {
  const amina = await member.signIn('amina')
  await amina.post('/partners', { address: centre.host })
  const asked = await until(
    () =>
      rows<{ id: string }>(
        centre,
        `select id from affiliations where partner_uri = ? and state = 'requested'`,
        member.actor,
      )[0],
  )
  await farid.post(`/partners/${asked.id}/acceptance`, {})
  await until(
    () => rows(member, `select 1 from affiliations where state = 'active'`)[0],
    'the association did not hear the yes',
  )
}

const fields = (title: string) => ({
  title_fr: title,
  summary_fr: 'Aller chercher les invendus et les apporter.',
  tasks_fr: 'Conduire le camion\nCharger et décharger',
  cause_1: 'food',
  activity_1: 'transport',
  commitment: 'one_off',
  work_mode: 'on_site',
  places: 'Dijon (21)',
  capacity: '4',
  contact_label: 'Coordination',
  visibility: 'public',
})

async function draft(title: string): Promise<string> {
  await bastien.get('/work/offers/new')
  const contact_id =
    bastien.document.querySelector('[name="contact_id"] option[value]:not([value=""])')?.getAttribute('value') ?? ''
  await bastien.post('/work/offers/new', { ...fields(title), contact_id })
  const offer = rows<{ id: string }>(association, 'select id from offers where content like ?', `%${title}%`)[0]
  if (!offer)
    throw new Error(`no draft: ${bastien.status} ${JSON.stringify(bastien.errors())} ${bastien.text.slice(0, 400)}`)
  return offer.id
}

async function pressPublish(id: string): Promise<void> {
  await bastien.get(`/work/offers/${id}`)
  await bastien.post(`/work/offers/${id}/publication`, { version: value(bastien, 'version') })
}
const isPublished = (id: string) =>
  rows(association, `select 1 from offers where id = ? and state = 'published'`, id).length === 1

async function publish(title: string): Promise<string> {
  const id = await draft(title)
  await pressPublish(id)
  if (!isPublished(id)) throw new Error(`not published: ${bastien.status} ${bastien.text.slice(0, 600)}`)
  return id
}

async function edit(id: string, title: string): Promise<void> {
  await bastien.get(`/work/offers/${id}/edit`)
  const contact_id = bastien.document.querySelector('[name="contact_id"] option[selected]')?.getAttribute('value') ?? ''
  await bastien.post(`/work/offers/${id}/edit`, { ...fields(title), contact_id, version: value(bastien, 'version') })
}

const close = (id: string) => bastien.post(`/work/offers/${id}/closing`, { reason: 'filled' })

type Item = { id: string; state: string; title: string; version: number }
const item = (id: string, at = centre) =>
  rows<Item>(at, 'select * from moderation_items where offer_uri = ?', `${association.url}/offers/${id}`)[0]
const waiting = (id: string, title: string, at = centre) =>
  until(() => {
    const found = item(id, at)
    return found?.title === title && found.state === 'pending' ? found : undefined
  }, `« ${title} » is not in the queue`)

async function approve(id: string, title: string, at = centre, reader = farid): Promise<void> {
  const { id: itemId } = await waiting(id, title, at)
  await reader.get(`/moderation/${itemId}`)
  await reader.post(`/moderation/${itemId}/decision`, { decision: 'accept', version: value(reader, 'version') })
}
const shown = (id: string, at = centre) =>
  rows<{ title: string; applications: string; public_id: string }>(
    at,
    'select title, applications, public_id from listings where offer_uri = ?',
    `${association.url}/offers/${id}`,
  )[0]
const isShown = (id: string, title: string, at = centre) =>
  until(() => shown(id, at)?.title === title, `${at.name} does not show « ${title} »`)
const isGone = (id: string, at = centre) =>
  until(() => shown(id, at)?.applications !== 'open', `${at.name} still shows it`)

it('join, publish, approve, edit, approve again, close', async () => {
  await join_(association)
  const id = await publish('Conduire le camion')
  await approve(id, 'Conduire le camion')
  await isShown(id, 'Conduire le camion')
  await until(
    () => rows(association, `select 1 from submissions where state = 'accepted' and offer_id = ?`, id)[0],
    'the association did not hear of it',
  )

  await edit(id, 'Conduire le grand camion')
  await waiting(id, 'Conduire le grand camion')
  expect(shown(id)?.title).toBe('Conduire le camion')
  await approve(id, 'Conduire le grand camion')
  await isShown(id, 'Conduire le grand camion')

  await close(id)
  await isGone(id)
})

it('a second association finds the centre by its address too', async () => {
  await join_(other)
  expect(rows(centre, `select 1 from affiliations where state = 'active'`)).toHaveLength(2)
  const actor = await fetch(`${centre.url}/followers`, { headers: { accept: 'application/activity+json' } })
  expect(await actor.json()).toMatchObject({ totalItems: 2 })
})

it('a national centre follows the region: each reads over for itself, and what is closed is gone from both', async () => {
  const reader = await nation.signIn('farid')
  await reader.post('/partners/sources', { address: centre.host })
  await until(() => rows(nation, `select 1 from affiliations where partner_is = 'source' and state = 'active'`)[0])
  const id = await publish('Porter les livres')
  await approve(id, 'Porter les livres')
  await approve(id, 'Porter les livres', nation, reader)
  await isShown(id, 'Porter les livres', nation)
  await reader.get(`/offers/${shown(id, nation)!.public_id}`)
  const name = rows<{ name: string }>(centre, 'select name from association')[0]!.name
  expect(reader.text.split(`Relu par le ${name} le`).length).toBeGreaterThanOrEqual(2)
  expect(reader.document.querySelector('link[rel="canonical"]')?.getAttribute('href')).toBe(
    `${association.url}/offers/${id}`,
  )

  await edit(id, 'Porter les vieux livres')
  await waiting(id, 'Porter les vieux livres')
  await waiting(id, 'Porter les vieux livres', nation)
  expect([shown(id)?.title, shown(id, nation)?.title]).toEqual(['Porter les livres', 'Porter les livres'])
  await approve(id, 'Porter les vieux livres')
  await isShown(id, 'Porter les vieux livres')
  expect(shown(id, nation)?.title).toBe('Porter les livres')
  await approve(id, 'Porter les vieux livres', nation, reader)
  await isShown(id, 'Porter les vieux livres', nation)

  await close(id)
  await isGone(id)
  await isGone(id, nation)
  for (const one of [centre, nation])
    expect(rows(one, `select 1 from fed_activities where direction = 'out' and type = 'Announce'`).length).toBe(
      rows(one, 'select 1 from listings').length,
    )
})

it('while the centre is away the association publishes, edits and closes; when it is back all is as it should be', async () => {
  const kept = await publish('Tenir la buvette')
  await approve(kept, 'Tenir la buvette')
  await isShown(kept, 'Tenir la buvette')
  expect(await centre.stop()).toBe(0)

  const fresh = await publish('Monter les tables')
  await edit(kept, 'Tenir la grande buvette')
  const closed = await publish('Vendre des billets')
  await close(closed)
  await until(() => rows(association, `select 1 from fed_deliveries where last_error is not null`)[0], 'nobody tried')

  await centre.start()
  farid = await centre.signIn('farid')
  await waiting(fresh, 'Monter les tables')
  await waiting(kept, 'Tenir la grande buvette')
  expect(shown(kept)?.title).toBe('Tenir la buvette')
  await until(() => rows(association, 'select 1 from fed_deliveries').length === 0, 'the queue is not empty')
  expect(shown(closed)).toBeUndefined()
})

it(`killed at any moment, ${ROUNDS} times, nothing is lost and nothing is doubled`, async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const title = `Trier les dons, tour ${round}`
    const later = `Accueillir le public à la fête, tour ${round}`
    const id = await publish(title)
    await strike()
    await approve(id, title)
    await strike()
    await isShown(id, title)
    await edit(id, later)
    await strike()
    await approve(id, later)
    await strike()
    await isShown(id, later)
    await close(id)
    await strike()
    await isGone(id)
    await until(
      () => rows(association, `select 1 from submissions where offer_id = ? and accepted_revision = 2`, id)[0],
      'the yes was lost',
    )
    const uri = `${association.url}/offers/${id}`
    const announced = rows(
      centre,
      `select id from fed_activities where direction = 'out' and type = 'Announce' and object_id = ?`,
      uri,
    )
    expect(announced).toHaveLength(1)
    const sent = rows<{ type: string }>(
      association,
      `select type from fed_activities where direction = 'out' and object_id = ? order by seq`,
      uri,
    )
    expect(sent.map(({ type }) => type)).toEqual(['Create', 'Offer', 'Update', 'Offer', 'Update'])
  }
  for (const instance of [association, centre, other, nation]) {
    await until(
      () => rows(instance, `select 1 from fed_deliveries where state <> 'failed'`).length === 0,
      `${instance.name} has not sent everything`,
    )
    // What the national centre could not fetch while the association was killed is tried again after a while.
    await until(
      () => rows(instance, `select 1 from fed_activities where state = 'waiting'`).length === 0,
      `${instance.name} has not handled everything`,
    )
    expect(rows(instance, `select type, error from fed_activities where state = 'parked'`)).toEqual([])
    expect(rows(instance, 'pragma integrity_check')).toEqual([{ integrity_check: 'ok' }])
    expect(rows(instance, 'pragma foreign_key_check')).toEqual([])
    expect(instance.output).not.toMatch(/unhandled|PRIVATE KEY/)
  }
})

it('an activity that comes again after the process was killed has one effect', async () => {
  const reader = await startPeer({ port: READER })
  const body = { id: `${reader.origin}/follow-once`, type: 'Follow', actor: reader.actor, object: other.actor }
  const post = () => sendActivity({ url: other.url, publicUrl: other.url }, reader.signer, { body, at: new Date() })
  expect((await post()).status).toBe(202)
  await until(() => reader.last('Accept'), 'the reader is no follower')
  await other.kill()
  await other.start()
  for (let n = 0; n < 3; n++) expect((await post()).status).toBe(202)
  await until(
    () => rows(other, `select 1 from fed_activities where state = 'waiting'`).length === 0,
    'it is not handled',
  )
  await until(() => rows(other, 'select 1 from fed_deliveries').length === 0, 'there is more to send')
  expect(rows(other, 'select 1 from fed_activities where id = ?', body.id)).toHaveLength(1)
  expect(rows(other, 'select 1 from fed_follows where follower = ?', reader.actor)).toHaveLength(1)
  const accepts = reader.received.filter(({ body: { type } }) => type === 'Accept')
  // Whoever asks again may have lost the answer, and gets it again.
  await reader.close()
  expect(accepts.map(({ body: { object } }) => (object as { id: string }).id)).toEqual(accepts.map(() => body.id))
})

it('stopped while an activity is on its way, it ends in time, and the activity goes out at the next start', async () => {
  const reader = await startPeer({ port: READER })
  reader.status.inbox = 'hang'
  const body = { id: `${reader.origin}/follow-twice`, type: 'Follow', actor: reader.actor, object: other.actor }
  await sendActivity({ url: other.url, publicUrl: other.url }, reader.signer, { body, at: new Date() })
  const first = await until(() => reader.last('Accept'), 'nothing was on its way')
  expect(await other.stop()).toBe(0)
  expect(other.output).not.toMatch(/a delivery did not arrive.*timeout/)
  expect(other.output).not.toMatch(/unhandled/)
  reader.answer('cut')
  reader.status.inbox = 202
  reader.received.length = 0
  await other.start()
  expect(await until(() => reader.last('Accept'), 'it was lost')).toEqual(first)
  await until(() => rows(other, 'select 1 from fed_deliveries').length === 0, 'it is not noted')
  await reader.close()
})

it('an answer that comes while it stops is noted: the activity is not sent again', async () => {
  const reader = await startPeer({ port: READER })
  reader.status.delayMs = 400
  const body = { id: `${reader.origin}/follow-late`, type: 'Follow', actor: reader.actor, object: other.actor }
  await sendActivity({ url: other.url, publicUrl: other.url }, reader.signer, { body, at: new Date() })
  await until(() => reader.last('Accept'), 'nothing was on its way')
  expect(await other.stop()).toBe(0)
  expect(rows(other, 'select state from fed_deliveries')).toEqual([])
  await other.start()
  await reader.close()
})

it('a member that is paused leaves the centre’s site, reads why, and comes back with what was approved', async () => {
  const id = await publish('Porter le bois')
  await approve(id, 'Porter le bois')
  await isShown(id, 'Porter le bois')
  const member = rows<{ id: string }>(
    centre,
    'select id from affiliations where partner_uri = ?',
    association.actor,
  )[0]!
  await farid.post(`/partners/${member.id}/pause`, { reason: 'Votre téléphone ne répond plus.' })
  await until(() => shown(id) === undefined, 'the centre still shows it')
  const told = (reason: string) =>
    until(
      () => rows<{ pause_reason: string }>(association, 'select * from affiliations')[0]?.pause_reason === reason,
      `the association did not hear « ${reason} »`,
    )
  await told('Votre téléphone ne répond plus.')
  expect((await bastien.get(`/work/offers/${id}`)).text).toContain('Votre téléphone ne répond plus.')
  expect((await bastien.get(`/offers/${id}`)).status).toBe(200)

  await farid.post(`/partners/${member.id}/resumption`, {})
  await isShown(id, 'Porter le bois')
  await told('')
  expect(item(id)?.state).toBe('accepted')
})

it('a model of the centre is read by its member, and begins an offer there', async () => {
  const isRead = () => rows(association, 'select 1 from centre_templates')[0]
  // It was killed, or the centre was, while it read; otherwise that would be tried again in an hour.
  if (!isRead()) {
    const file = new Database(join(association.dataDir, 'mainforte.sqlite'))
    file.exec('DELETE FROM centre_template_readings')
    file.close()
  }
  await until(isRead, 'the models of the centre were not read')
  await bastien.get('/work/offers/templates')
  await bastien.follow('Partir de ce modèle Maraude du soir')
  expect(value(bastien, 'title_fr')).toBe('Servir la soupe dans la rue')
})

describe('20 kills between commit, sending and bookkeeping', () => {
  const MOMENTS = ['committing', 'sending', 'bookkeeping'] as const
  const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1e9))
  const random = draws(seed)

  it('everybody has everything with the same id, and each effect is there once', async () => {
    try {
      await storm()
    } catch (error) {
      throw new Error(`again with SEED=${seed}: ${String(error)}`, { cause: error })
    }
  })

  async function storm(): Promise<void> {
    const reader = await startPeer({ port: READER })
    const body = { id: `${reader.origin}/follow`, type: 'Follow', actor: reader.actor, object: association.actor }
    await sendActivity({ url: association.url, publicUrl: association.url }, reader.signer, { body, at: new Date() })
    await until(() => reader.last('Accept'), 'the reader is no follower')
    const trusted = rows<{ id: string }>(centre, 'select id from affiliations where partner_uri = ?', association.actor)
    await farid.post(`/partners/${trusted[0]?.id}/trust`, { trust: 'trusted' })

    const offers: string[] = []
    for (let round = 0; round < 10; round++) offers.push(await draft(`Servir le repas du ${round + 1} décembre`))
    for (const [round, id] of offers.entries()) {
      const pressed = pressPublish(id).catch(() => 'the process died under it')
      await Promise.all([strikeAt(MOMENTS[round % 3]!, reader.status), strikeCentre(random() * 150)])
      await pressed
      await Promise.all([association.start(), centre.start()])
    }
    for (const id of offers) if (!isPublished(id)) await pressPublish(id)

    for (const id of offers) {
      const uri = `${association.url}/offers/${id}`
      const creations = () =>
        reader.received.flatMap(({ body: { type, id: sent, object } }) =>
          type === 'Create' && (object as { id: string }).id === uri ? [String(sent)] : [],
        )
      await until(() => creations()[0], `the reader never received ${uri}`)
      expect(new Set(creations()).size).toBe(1)
      await until(() => shown(id), `the centre does not show ${uri}`)
      await until(
        () => rows(association, `select 1 from submissions where offer_id = ? and state = 'accepted'`, id)[0],
        'the yes was lost',
      )
    }
    for (const instance of [association, centre]) {
      await until(() => rows(instance, 'select 1 from fed_deliveries').length === 0, `${instance.name} has more left`)
      await until(
        () => rows(instance, `select 1 from fed_activities where state = 'waiting'`).length === 0,
        `${instance.name} has more to understand`,
      )
      expect(rows(instance, 'pragma integrity_check')).toEqual([{ integrity_check: 'ok' }])
    }
    for (const id of offers) {
      const count = (of: Process, table: string, where: string) =>
        rows<{ n: number }>(
          of,
          `select count(*) as n from ${table} where ${where} = ?`,
          `${association.url}/offers/${id}`,
        )[0]?.n
      expect({
        items: count(centre, 'moderation_items', 'offer_uri'),
        listings: count(centre, 'listings', 'offer_uri'),
        announced: count(centre, 'fed_activities', `type = 'Announce' and object_id`),
        submitted: count(centre, 'fed_activities', `type = 'Offer' and object_id`),
        created: count(association, 'fed_activities', `type = 'Create' and object_id`),
      }).toEqual({ items: 1, listings: 1, announced: 1, submitted: 1, created: 1 })
    }
  }

  /** The sender dies while it writes the change, when a message is sent, or before it can store the answer. */
  async function strikeAt(moment: (typeof MOMENTS)[number], status: { arrived: (() => void) | undefined }) {
    if (moment === 'committing') await pause(random() * 120)
    else await Promise.race([new Promise<void>((done) => (status.arrived = done)), pause(3000)])
    status.arrived = undefined
    if (moment === 'bookkeeping') await pause(random() * 15)
    await association.kill()
  }

  async function strikeCentre(after: number) {
    await pause(after)
    await centre.kill()
  }
})

const pause = (ms: number) => new Promise<void>((done) => setTimeout(done, ms))

/** Mulberry32: the same numbers in [0, 1) for the same seed. */
function draws(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

async function strike(): Promise<void> {
  const victim = Math.random() < 0.5 ? association : centre
  await new Promise((done) => setTimeout(done, Math.random() * 500))
  await victim.kill()
  await victim.start()
}

it('a head that never ends is waited for a while, and then no more', async () => {
  expect(await endless).toBeGreaterThan(7_000)
})
