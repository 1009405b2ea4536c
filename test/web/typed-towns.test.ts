// SPDX-License-Identifier: AGPL-3.0-or-later
// A town that is in no list is kept as typed, until somebody here says which place it is.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { openGazetteer } from '../../db/reference/places.ts'
import { acceptOffer } from '../../server/moderation/commands/decide.ts'
import { receiveOffer } from '../../server/moderation/commands/receive.ts'
import type { OfferPlace } from '../../server/model/offer/content.ts'
import { viewerOf } from '../../server/model/viewer.ts'
import { acceptMember } from '../../server/partners/commands/decide.ts'
import { receiveJoinRequest } from '../../server/partners/commands/receive.ts'
import { gazetteerOf } from '../../server/shared.ts'
import { reopenTown, restoreOwnPlaces, settleTown } from '../../server/towns/commands.ts'
import { transact } from '../../server/web/transact.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { CONTEURS, samplePublicOffer } from '../support/offers.ts'

const folder = mkdtempSync(join(tmpdir(), 'mainforte-towns-'))
afterAll(() => rmSync(folder, { recursive: true }))
afterEach(stopApps)
let world: World

const typed = (name: string, postalCode: string | null = null): OfferPlace => ({
  code: null,
  label: 'Salle des fêtes',
  name,
  region: null,
  department: null,
  country: 'FR',
  postalCode,
  street: null,
  latitude: null,
  longitude: null,
  precision: 'municipality',
})
const farid = () => viewerOf(world.id('farid'), 'Farid Haddad', ['moderator'])
const itemOf = (name: string) =>
  world.deps.db
    .selectFrom('moderation_items')
    .selectAll()
    .where('offer_uri', 'like', `%/${name}`)
    .executeTakeFirstOrThrow()
async function arrive(name: string, place: OfferPlace, title = `Aider à ${name}`) {
  const offer = samplePublicOffer({ name, content: { title: { fr: title }, places: [place] } })
  await transact(world.deps, (tx) => receiveOffer(tx, world.deps, offer, { via: 'a.b.c' }))
}
async function online(name: string, place: OfferPlace, title?: string) {
  await arrive(name, place, title)
  const { id, version } = await itemOf(name)
  await acceptOffer(world.deps, farid(), id, { version })
}
const found = async (search: string): Promise<string[]> => {
  const b = await world.browser().get(`/offers?${search}`)
  return ['lecture', 'cuisine', 'jardin'].filter((name) => b.text.includes(`Aider à ${name}`))
}
const towns = () => world.deps.db.selectFrom('typed_towns').selectAll().orderBy('key').execute()

