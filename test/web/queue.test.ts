// SPDX-License-Identifier: AGPL-3.0-or-later
// The list of what moderators read: looking for offers, and going on with the next one of what was looked for.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { DAY } from '../../server/base/clock.ts'
import { acceptOffer, askForChanges } from '../../server/moderation/commands/decide.ts'
import { receiveOffer } from '../../server/moderation/commands/receive.ts'
import type { OfferContent } from '../../server/model/offer/content.ts'
import { viewerOf } from '../../server/model/viewer.ts'
import { acceptMember, setTrust } from '../../server/partners/commands/decide.ts'
import { receiveJoinRequest, recordPresentation } from '../../server/partners/commands/receive.ts'
import { transact } from '../../server/web/transact.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { CONTEURS, samplePublicOffer } from '../support/offers.ts'

const POTAGER = {
  ...CONTEURS,
  uri: 'https://potager.example/actor',
  name: 'Le Potager d’Édith',
  url: 'https://potager.example/',
}
let world: World

beforeEach(async () => {
  world = await startApp({ kind: 'centre', env: { UNDO_SECONDS: '60' } })
  for (const one of [CONTEURS, POTAGER]) {
    await transact(world.deps, (tx) => receiveJoinRequest(tx, world.deps, one))
    const { id } = await world.deps.db
      .selectFrom('affiliations')
      .select('id')
      .where('partner_uri', '=', one.uri)
      .executeTakeFirstOrThrow()
    await acceptMember(world.deps, farid(), id)
  }
})
afterEach(stopApps)

const farid = () => viewerOf(world.id('farid'), 'Farid Haddad', ['moderator'])
type Sent = { title?: string; revision?: number; association?: typeof POTAGER; content?: Partial<OfferContent> }

/** As received by the federation. */
async function arrive(name: string, { title = name, revision = 1, association, content }: Sent = {}) {
  const offer = samplePublicOffer({
    name,
    revision,
    updatedAt: world.clock.iso(),
    content: { title: { fr: title }, ...content },
    ...(association && { association }),
  })
  await transact(world.deps, (tx) => receiveOffer(tx, world.deps, offer, { via: 'relation.offre.sceau' }))
  world.clock.advance(60_000)
}
const itemOf = (name: string) =>
  world.deps.db
    .selectFrom('moderation_items')
    .selectAll()
    .where('offer_uri', 'like', `%/offers/${name}`)
    .executeTakeFirstOrThrow()
const titles = (b: { document: Document }) =>
  [...b.document.querySelectorAll('tbody th a')].map((one) => one.textContent?.trim())

async function queue() {
  const b = await world.signIn('farid')
  await b.get('/moderation')
  return b
}

