// SPDX-License-Identifier: AGPL-3.0-or-later
// Attestations of approved hours: made by the coordinator, verified by anybody who has one, withdrawn; as a page, as a
// tagged PDF, and as a signed credential with its status list.
import { webcrypto } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { afterEach, expect, it } from '@jest/globals'
import type { Browser } from '../support/browser.ts'
import { startApp, stopApps, type World, type WorldOptions } from '../support/app.ts'

afterEach(stopApps)

/** Chloé gave 12 h 30 in two activities in 2025; an hour still waits, and another was in 2024. */
async function start(options: WorldOptions = {}): Promise<World> {
  const world = await startApp(options)
  const { db } = world.deps
  const categories = await db.selectFrom('hours_categories').select('id').orderBy('created_at').orderBy('id').execute()
  const line = { person_id: world.id('chloe'), source: 'self', state: 'approved', created_at: '' } as const
  await db
    .insertInto('hours_entries')
    .values([
      { ...line, id: 'a', worked_on: '2025-03-01', minutes: 600, category_id: categories[0]!.id },
      { ...line, id: 'b', worked_on: '2025-05-01', minutes: 150, category_id: categories[1]!.id },
      { ...line, id: 'c', worked_on: '2025-05-02', minutes: 60, category_id: categories[1]!.id, state: 'submitted' },
      { ...line, id: 'd', worked_on: '2024-05-02', minutes: 60, category_id: categories[1]!.id },
    ])
    .execute()
  return world
}

const FORM = {
  kind: 'volunteer',
  language: 'fr',
  from: '2025-01-01',
  until: '2025-12-31',
  signatory: 'Amina Benali',
  signatory_role: 'présidente',
  place: 'Dijon',
}

const issue = (b: Browser, world: World, more: Record<string, string | string[]> = {}) =>
  b.post(`/work/people/${world.id('chloe')}/attestations`, { ...FORM, ...more })
const newest = (world: World) =>
  world.deps.db.selectFrom('attestations').selectAll().orderBy('number', 'desc').executeTakeFirstOrThrow()

it('the volunteer writes skills, the coordinator confirms some, and the attestation says hours by activity and period', async () => {
  const world = await start()
  const chloe = await world.signIn('chloe')
  await chloe.get('/my/attestations')
  expect(chloe.text).toContain('Pas encore d’attestation.')
  await chloe
    .fill('Ce que je sais faire, ou que j’ai appris ici', '- Accueillir le public\nTailler les arbres\n')
    .press('Enregistrer')
  const bastien = await world.signIn('bastien')
  await bastien.get(`/work/people/${world.id('chloe')}`)
  await bastien.follow('Ses attestations')
  bastien
    .fill('Du', '2025-01-01')
    .fill('Au', '2025-12-31')
    .fill('Sa qualité', 'présidente')
    .fill('Qui signe ?', 'Amina Benali')
  await bastien.choose('Accueillir le public').press('Faire cette attestation')
  expect(bastien.text).toContain(
    'Amina Benali, présidente, atteste que Chloé Tremblay a participé comme bénévole aux activités de notre association, Les Jardins du Canal',
  )
  expect(bastien.text).toContain('pour un total de 12 h 30.')
  expect(bastien.text).toContain('Sur le terrain 1er mars 2025 10 h')
  expect(bastien.text).toContain('Accueillir le public')
  expect(bastien.text).not.toContain('Tailler les arbres')
  expect(bastien.text).not.toContain('€')
  await chloe.get('/my/attestations')
  await chloe.follow('N° 1, du 1er janvier 2025 au 31 décembre 2025 : 12 h 30')
  expect(chloe.text).toContain('12 h 30')
  const david = await world.signIn('david')
  const { id } = await newest(world)
  for (const path of [`/my/attestations/${id}`, `/my/attestations/${id}.pdf`, `/my/attestations/${id}.jwt`])
    expect([path, (await david.get(path)).status]).toEqual([path, 404])
  expect((await david.get(`/work/attestations/${id}`)).status).toBe(403)
})

