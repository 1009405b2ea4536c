// SPDX-License-Identifier: AGPL-3.0-or-later
// What a centre knows of a member: trust from an offer, notes of the team, and the whole history.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { acceptOffer, refuseOffer, suspendOffer } from '../../server/moderation/commands/decide.ts'
import { receiveOffer } from '../../server/moderation/commands/receive.ts'
import { viewerOf } from '../../server/model/viewer.ts'
import { acceptMember } from '../../server/partners/commands/decide.ts'
import { receiveJoinRequest } from '../../server/partners/commands/receive.ts'
import { transact } from '../../server/web/transact.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { CONTEURS, samplePublicOffer } from '../support/offers.ts'
import { fr as text } from '../support/texts.ts'

const TITLE = 'Lire des histoires à l’école Prévert'
let world: World
let member: string
const fr = (...asked: Parameters<typeof text>) => text(...asked).replaceAll(/\s+:/g, ':')
const farid = () => viewerOf(world.id('farid'), 'Farid Haddad', ['moderator'])
const arrive = (name = 'lecture') =>
  transact(world.deps, (tx) => receiveOffer(tx, world.deps, samplePublicOffer({ name }), { via: 'a.b.c' }))
const item = () => world.deps.db.selectFrom('moderation_items').selectAll().executeTakeFirstOrThrow()
const notes = () => world.deps.db.selectFrom('team_notes').selectAll().execute()
const here = async () => `/moderation/${(await item()).id}`

beforeEach(async () => {
  world = await startApp({ kind: 'centre' })
  await transact(world.deps, (tx) => receiveJoinRequest(tx, world.deps, CONTEURS))
  member = (await world.deps.db.selectFrom('affiliations').select('id').executeTakeFirstOrThrow()).id
  await acceptMember(world.deps, farid(), member)
})
afterEach(stopApps)

describe('trust', () => {
  it('is changed from the offer, each level says what it skips, and the next offer goes online by itself', async () => {
    await arrive()
    const b = await world.signIn('farid')
    await b.get(await here())
    for (const level of ['new', 'standard', 'trusted'] as const)
      expect(b.text).toContain(fr(`partners.trust.hint.${level}`))
    b.choose('Relire après')
    await b.press(fr('partners.trust.button'))
    expect(b.url).toBe(await here())
    expect(b.text).toContain('C’est enregistré pour tout ce que Les Conteurs de la Saône envoient')
    expect(b.text).toContain('Ce que vous relisez: Relire après')
    await arrive('conte')
    const states = await world.deps.db.selectFrom('moderation_items').select('state').orderBy('id').execute()
    expect(states.map(({ state }) => state)).toEqual(['pending', 'accepted'])
  })

  it('is not changed by a coordinator, and not to a level that there is not', async () => {
    await arrive()
    const outside = await world.signIn('bastien')
    expect((await outside.post(`${await here()}/trust`, { trust: 'trusted' })).status).toBe(403)
    const b = await world.signIn('farid')
    await b.post(`${await here()}/trust`, { trust: 'everything' })
    expect([b.status, Object.values(b.errors())]).toEqual([422, [fr('partners.trust.missing')]])
    const { trust } = await world.deps.db.selectFrom('affiliations').select('trust').executeTakeFirstOrThrow()
    expect(trust).toBe('new')
  })
})