describe('looking for offers that wait', () => {
  it('finds by words of title, town and association, whatever the accents, and nothing typed is in an address', async () => {
    await arrive('lecture', { title: 'Lire à l’école' })
    await arrive('jardin', { title: 'Bêcher le potager', association: POTAGER })
    const b = await queue()
    expect(titles(b)).toEqual(['Lire à l’école', 'Bêcher le potager'])
    for (const [words, found] of [
      ['ecole', ['Lire à l’école']],
      ['BECHER', ['Bêcher le potager']],
      ['edith', ['Bêcher le potager']],
      ['dijon lire', ['Lire à l’école']],
    ] as const) {
      await b.get('/moderation')
      await b.fill('Mots du titre, lieu ou association', words).press('Montrer')
      expect(titles(b)).toEqual(found)
      expect(b.url).not.toContain(words)
    }
    await b.fill('Mots du titre, lieu ou association', 'piscine').press('Montrer')
    expect(b.text).toContain('Aucune annonce ne correspond à votre choix.')
    await b.follow('Tout montrer')
    expect(titles(b)).toHaveLength(2)
  })

  it('says what is too long, and keeps what was chosen', async () => {
    await arrive('lecture')
    const b = await queue()
    b.fill('Ce qui attend', 'Nouvelle').fill('Mots du titre, lieu ou association', 'x'.repeat(101))
    await b.press('Montrer')
    expect(b.status).toBe(422)
    expect(Object.keys(b.errors())).toEqual(['Mots du titre, lieu ou association'])
    expect(b.value('Ce qui attend')).toBe('new')
  })

  it('by what brought them: new, changed, an answer to a question, proposed again', async () => {
    for (const name of ['neuve', 'changée', 'répondue', 'revenue'])
      await arrive(encodeURIComponent(name), { title: name })
    const on = async (name: string) => itemOf(encodeURIComponent(name))
    await acceptOffer(world.deps, farid(), (await on('changée')).id, await on('changée'))
    await askForChanges(world.deps, farid(), (await on('répondue')).id, {
      ...(await on('répondue')),
      question: 'À quelle heure ?',
    })
    const b = await queue()
    await b.follow('revenue')
    await b.choose('Refuser').fill('La raison', 'Hors du territoire').press('Envoyer ma décision')
    for (const name of ['changée', 'répondue', 'revenue'])
      await arrive(encodeURIComponent(name), { title: name, revision: 2, content: { min_age: 21 } })

    for (const [label, title] of [
      ['Nouvelle', 'neuve'],
      ['Modifiée', 'changée'],
      ['Réponse à votre question', 'répondue'],
      ['Proposée de nouveau', 'revenue'],
    ] as const) {
      await b.get('/moderation')
      await b.fill('Ce qui attend', label).press('Montrer')
      expect([label, titles(b)]).toEqual([label, [title]])
    }
  })

  it('finds what a trusted member put online and nobody has read', async () => {
    const { id } = await world.deps.db
      .selectFrom('affiliations')
      .select('id')
      .where('partner_uri', '=', POTAGER.uri)
      .executeTakeFirstOrThrow()
    await setTrust(world.deps, farid(), id, 'trusted')
    await arrive('jardin', { association: POTAGER })
    await arrive('lecture')
    const b = await queue()
    await b.fill('Ce qui attend', 'En ligne, à relire').press('Montrer')
    expect(titles(b)).toEqual(['jardin'])
  })

  it('by cause, by commitment, by association, by who reads it and by how long it waits', async () => {
    await arrive('vieille', { content: { causes: ['health', 'education'] } })
    world.clock.advance(8 * DAY)
    await arrive('jardin', { association: POTAGER, content: { causes: ['environment'], commitment: 'one_off' } })
    const b = await queue()
    const shows = async (label: string, value: string, found: string[]) => {
      await b.get('/moderation')
      await b.fill(label, value).press('Montrer')
      expect([value, titles(b)]).toEqual([value, found])
    }
    await shows('La cause', 'health', ['vieille'])
    await shows('L’engagement', 'one_off', ['jardin'])
    await shows('Association', POTAGER.name, ['jardin'])
    await shows('Attend depuis plus de', '7 jours', ['vieille'])
    await shows('Attend depuis plus de', '14 jours', [])
    await shows('Dans l’ordre', 'Les dernières arrivées d’abord', ['jardin', 'vieille'])
    await b.get('/moderation')
    await b.follow('jardin')
    await b.press('Je la relis')
    await shows('Qui s’en occupe', 'Moi', ['jardin'])
    await shows('Qui s’en occupe', 'Personne encore', ['vieille'])
  })

  it('the associations to choose from are those of now', async () => {
    await arrive('lecture')
    const b = await queue()
    const names = () =>
      [...b.document.querySelectorAll('[name=association] option[value]:not([value=""])')].map((one) => one.textContent)
    expect(names()).toEqual([CONTEURS.name])
    await arrive('jardin', { association: POTAGER })
    await b.get('/moderation')
    expect(names()).toEqual([POTAGER.name, CONTEURS.name])
    const presented = { ...POTAGER, name: 'Aux Potagers' }
    await transact(world.deps, (tx) => recordPresentation(tx, world.deps, presented, POTAGER))
    await b.get('/moderation')
    expect(names()).toEqual(['Aux Potagers', CONTEURS.name])
  })

  it('the file has what the list shows; with a lost search there is no file', async () => {
    await arrive('lecture', { title: 'Lire' })
    await arrive('jardin', { title: 'Bêcher' })
    const b = await queue()
    await b.fill('Mots du titre, lieu ou association', 'lire').press('Montrer')
    await b.follow('Télécharger cette liste (tableur)')
    expect(b.html).toContain('Lire')
    expect(b.html).not.toContain('Bêcher')
    await b.get('/moderation.csv?search=unknown')
    expect(b.url).toBe('/moderation?search=unknown')
    expect(b.status).toBe(200)
  })

  it('nonsense in an address shows the queue', async () => {
    await arrive('lecture')
    const b = await queue()
    await b.get('/moderation?kind=x&waits=-1&hands=x&cause=%25&order=x&shelf=x&commitment=')
    expect(b.status).toBe(200)
    expect(titles(b)).toEqual([])
    await b.get('/moderation?kind=x&waits=-1&hands=x&order=x&shelf=x')
    expect(titles(b)).toEqual(['lecture'])
  })
})