it('whoever has the document verifies it, sees what it says and nothing else, and sees when it is withdrawn', async () => {
  const world = await start()
  const bastien = await world.signIn('bastien')
  await issue(bastien, world)
  const { code, id } = await newest(world)
  const visitor = world.browser()
  await visitor.get(`/attestations/${code}`)
  expect(visitor.text).toContain('Cette attestation vient bien des Jardins du Canal.')
  expect(visitor.text).toContain('Chloé Tremblay')
  expect(visitor.text).toContain('12 h 30')
  for (const hidden of ['chloe@example.org', '1003', '1 h ', 'Bastien']) expect(visitor.text).not.toContain(hidden)
  expect(visitor.html).toContain('noindex')
  expect(visitor.headers.get('cache-control')).toBe('no-store')
  const other = code.slice(0, -1) + (code.endsWith('x') ? 'y' : 'x')
  expect((await visitor.get(`/attestations/${other}`)).status).toBe(404)
  expect(visitor.text).toContain('Nous ne connaissons pas cette attestation.')
  await bastien.get(`/work/attestations/${id}`)
  await bastien.follow('Retirer cette attestation')
  await bastien.press('Retirer cette attestation')
  await bastien.post(`/work/attestations/${id}/withdrawal`, {})
  expect(bastien.status).toBe(200)
  await visitor.get(`/attestations/${code}`)
  expect(visitor.text).toContain('Cette attestation est retirée depuis le 22 novembre 2026. Elle ne compte plus.')
  expect(visitor.text).not.toContain('vient bien')
  const events = await world.deps.db
    .selectFrom('events')
    .select('type')
    .where('type', 'like', 'attestation.%')
    .execute()
  expect(events.map(({ type }) => type)).toEqual(['attestation.issued', 'attestation.withdrawn'])
})

it('numbers follow one another and are never used again, also after an erasure; a double press makes one', async () => {
  const world = await start()
  const bastien = await world.signIn('bastien')
  await issue(bastien, world, { form_id: 'one' })
  await issue(bastien, world, { form_id: 'one' })
  expect(await world.deps.db.selectFrom('attestations').select('number').execute()).toEqual([{ number: 1 }])
  await world.deps.db.deleteFrom('attestations').execute()
  await issue(bastien, world, { form_id: 'two' })
  expect((await newest(world)).number).toBe(2)
})

it('only approved hours count; each fault is at its field, and nothing typed is lost', async () => {
  const world = await start()
  const bastien = await world.signIn('bastien')
  await issue(bastien, world, { from: '2025-05-02', until: '2025-05-02' })
  expect([bastien.status, bastien.errors()['Du']]).toEqual([
    422,
    'Il n’y a pas d’heures validées entre ces deux jours.',
  ])
  expect(bastien.value('Sa qualité')).toBe('présidente')
  await issue(bastien, world, { until: '2027-01-01' })
  expect(bastien.errors()['Au']).toBe('Ce jour n’est pas encore passé.')
  await issue(bastien, world, { skills: ['Piloter une fusée'] })
  expect(bastien.errors()['Les compétences que vous confirmez'] ?? bastien.text).toContain('Relisez la liste')
  await issue(bastien, world, { signatory: '', place: '', until: '2024-01-01' })
  expect(Object.keys(bastien.errors())).toEqual(['Au', 'Qui signe ?', 'Fait à'])
  expect(await world.deps.db.selectFrom('attestations').select('id').execute()).toEqual([])
  const elise = await world.signIn('elise')
  expect((await issue(elise, world)).status).toBe(403)
})

it('for school, it needs the written permission of a parent, and says so', async () => {
  const world = await start()
  const bastien = await world.signIn('bastien')
  await issue(bastien, world, { kind: 'school' })
  expect(Object.keys(bastien.errors())).toEqual([
    'École ou programme',
    'Parent ou personne responsable',
    'Le jour de l’accord',
    'J’ai cet accord par écrit',
  ])
  const parent = { guardian_name: 'Rosa Tremblay', guardian_agreed_on: '2025-01-15', guardian_agreed: 'on' }
  await issue(bastien, world, { kind: 'school', school: 'Collège Pardé', ...parent })
  expect(bastien.text).toContain('Attestation d’engagement bénévole pour l’école')
  expect(bastien.text).toContain('Accord d’un parent ou d’une personne responsable: Rosa Tremblay, le 15 janvier 2025.')
})

it('in the words of Québec, and never as a receipt', async () => {
  const world = await start()
  await world.deps.db.updateTable('association').set({ country: 'CA', currency: 'CAD' }).execute()
  const bastien = await world.signIn('bastien')
  await issue(bastien, world, { language: 'fr-CA' })
  expect(bastien.text).toContain('aux activités de notre organisme')
  expect(bastien.text).toContain('Ce document n’est pas un reçu officiel de don.')
})

it('SQLite itself keeps what an attestation says, and a withdrawal', async () => {
  const world = await start()
  const bastien = await world.signIn('bastien')
  await issue(bastien, world)
  const { db } = world.deps
  await expect(db.updateTable('attestations').set({ functions: '[]' }).execute()).rejects.toThrow('does not change')
  await db.updateTable('attestations').set({ revoked_at: '2026-01-01T00:00:00.000Z' }).execute()
  await expect(db.updateTable('attestations').set({ revoked_at: null }).execute()).rejects.toThrow('withdrawn once')
})