describe('at a centre', () => {
  beforeEach(async () => {
    world = await startApp({ kind: 'centre', env: { DATA_DIR: folder } })
    await transact(world.deps, (tx) => receiveJoinRequest(tx, world.deps, CONTEURS))
    const { id } = await world.deps.db.selectFrom('affiliations').select('id').executeTakeFirstOrThrow()
    await acceptMember(world.deps, farid(), id)
  })
  const settle = async (b: Browser, answer: string) => {
    await b.get('/moderation/towns')
    await b.follow('Saint-Machin-des-Bois')
    return b.choose(answer).press('Enregistrer')
  }

  it('a moderator chooses the place, and every offer with that name shows and is found under it', async () => {
    await online('lecture', typed('Saint-Machin-des-Bois'))
    await online('cuisine', typed('St Machin des bois'))
    await online('jardin', typed('Saint-Machin-des-Bois', '21200'))
    expect(await found('place=FR-21461&radius=5')).toEqual([])
    const b = await world.signIn('farid')
    await b.get('/work')
    expect(b.text).toContain('2 communes à vérifier')
    await b.follow('2 communes à vérifier')
    await b.follow('Saint-Machin-des-Bois')
    expect(b.text).toContain('2 annonces en ligne la nomment.')
    await b.choose('Une autre commune connue').fill('Nom de la commune', 'Nolay (21)').press('Enregistrer')
    expect(b.text).toContain('est maintenant affichée comme Nolay (Côte-d’Or)')
    expect(await found('place=FR-21461&radius=5')).toEqual(['lecture', 'cuisine'])
    expect(await found('region=FR-R27')).toEqual(['lecture', 'cuisine'])
    const listing = await world.deps.db
      .selectFrom('listings')
      .selectAll()
      .where('offer_uri', 'like', '%/lecture')
      .executeTakeFirstOrThrow()
    const page = await world.browser().get(`/offers/${listing.public_id}`)
    expect(page.text).toContain('Nolay')
    expect(page.text).not.toContain('Machin')
    // Nothing of the offer itself is changed: what its home sent stays.
    expect((await itemOf('lecture')).accepted_offer).toContain('Saint-Machin-des-Bois')
    expect(await towns()).toMatchObject([{ code: 'FR-21461' }, { code: null, postal_code: '21200' }])
  })

  it('more offers than one transaction holds follow in batches', async () => {
    for (let n = 0; n < 12; n++) await online(`o${n}`, typed('Saint-Machin-des-Bois'))
    const b = await world.signIn('farid')
    await b.get('/moderation/towns')
    await b.follow('Saint-Machin-des-Bois')
    await b.choose('Une autre commune connue').fill('Nom de la commune', 'Nolay (21)').press('Enregistrer')
    await world.settle()
    const rows = await world.deps.db.selectFrom('listing_state').select('places').execute()
    expect(rows.filter(({ places }) => places.includes('FR-21461'))).toHaveLength(12)
  })

  it('the answer can be taken back, and what was shown before is shown again', async () => {
    await online('lecture', typed('Saint-Machin-des-Bois'))
    const b = await world.signIn('farid')
    await b.get('/moderation/towns')
    await b.follow('Saint-Machin-des-Bois')
    await b.choose('Une autre commune connue').fill('Nom de la commune', 'Nolay (21)').press('Enregistrer')
    await b.follow('Changer')
    expect(b.text).toContain('Affichée ici comme Nolay (Côte-d’Or)')
    await b.press('Reprendre cette réponse')
    expect(b.text).toContain('de nouveau à vérifier')
    expect(await found('place=FR-21461&radius=5')).toEqual([])
    expect(await found('q=Machin')).toEqual(['lecture'])
    const events = await world.deps.db
      .selectFrom('events')
      .select('type')
      .where('type', 'like', 'town.%')
      .orderBy('seq')
      .execute()
    expect(events.map(({ type }) => type)).toEqual(['town.settled', 'town.reopened'])
  })

  it('a place of its own joins the list of the instance, with the region and position of its neighbour', async () => {
    await online('lecture', typed('Saint-Machin-des-Bois'))
    const b = await world.signIn('farid')
    await settle(b, 'Un lieu à part : garder « Saint-Machin-des-Bois »')
    expect(b.status).toBe(422)
    expect(b.errors()).toEqual({ 'Commune connue la plus proche': 'Tapez une commune connue, la plus proche.' })
    await b.fill('Commune connue la plus proche', 'Nolay (21)').fill('Latitude', '46,9').press('Enregistrer')
    expect(b.errors()).toMatchObject({ Longitude: 'Donnez les deux, la latitude et la longitude, ou aucune.' })
    await b.fill('Longitude', '4,6').press('Enregistrer')
    expect(b.text).toContain('affichée comme Saint-Machin-des-Bois (Côte-d’Or)')
    expect(await found(`place=${encodeURIComponent('saint machin des bois')}&radius=5`)).toEqual(['lecture'])
    expect(await found('place=FR-21461&radius=10')).toEqual(['lecture'])
    const own = openGazetteer(join(folder, 'places.sqlite'))
    expect(own.resolve('St-Machin-des-Bois')).toMatchObject({
      department: 'FR-D21',
      latitude: 46.9,
      longitude: 4.6,
      precision: 'exact',
    })
    own.close()
    // A second process and a restored backup know it too.
    expect(gazetteerOf(folder).resolve('Saint-Machin-des-Bois')).toBeDefined()
    world.deps.ownPlaces.remove((await towns())[0]!.code!)
    expect(world.deps.places.resolve('Saint-Machin-des-Bois')).toBeUndefined()
    await restoreOwnPlaces(world.deps)
    expect(world.deps.places.resolve('Saint-Machin-des-Bois')).toBeDefined()
    const [row] = await towns()
    await reopenTown(world.deps, farid(), row!.id, { version: row!.version, item: '' })
    expect(world.deps.places.resolve('Saint-Machin-des-Bois')).toBeUndefined()
  })

  it('a place of its own lasts as long as one of the towns that are it, and leaves nothing of an answer that failed', async () => {
    await online('lecture', typed('Saint-Machin-des-Bois'))
    const b = await world.signIn('farid')
    await settle(b, 'Un lieu à part : garder « Saint-Machin-des-Bois »')
    await b.fill('Commune connue la plus proche', 'Nolay (21)').press('Enregistrer')
    await online('cuisine', typed('Saint-Machain'))
    await b.get('/moderation/towns')
    await b.follow('Saint-Machain')
    await b.choose('Une autre commune connue').fill('Nom de la commune', 'Saint-Machin-des-Bois').press('Enregistrer')
    const [first, second] = (await towns()).toReversed()
    expect([first!.code, second!.code]).toEqual([first!.code, first!.code])
    await reopenTown(world.deps, farid(), first!.id, { version: first!.version, item: '' })
    const known = () => world.deps.places.find(first!.code!) !== undefined
    expect(known()).toBe(true)
    // Also after a restored backup without the list.
    world.deps.ownPlaces.remove(first!.code!)
    await restoreOwnPlaces(world.deps)
    expect(known()).toBe(true)
    await reopenTown(world.deps, farid(), second!.id, { version: second!.version, item: '' })
    expect(known()).toBe(false)

    const [again] = (await towns()).toReversed()
    const answer = { answer: 'own', other: '', near: 'Nolay (21)', latitude: null, longitude: null, item: '' } as const
    await world.deps.db.schema.dropTable('listing_towns').execute()
    await expect(
      settleTown(world.deps, farid(), again!.id, { ...answer, version: again!.version }),
    ).rejects.toBeDefined()
    expect(known()).toBe(false)
  })

  it('a text that is not online yet is settled on its own page, and appears under the place once accepted', async () => {
    await arrive('lecture', typed('Saint-Machin-des-Bois'))
    const { id } = await itemOf('lecture')
    const b = await world.signIn('farid')
    await b.get(`/moderation/${id}`)
    expect(b.text).toContain('« Saint-Machin-des-Bois » n’est dans aucune liste de communes.')
    await b.follow('Dire de quelle commune il s’agit')
    expect(b.text).toContain('Aucune annonce en ligne ne nomme encore cette commune.')
    await b.choose('Une autre commune connue').fill('Nom de la commune', 'Nolay (21)').press('Enregistrer')
    expect(b.text).toContain('« Saint-Machin-des-Bois » est affichée ici comme Nolay (Côte-d’Or).')
    const { version } = await itemOf('lecture')
    await acceptOffer(world.deps, farid(), id, { version })
    expect(await found('place=FR-21461&radius=5')).toEqual(['lecture'])
  })

  it('a wrong answer, an empty list, a second answer and somebody without the role are told so', async () => {
    const b = await world.signIn('farid')
    await b.get('/moderation/towns')
    expect(b.text).toContain('Toutes les communes sont claires.')
    await online('lecture', typed('Saint-Machin-des-Bois'))
    await b.get('/moderation/towns')
    await b.follow('Saint-Machin-des-Bois')
    await b.press('Enregistrer')
    expect(b.errors()).toEqual({ 'De quelle commune s’agit-il ?': 'Dites de quelle commune il s’agit.' })
    await b.choose('Une autre commune connue').fill('Nom de la commune', 'Xyzzy').press('Enregistrer')
    expect(b.status).toBe(422)
    expect(b.value('Nom de la commune')).toBe('Xyzzy')
    // Several towns have that name: they are offered.
    await b.fill('Nom de la commune', 'Nolay').press('Enregistrer')
    await b.choose('Nolay (Nièvre)')
    const [row] = await towns()
    const other = await world.signIn('amina')
    await other.post(`/moderation/towns/${row!.id}`, { version: '1', answer: 'other', other: 'Nolay (21)' })
    await b.press('Enregistrer')
    expect([b.status, b.text]).toEqual([409, expect.stringContaining('Quelqu’un a répondu pour cette commune')])
    expect((await (await world.signIn('bastien')).get('/moderation/towns')).status).toBe(403)
    expect((await b.get('/moderation/towns/0000000000000000')).status).toBe(404)
  })

  it('an offer that leaves takes its town out of the list', async () => {
    await online('lecture', typed('Saint-Machin-des-Bois'))
    expect(await towns()).toHaveLength(1)
    const changed = samplePublicOffer({
      name: 'lecture',
      revision: 2,
      updatedAt: '2026-11-21T08:00:00.000Z',
      content: { places: [typed('Saint-Truc-des-Bois')] },
    })
    await transact(world.deps, (tx) => receiveOffer(tx, world.deps, changed, { via: 'a.b.c' }))
    const { id, version } = await itemOf('lecture')
    await acceptOffer(world.deps, farid(), id, { version })
    expect((await towns()).map(({ name }) => name)).toEqual(['Saint-Truc-des-Bois'])
  })
})