describe('a note of the team', () => {
  it('stands beside the offer with who and when, and one about the association beside all its offers', async () => {
    await arrive()
    await arrive('conte')
    const b = await world.signIn('farid')
    await b.get(await here())
    b.fill('Votre note', 'Demander l’adresse exacte.')
    await b.press(fr('moderation.notes.button'))
    expect(b.text).toContain(fr('moderation.notes.done'))
    expect(b.text).toMatch(/Demander l’adresse exacte\. Farid Haddad, le 22 novembre 2026 à 10:00, pour cette annonce/)
    b.fill('Votre note', 'La présidente change en janvier.').choose('Toute l’association')
    await b.press(fr('moderation.notes.button'))
    const other = await world.deps.db
      .selectFrom('moderation_items')
      .select('id')
      .orderBy('id', 'desc')
      .executeTakeFirstOrThrow()
    await b.get(`/moderation/${other.id}`)
    expect(b.text).toContain('La présidente change en janvier.')
    expect(b.text).not.toContain('Demander l’adresse exacte.')
    await b.get(`/partners/${member}`)
    expect(b.text).toContain('La présidente change en janvier.')
    b.fill('Votre note', 'Très bon accueil.')
    await b.press(fr('moderation.notes.button'))
    expect(b.url).toBe(`/partners/${member}`)
    expect(await notes()).toHaveLength(3)
  })

  it('is never empty, and a double press keeps one', async () => {
    await arrive()
    const b = await world.signIn('farid')
    await b.post(`${await here()}/notes`, { body: ' ', about: 'item' })
    expect([b.status, Object.values(b.errors())]).toEqual([422, [fr('moderation.notes.missing')]])
    for (let at = 0; at < 2; at += 1)
      await b.post(`${await here()}/notes`, { body: 'Une fois', about: 'item', form_id: 'k' })
    expect(await notes()).toHaveLength(1)
  })

  it('leaves the centre nowhere: no mail, no event, no activity has its words', async () => {
    await arrive()
    const b = await world.signIn('farid')
    await b.post(`${await here()}/notes`, { body: 'Mot secret', about: 'association' })
    const { version, id } = await item()
    await refuseOffer(world.deps, farid(), id, { version, reason: 'duplicate', note: '' })
    const { db } = world.deps
    const kept = [
      await db.selectFrom('events').selectAll().execute(),
      await db.selectFrom('fed_activities').selectAll().execute(),
      await db.selectFrom('mails').selectAll().execute(),
    ]
    expect(JSON.stringify(kept)).not.toContain('secret')
  })

  it('is erased by who wrote it or an administrator, and its words leave the history too', async () => {
    await arrive()
    const b = await world.signIn('farid')
    await b.post(`${await here()}/notes`, { body: 'Mot de trop', about: 'item' })
    const [{ id } = { id: '' }] = await notes()
    expect((await (await world.signIn('bastien')).post(`/moderation/notes/${id}/removal`, {})).status).toBe(403)
    await b.get(await here())
    await b.follow('Effacer')
    expect(b.text).toContain('Mot de trop')
    await b.press(fr('moderation.notes.removal.button'))
    expect(b.url).toBe(await here())
    expect(await notes()).toEqual([])
    await b.get(`/partners/${member}/history`)
    expect(b.text).toContain(fr('partners.history.note_erased'))
    expect(b.text).not.toContain('Mot de trop')
    await b.post(`${await here()}/notes`, { body: 'D’un collègue', about: 'item' })
    const [other] = await notes()
    await (await world.signIn('amina')).post(`/moderation/notes/${other!.id}/removal`, {})
    expect(await notes()).toEqual([])
  })

  it('is in the data of who wrote it', async () => {
    await arrive()
    const b = await world.signIn('farid')
    await b.post(`${await here()}/notes`, { body: 'Rappeler lundi', about: 'item' })
    await b.get('/my/data.json')
    expect(b.html).toContain('Rappeler lundi')
  })
})

describe('the history of a member', () => {
  it('tells decisions, trust, suspensions and notes with who did them, newest first, by kind, page by page', async () => {
    await arrive()
    const first = await item()
    await acceptOffer(world.deps, farid(), first.id, { version: first.version })
    world.clock.advance(60_000)
    const shown = await item()
    await suspendOffer(world.deps, farid(), shown.id, { version: shown.version, reason: 'safety', note: '' })
    const b = await world.signIn('farid')
    await b.post(`/partners/${member}/trust`, { trust: 'standard' })
    await b.post(`${await here()}/notes`, { body: 'Rappeler lundi', about: 'item' })
    await b.get(await here())
    await b.follow(fr('partners.history.link'))
    expect(b.url).toBe(`/partners/${member}/history`)
    const found = [
      'Rappeler lundi',
      'Relire ce qui compte',
      'La sécurité n’est pas assurée',
      'Annonce acceptée',
      'Adhésion acceptée',
    ]
    const places = found.map((words) => b.text.indexOf(words))
    expect(places).toEqual(places.toSorted((one, other) => one - other))
    expect(places).not.toContain(-1)
    expect(b.text).toContain('Farid Haddad')
    await b.get(`/partners/${member}/history?show=membership`)
    expect([b.text.includes('Relire ce qui compte'), b.text.includes('Annonce acceptée')]).toEqual([true, false])
    const file = await b.get(`/partners/${member}/history.csv?show=decisions`)
    expect(file.status).toBe(200)
    expect(b.html).toContain(TITLE)
    expect(b.html).not.toContain('Rappeler')
  })

  it('nothing is cut: what does not fit on a page stands on the next', async () => {
    await arrive()
    const b = await world.signIn('farid')
    for (let at = 0; at < 60; at += 1)
      await b.post(`${await here()}/notes`, { body: `Note numéro ${at}.`, about: 'item' })
    const seen = new Set<string>()
    await b.get(`/partners/${member}/history?show=notes`)
    for (let page = 0; page < 10; page += 1) {
      for (const [words] of b.text.matchAll(/Note numéro \d+\./g)) seen.add(words)
      if (!b.hasLink(fr('layout.next'))) break
      await b.follow(fr('layout.next'))
    }
    expect(seen.size).toBe(60)
    await b.get(`/partners/${member}/history.csv?show=notes`)
    expect(b.html.trim().split('\r\n')).toHaveLength(61)
  })

  it('is for moderators, and of members only', async () => {
    const b = await world.signIn('bastien')
    for (const end of ['history', 'history.csv']) expect((await b.get(`/partners/${member}/${end}`)).status).toBe(403)
    const farids = await world.signIn('farid')
    expect((await farids.get('/partners/nothing/history')).status).toBe(404)
  })
})