/** As any program reads a PDF: objects between « obj » and « endobj » that are not compressed. */
it('is a tagged PDF (PDF/UA-1) with its language, title and an embedded font', async () => {
  const world = await start()
  const bastien = await world.signIn('bastien')
  await issue(bastien, world)
  const { id } = await newest(world)
  const answer = await fetch(`${world.url}/work/attestations/${id}.pdf`, { headers: { cookie: bastien.cookie } })
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/pdf'])
  const pdf = Buffer.from(await answer.arrayBuffer()).toString('latin1')
  expect(pdf.startsWith('%PDF-1.7')).toBe(true)
  expect(pdf).toContain('<pdfuaid:part>1</pdfuaid:part>')
  expect(pdf).toMatch(/\/MarkInfo\s*<<[^>]*\/Marked true/)
  expect(pdf).toMatch(/\/Lang ?\(fr/)
  expect(pdf).toMatch(/\/DisplayDocTitle true/)
  for (const tag of ['H1', 'H2', 'Table', 'TH', 'TD', 'Figure', 'Link'])
    expect(pdf).toMatch(new RegExp(`/S ?/${tag}\\b`))
  expect(pdf).toMatch(/\/FontFile3/)
  expect(pdf).toContain(`/attestations/${(await newest(world)).code}`)
})

type Parts = { head: Record<string, unknown>; claims: Record<string, unknown> }

/** With nothing of ours: the key as it is published, and WebCrypto. */
async function checked(world: World, jwt: string): Promise<Parts> {
  const [head = '', claims = '', signature = ''] = jwt.split('.')
  const parts = [head, claims].map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Parts['head'])
  const { kid, alg } = parts[0] as { kid: string; alg: string }
  expect(alg).toBe('EdDSA')
  const jwk = (await (await fetch(kid.replace('http://localhost:3000', world.url))).json()) as webcrypto.JsonWebKey
  expect(jwk).toMatchObject({ kty: 'OKP', crv: 'Ed25519' })
  expect(jwk).not.toHaveProperty('d')
  const key = await webcrypto.subtle.importKey('jwk', { kty: jwk.kty!, crv: jwk.crv!, x: jwk.x! }, 'Ed25519', false, [
    'verify',
  ])
  const isSigned = (text: string) =>
    webcrypto.subtle.verify('Ed25519', key, Buffer.from(signature, 'base64url'), Buffer.from(text))
  expect([await isSigned(`${head}.${claims}`), await isSigned(`${head}.${claims}x`)]).toEqual([true, false])
  return { head: parts[0]!, claims: parts[1]! }
}

it('is a signed Open Badges credential that others check, with a list of what was withdrawn', async () => {
  const world = await start()
  const bastien = await world.signIn('bastien')
  for (const form_id of ['1', '2', '3']) await issue(bastien, world, { form_id })
  const chloe = await world.signIn('chloe')
  const { id } = await newest(world)
  await chloe.get(`/my/attestations/${id}.jwt`)
  expect(chloe.headers.get('content-type')).toContain('application/vc+jwt')
  const { claims } = await checked(world, chloe.html)
  expect(claims).toMatchObject({
    type: ['VerifiableCredential', 'OpenBadgeCredential'],
    iss: 'http://localhost:3000/credentials/issuer',
    jti: `urn:uuid:${id}`,
    credentialSubject: {
      type: ['AchievementSubject'],
      creditsEarned: 12.5,
      achievement: { type: ['Achievement'], achievementType: 'CommunityService' },
    },
  })
  expect(JSON.stringify(claims)).not.toContain('chloe@example.org')
  const status = claims['credentialStatus'] as { statusListIndex: string; statusListCredential: string }
  expect(status).toMatchObject({ type: 'BitstringStatusListEntry', statusPurpose: 'revocation', statusListIndex: '2' })
  const readBits = async () => {
    const list = await fetch(status.statusListCredential.replace('http://localhost:3000', world.url))
    const { claims: own } = await checked(world, await list.text())
    const { encodedList } = own['credentialSubject'] as { encodedList: string }
    expect(encodedList.startsWith('u')).toBe(true)
    const bits = gunzipSync(Buffer.from(encodedList.slice(1), 'base64url'))
    expect(bits).toHaveLength(16_384)
    return Array.from({ length: 8 }, (_, index) => (bits[0]! >> (7 - index)) & 1)
  }
  expect(await readBits()).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
  await bastien.post(`/work/attestations/${id}/withdrawal`, {})
  expect(await readBits()).toEqual([0, 0, 1, 0, 0, 0, 0, 0])
  expect((await chloe.get(`/my/attestations/${id}.jwt`)).status).toBe(404)
  const profile = (await (await fetch(`${world.url}/credentials/issuer`)).json()) as { name: string }
  expect(profile.name).toBe('Les Jardins du Canal')
  expect((await world.browser().get('/credentials/status/0')).status).toBe(404)
})