describe('the next one', () => {
  it('is the next of what was looked for, after a decision, a skip and an undo', async () => {
    for (const name of ['conte-1', 'jardin-1', 'conte-2', 'jardin-2', 'conte-3', 'jardin-3'])
      await arrive(name, { ...(name.startsWith('jardin') && { association: POTAGER }) })
    const b = await queue()
    await b.fill('Association', POTAGER.name).fill('Mots du titre, lieu ou association', 'jardin').press('Montrer')
    await b.follow('jardin-1')
    expect(b.text).toContain('Les 2 autres à relire')
    await b.press('Accepter et passer à la suivante')
    expect(b.heading).toBe('jardin-2')
    await b.follow('Passer à la suivante')
    expect(b.heading).toBe('jardin-3')
    await b.follow('Revenir à la précédente')
    expect(b.heading).toBe('jardin-2')
    await b
      .choose('Demander une précision')
      .fill('Votre question à l’association', 'Quand ?')
      .press('Envoyer ma décision')
    expect(b.heading).toBe('jardin-3')
    await b.press('Revenir sur ma réponse')
    expect(b.heading).toBe('jardin-2')
    await b.press('Accepter et passer à la suivante')
    await b.press('Accepter et passer à la suivante')
    expect(b.text).toContain('« jardin-3 » est en ligne')
    expect(b.text).toContain('Aucune annonce ne correspond à votre choix.')
    await b.get('/moderation')
    expect(titles(b)).toEqual(['conte-1', 'conte-2', 'conte-3'])
  })

  it('with the latest first, it is the one that arrived before', async () => {
    for (const name of ['un', 'deux', 'trois']) await arrive(name)
    const b = await queue()
    await b.fill('Dans l’ordre', 'Les dernières arrivées d’abord').press('Montrer')
    await b.follow('trois')
    await b.press('Accepter et passer à la suivante')
    expect(b.heading).toBe('deux')
  })
})

describe('how long an offer waits', () => {
  it('is compared with how long answers usually take here', async () => {
    expect((await queue()).text).not.toContain('D’habitude')
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      await arrive(name)
      world.clock.advance(1.5 * DAY)
      await acceptOffer(world.deps, farid(), (await itemOf(name)).id, await itemOf(name))
    }
    await arrive('lente')
    world.clock.advance(3 * DAY)
    await arrive('neuve')
    const b = await queue()
    expect(b.text).toContain('D’habitude, vous répondez en 2 jours.')
    await b.follow('1 annonce attend depuis plus longtemps')
    expect(titles(b)).toEqual(['lente'])
    await b.follow('lente')
    expect(b.text).toContain('C’est plus long que d’habitude (2 jours).')
    await b.get(`/moderation/${(await itemOf('neuve')).id}`)
    expect(b.text).toContain('Attend depuis: aujourd’hui. D’habitude, vous répondez en 2 jours.')
  })

  it('an answer that is taken back does not count', async () => {
    await arrive('lecture')
    const b = await queue()
    await b.follow('lecture')
    await b.choose('Refuser').fill('La raison', 'Hors du territoire').press('Envoyer ma décision')
    expect((await itemOf('lecture')).answered_after).toBeGreaterThan(0)
    await b.press('Revenir sur ma réponse')
    expect((await itemOf('lecture')).answered_after).toBeNull()
  })
})