it('at home the administrator settles the towns of own offers, and nobody else', async () => {
  world = await startApp({ env: { DATA_DIR: folder } })
  const coordinator = await world.signIn('bastien')
  await coordinator.get('/work/offers/new')
  coordinator.fill('Titre', 'Aider à jardin').fill('En une ou deux phrases', 'Deux heures au vert.')
  coordinator.fill('Les tâches', 'Semer\nArroser').fill('Pour quelle cause', 'Sécurité alimentaire')
  coordinator.fill('Quel genre d’activité', 'Repas, distribution').choose('Ponctuel').choose('Sur place')
  coordinator.fill('Ville ou village', '21200 Saint-Machin-des-Bois').choose('Sans limite')
  await coordinator.press('Enregistrer et me relire')
  await coordinator.press('Publier maintenant')
  expect(coordinator.text).toContain('Saint-Machin-des-Bois (commune à vérifier)')
  const own = coordinator.url
  const admin = await world.signIn('amina')
  await admin.get('/work')
  await admin.follow('1 commune à vérifier')
  await admin.follow('21200 Saint-Machin-des-Bois')
  await admin.choose('Beaune (Côte-d’Or)').press('Enregistrer')
  expect((await coordinator.get(own)).text).not.toContain('commune à vérifier')
  const { id } = await world.deps.db.selectFrom('offers').select('id').executeTakeFirstOrThrow()
  expect((await world.browser().get(`/offers/${id}`)).text).toContain('Beaune')
  const row = await world.deps.db.selectFrom('offers').select('content').executeTakeFirstOrThrow()
  expect(row.content).toContain('Saint-Machin-des-Bois')
  expect((await (await world.signIn('farid')).get('/moderation/towns')).status).toBe(403)
})