it('a sign that the font does not have is told, and the page can be printed; it is no fault of the server', async () => {
  const world = await start()
  const { db } = world.deps
  await db.updateTable('people').set({ given_name: '李明' }).where('id', '=', world.id('chloe')).execute()
  const bastien = await world.signIn('bastien')
  await issue(bastien, world)
  const { id } = await newest(world)
  await bastien.get(`/work/attestations/${id}.pdf`)
  expect(bastien.status).toBe(409)
  expect(bastien.text).toContain('à cause d’un signe')
  await bastien.get(`/work/attestations/${id}`)
  expect(bastien.text).toContain('李明')
})

it('what was withdrawn stays withdrawn after its person is erased, and so does all else of that person', async () => {
  const world = await start()
  const bastien = await world.signIn('bastien')
  for (const form_id of ['1', '2', '3']) await issue(bastien, world, { form_id })
  const { db } = world.deps
  const second = await db.selectFrom('attestations').select('id').where('number', '=', 2).executeTakeFirstOrThrow()
  await bastien.post(`/work/attestations/${second.id}/withdrawal`, {})
  expect(await firstBits(world)).toEqual([0, 1, 0, 0])
  const amina = await world.signIn('amina')
  await amina.post(`/work/people/${world.id('chloe')}/erasure`, { name: 'Tremblay', agreed: 'on' })
  expect(await db.selectFrom('attestations').select('id').execute()).toEqual([])
  expect(await firstBits(world)).toEqual([1, 1, 1, 0])
})

async function firstBits(world: World): Promise<number[]> {
  const { claims } = await checked(world, await (await fetch(`${world.url}/credentials/status/1`)).text())
  const { encodedList } = claims['credentialSubject'] as { encodedList: string }
  const bits = gunzipSync(Buffer.from(encodedList.slice(1), 'base64url'))
  return Array.from({ length: 4 }, (_, index) => (bits[0]! >> (7 - index)) & 1)
}

it('the period of an activity has no days that were taken out again', async () => {
  const world = await start()
  const { db } = world.deps
  const like = await db.selectFrom('hours_entries').selectAll().where('id', '=', 'a').executeTakeFirstOrThrow()
  await db
    .insertInto('hours_entries')
    .values([
      { ...like, id: 'e', worked_on: '2025-01-10', minutes: 90 },
      { ...like, id: 'f', worked_on: '2025-01-10', minutes: -90, reverses_id: 'e' },
    ])
    .execute()
  const bastien = await world.signIn('bastien')
  await issue(bastien, world)
  expect(bastien.text).toContain('Sur le terrain 1er mars 2025 10 h')
})

it('whoever of the team reads attestations, in whichever form, is in the trail', async () => {
  const world = await start()
  const bastien = await world.signIn('bastien')
  await issue(bastien, world)
  const { id, person_id } = await newest(world)
  const paths = [
    `/work/people/${person_id}/attestations`,
    `/work/attestations/${id}`,
    `/work/attestations/${id}.pdf`,
    `/work/attestations/${id}/withdrawal`,
  ]
  for (const path of paths) {
    await world.deps.db.deleteFrom('events').where('type', '=', 'record.opened').execute()
    await bastien.get(path)
    const looks = await world.deps.db
      .selectFrom('events')
      .select('subject_id')
      .where('type', '=', 'record.opened')
      .execute()
    expect([path, looks]).toEqual([path, [{ subject_id: person_id }]])
  }
})

it('what a credential names as its achievement is told at that address', async () => {
  const world = await start()
  const bastien = await world.signIn('bastien')
  await issue(bastien, world)
  const chloe = await world.signIn('chloe')
  await chloe.get(`/my/attestations/${(await newest(world)).id}.jwt`)
  const { claims } = await checked(world, chloe.html)
  const { achievement } = claims['credentialSubject'] as { achievement: { id: string; name: string } }
  const answer = await fetch(achievement.id.replace('http://localhost:3000', world.url))
  expect(answer.status).toBe(200)
  expect(await answer.json()).toMatchObject({
    id: achievement.id,
    type: ['Achievement'],
    name: achievement.name,
    criteria: { narrative: expect.stringContaining('validées') },
  })
})
