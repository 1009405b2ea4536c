// SPDX-License-Identifier: AGPL-3.0-or-later
import { afterEach, describe, expect, it } from '@jest/globals'
import { insertAffiliation, updateAffiliation } from '../../db/queries/affiliations.ts'
import type { Partner } from '../../server/deps.ts'
import { isActiveCentre, isActiveMember } from '../../db/queries/members.ts'
import {
  receiveFollower,
  receiveJoinRequest,
  recordEnded,
  recordJoinAccepted,
  recordJoinRefused,
  recordSourceAccepted,
} from '../../server/partners/commands/receive.ts'
import type { MessageKey } from '../../server/text/message-keys.ts'
import { transact, type Tx } from '../../server/web/transact.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { CONTEURS } from '../support/offers.ts'

afterEach(stopApps)

const CENTRE: Partner = {
  uri: 'https://centre.example/actor',
  name: 'Centre du bénévolat de la Côte',
  url: 'https://centre.example/',
  summary: 'Nous relions les associations de la Côte.',
  role: 'centre',
}
function beyond(world: World, places: Record<string, Partner | MessageKey>) {
  const asked: string[] = []
  world.deps.directory.answerWith(async (address) => {
    asked.push(address)
    const found = places[address] ?? 'partners.ask.not_found'
    return typeof found === 'string' ? { ok: false, reason: found } : { ok: true, partner: found }
  })
  return asked
}
const within = (world: World, work: (tx: Tx) => Promise<void>) => transact(world.deps, work)
const facts = async (world: World) => {
  const events = await world.deps.db.selectFrom('events').selectAll().orderBy('seq').execute()
  return events.filter(({ type }) => type.startsWith('affiliation.')).map(({ type }) => type)
}

describe('an association', () => {
  it('asks a centre to take it in, and sees the answer', async () => {
    const world = await startApp()
    beyond(world, { 'centre.example': CENTRE })
    let b = await world.signIn('amina')
    await b.get('/partners')
    expect(b.heading).toBe('Vos centres')
    await b.fill('Adresse du centre', 'centre.example').press('Demander à rejoindre')
    expect(b.heading).toBe(CENTRE.name)
    expect(b.text).toContain('Votre demande est partie.')
    expect(b.text).toContain('Réponse attendue')
    expect(b.text).toContain(CENTRE.summary)
    expect(await isActiveCentre(world.deps.db, CENTRE.uri)).toBe(false)

    world.clock.set('2026-11-24T09:00:00.000Z')
    await within(world, (tx) => recordJoinAccepted(tx, world.deps, CENTRE.uri))
    expect(await isActiveCentre(world.deps.db, CENTRE.uri)).toBe(true)
    b = await world.signIn('amina')
    await b.get('/partners')
    expect(b.text).toContain('24 novembre 2026')
    await b.follow(CENTRE.name)
    expect(b.text).toContain('Membre')
    const mails = await world.mails()
    expect(mails.map(({ to, subject }) => `${to} ${subject}`)).toEqual([
      `amina@example.org Le ${CENTRE.name} vous a acceptés`,
    ])
    expect(await facts(world)).toEqual(['affiliation.requested', 'affiliation.joined'])
  })

  it('reads the reason of a refusal, and may ask again', async () => {
    const world = await startApp()
    beyond(world, { 'centre.example': CENTRE, 'https://centre.example': CENTRE })
    const b = await world.signIn('amina')
    await b.get('/partners')
    await b.fill('Adresse du centre', 'centre.example').press('Demander à rejoindre')
    await within(world, (tx) => recordJoinRefused(tx, world.deps, CENTRE.uri, 'Vous êtes hors de la Côte.'))
    await b.get('/partners')
    await b.follow(CENTRE.name)
    expect(b.text).toContain('Refusée')
    expect(b.text).toContain('Vous êtes hors de la Côte.')
    expect((await world.mails())[0]!.text).toContain('Vous êtes hors de la Côte.')
    await b.press('Demander à nouveau')
    expect(b.text).toContain('Réponse attendue')
    expect(b.text).not.toContain('hors de la Côte')
  })

  it('reads beside the field why an address does not fit', async () => {
    const world = await startApp()
    const asked = beyond(world, {
      'centre.example': CENTRE,
      'jardin.example': { ...CENTRE, uri: 'https://jardin.example/actor', role: 'association' },
      'lent.example': 'partners.ask.unreachable',
      'nous.example': { ...CENTRE, uri: 'http://localhost:3000/actor' },
    })
    const b = await world.signIn('amina')
    const answer = async (address: string) => {
      await b.get('/partners')
      await b.fill('Adresse du centre', address).press('Demander à rejoindre')
      if (b.status === 422) expect(b.value('Adresse du centre')).toBe(address)
      return b.errors()['Adresse du centre']
    }
    expect(await answer('')).toBe('Il manque l’adresse du centre.')
    expect(await answer('le centre')).toContain('Cette adresse ne va pas')
    expect(await answer('http://localhost:3000/offers')).toContain('votre propre site')
    expect(asked).toEqual([])
    expect(await answer('nous.example')).toContain('votre propre site')
    expect(await answer('jardin.example')).toContain('ce n’est pas un centre')
    expect(await answer('lent.example')).toContain('ne répond pas')
    expect(await answer('@centre@ailleurs.example')).toContain('ni association ni centre')
    expect(asked.at(-1)).toBe('@centre@ailleurs.example')
    expect(await answer('centre.example')).toBeUndefined()
    world.clock.advance(11_000)
    expect(await answer('centre.example')).toContain('déjà demandé')
    await within(world, (tx) => recordJoinAccepted(tx, world.deps, CENTRE.uri))
    expect(await answer('centre.example')).toContain('déjà membre')
    expect(await facts(world)).toEqual(['affiliation.requested', 'affiliation.joined'])
  })

  it('takes its question back, and leaves, after a page that shows what happens', async () => {
    const world = await startApp()
    beyond(world, { 'centre.example': CENTRE })
    const b = await world.signIn('amina')
    const ask = async () => {
      await b.get('/partners')
      await b.fill('Adresse du centre', 'centre.example').press('Demander à rejoindre')
    }
    await ask()
    await b.follow('Annuler ma demande')
    expect(b.heading).toContain('Annuler votre demande')
    await b.press('Annuler ma demande')
    expect(b.text).toContain('Terminée')
    await within(world, (tx) => recordJoinAccepted(tx, world.deps, CENTRE.uri))
    expect(await isActiveCentre(world.deps.db, CENTRE.uri)).toBe(false)
    await ask()
    await within(world, (tx) => recordJoinAccepted(tx, world.deps, CENTRE.uri))
    await world.deps.db
      .insertInto('offers')
      .values({ id: 'o1', state: 'published', content: '{}', created_at: 'x', updated_at: 'x' })
      .execute()
    await world.deps.db
      .insertInto('submissions')
      .values({ offer_id: 'o1', centre_uri: CENTRE.uri, state: 'accepted', revision: 1, submitted_at: 'x' })
      .execute()
    await b.get('/partners')
    await b.follow(CENTRE.name)
    expect(b.text).toContain('1 en ligne')
    await b.follow('Quitter ce centre')
    expect(b.text).toContain('Vos annonces quittent le site du centre tout de suite')
    expect(b.text).toContain('Une annonce est concernée.')
    await b.fill('Un mot pour le centre', 'x'.repeat(1001)).press('Quitter ce centre')
    expect([b.status, b.value('Un mot pour le centre')]).toEqual([422, 'x'.repeat(1001)])
    await b.fill('Un mot pour le centre', 'Merci pour tout.').press('Quitter ce centre')
    expect(b.text).toContain('Votre mot: Merci pour tout.')
    const sent = await world.deps.db.selectFrom('submissions').selectAll().executeTakeFirstOrThrow()
    expect(sent.state).toBe('withdrawn')
    const ended = await world.deps.db.selectFrom('events').selectAll().where('type', '=', 'affiliation.ended').execute()
    expect(JSON.parse(ended.at(-1)!.details)).toMatchObject({ partner: CENTRE.uri, partner_is: 'centre', by_us: true })
  })

  it('is informed when the centre ends it', async () => {
    const world = await startApp()
    beyond(world, { 'centre.example': CENTRE })
    const b = await world.signIn('amina')
    await b.get('/partners')
    await b.fill('Adresse du centre', 'centre.example').press('Demander à rejoindre')
    await within(world, (tx) => recordJoinAccepted(tx, world.deps, CENTRE.uri))
    for (const words of ['Le centre ferme à Noël.', 'Une autre raison.'])
      await within(world, (tx) => recordEnded(tx, world.deps, CENTRE.uri, { words }))
    await b.get('/partners')
    await b.follow(CENTRE.name)
    expect(b.text).toContain(`par ${CENTRE.name}`)
    expect(b.text).toContain('Leur mot: Le centre ferme à Noël.')
    const mails = (await world.mails()).filter(({ template }) => template === 'partners/ended')
    expect(mails.map(({ text }) => text)).toEqual([expect.stringContaining('Le centre ferme à Noël.')])
  })

  it('learns that its site talks to nobody when the federation is off', async () => {
    const world = await startApp({ env: { FEDERATION: 'off' } })
    const b = await world.signIn('amina')
    await b.get('/partners')
    expect(b.text).toContain('Votre site ne parle pas aux autres sites pour le moment.')
    expect(b.hasButton('Demander à rejoindre')).toBe(false)
    await b.post('/partners', { address: 'centre.example' })
    expect(b.status).toBe(409)
  })
})

describe('a centre', () => {
  const asked = async () => {
    const world = await startApp({ kind: 'centre' })
    await within(world, (tx) => receiveJoinRequest(tx, world.deps, CONTEURS))
    return world
  }

  it('hears of a request once, and its moderator accepts it', async () => {
    const world = await asked()
    await within(world, (tx) => receiveJoinRequest(tx, world.deps, { ...CONTEURS, name: 'Les Conteurs' }))
    const mails = await world.mails()
    expect(mails.map(({ to }) => to).toSorted()).toEqual(['amina@example.org', 'farid@example.org'])
    const b = await world.signIn('farid')
    await b.get('/partners')
    expect(b.heading).toBe('Partenaires')
    expect(b.text).toContain('Une association attend votre réponse.')
    await b.follow('Les Conteurs')
    expect(b.text).toContain('Demande à traiter')
    await b.press('Accepter l’association')
    expect(b.text).toContain('L’association est membre.')
    expect(b.text).toContain('par Farid Haddad')
    expect(b.text).toContain('Tout relire')
    expect(await isActiveMember(world.deps.db, CONTEURS.uri)).toBe(true)
    expect(await facts(world)).toEqual(['affiliation.received', 'affiliation.accepted'])
    // A member that lost our answer asks again: it is answered again without a new decision.
    await within(world, (tx) => receiveJoinRequest(tx, world.deps, CONTEURS))
    expect((await facts(world)).at(-1)).toBe('affiliation.accepted')
    expect(await isActiveMember(world.deps.db, CONTEURS.uri)).toBe(true)
  })

  it('refuses with words of its own, and only once', async () => {
    const world = await asked()
    const [b, other] = [await world.signIn('farid'), await world.signIn('amina')]
    await b.get('/partners')
    await b.follow(CONTEURS.name)
    await other.get(b.url)
    await b.press('Refuser')
    expect(b.status).toBe(422)
    expect(b.errors()).toEqual({ 'Votre raison': 'Il manque votre raison. L’association la lira.' })
    await b.fill('Votre raison', 'Vous êtes trop loin.').press('Refuser')
    expect(b.text).toContain('La demande est refusée')
    expect(b.text).toContain('Vous êtes trop loin.')
    await other.press('Accepter l’association')
    expect(other.status).toBe(409)
    expect(other.text).toContain('Cette demande a déjà reçu une réponse.')
    expect(await isActiveMember(world.deps.db, CONTEURS.uri)).toBe(false)
  })

  it('shows how much it reads of a member, and ends the membership', async () => {
    const world = await asked()
    const b = await world.signIn('farid')
    await b.get('/partners')
    await b.follow(CONTEURS.name)
    await b.press('Accepter l’association')
    await b.choose('Relire ce qui compte').press('Enregistrer')
    const row = () => world.deps.db.selectFrom('affiliations').selectAll().executeTakeFirstOrThrow()
    expect((await row()).trust).toBe('standard')
    await b.follow('Mettre fin à l’adhésion')
    expect(b.text).toContain('Ses annonces quittent votre site tout de suite.')
    await b.press('Mettre fin à l’adhésion')
    expect(await row()).toMatchObject({ state: 'ended', ended_by_us: 1 })
    await within(world, (tx) => receiveJoinRequest(tx, world.deps, CONTEURS))
    expect(await row()).toMatchObject({ state: 'requested', trust: 'new' })
    expect((await world.mails()).filter(({ template }) => template === 'partners/ended')).toEqual([])
  })

  it('shows an empty list with the address to give away, and lets a member list be downloaded', async () => {
    const world = await startApp({ kind: 'centre' })
    const b = await world.signIn('farid')
    await b.get('/partners')
    expect(b.text).toContain('Donnez votre adresse aux associations: localhost:3000.')
    await within(world, (tx) => receiveJoinRequest(tx, world.deps, CONTEURS))
    await b.get('/partners')
    await b.follow('Télécharger cette liste')
    expect(b.html).toContain('Les Conteurs de la Saône;https://conteurs.example/;Association;Demande à traiter')
  })

  it('does not let coordinators decide, nor moderators choose the association’s centres', async () => {
    const world = await asked()
    const { id } = await world.deps.db.selectFrom('affiliations').select('id').executeTakeFirstOrThrow()
    const b = await world.signIn('bastien')
    expect((await b.get('/partners')).status).toBe(403)
    expect((await b.post(`/partners/${id}/acceptance`, {})).status).toBe(403)
    const moderator = await world.signIn('farid')
    expect((await moderator.post('/partners', { address: 'centre.example' })).status).toBe(403)
    expect((await moderator.get('/partners/none')).status).toBe(404)
  })
})

describe('a centre and the sites it follows', () => {
  const REGION: Partner = {
    ...CENTRE,
    name: 'Région Est',
    uri: 'https://region.example/actor',
    url: 'https://region.example/',
  }
  const GROUP: Partner = {
    uri: 'https://mobilizon.example/@jardins',
    name: 'Les Jardins partagés',
    url: 'https://mobilizon.example/@jardins',
    summary: '',
    role: 'other',
  }

  it('follows another centre by its address, sees its answer, and stops', async () => {
    const world = await startApp({ kind: 'centre' })
    const asked = beyond(world, { 'region.example': REGION, '@jardins@mobilizon.example': GROUP })
    const b = await world.signIn('farid')
    await b.get('/partners')
    expect(b.text).toContain('Rien n’est montré sans votre accord')
    await b.fill('Adresse du site', 'region.example').press('Suivre ce site')
    expect(b.heading).toBe(REGION.name)
    expect(b.text).toContain('Réponse attendue')
    await within(world, (tx) => recordSourceAccepted(tx, world.deps, REGION.uri))
    await b.get('/partners')
    await b.fill('Adresse du site', '@jardins@mobilizon.example').press('Suivre ce site')
    expect(asked).toEqual(['region.example', '@jardins@mobilizon.example'])
    const csv = await fetch(`${world.url}/partners.csv`, { headers: { cookie: b.cookie } })
    expect(await csv.text()).toContain('Site suivi')
    await b.get('/partners')
    await b.follow(REGION.name)
    expect(b.text).toContain('Suivi')
    await b.choose('Relire ce qui compte').press('Enregistrer')
    expect(b.text).toContain('C’est enregistré.')
    await b.follow('Ne plus suivre')
    expect(b.text).toContain('quittent le vôtre tout de suite')
    await b.press('Ne plus suivre')
    expect(b.text).toContain('Terminé')
    expect(await world.mails()).toEqual([])
    await b.press('Suivre à nouveau')
    expect(b.errors()).toEqual({
      'Adresse du site': 'À cette adresse, nous n’avons trouvé ni association ni centre. Vérifiez-la avec le centre.',
    })
  })

  it('reads beside the field why an address does not fit', async () => {
    const world = await startApp({ kind: 'centre' })
    beyond(world, {
      'region.example': REGION,
      'jardin.example': { ...REGION, uri: 'https://jardin.example/actor', role: 'association' },
      'lent.example': 'partners.ask.unreachable',
    })
    const b = await world.signIn('farid')
    const answer = async (address: string) => {
      await b.get('/partners')
      await b.fill('Adresse du site', address).press('Suivre ce site')
      if (b.status === 422) expect(b.value('Adresse du site')).toBe(address)
      return b.errors()['Adresse du site']
    }
    expect(await answer('')).toBe('Il manque l’adresse du site.')
    expect(await answer('la région')).toContain('Cette adresse ne va pas')
    expect(await answer('http://localhost:3000/')).toContain('votre propre site')
    expect(await answer('jardin.example')).toContain('C’est le site d’une association')
    expect(await answer('lent.example')).toContain('ne répond pas')
    expect(await answer('region.example')).toBeUndefined()
    world.clock.advance(11_000)
    expect(await answer('region.example')).toContain('Vous suivez déjà ce site')
  })

  it('sees who follows it, and may send it away', async () => {
    const world = await startApp({ kind: 'centre' })
    await within(world, (tx) => receiveFollower(tx, world.deps, REGION))
    await within(world, (tx) => receiveFollower(tx, world.deps, REGION))
    const b = await world.signIn('farid')
    await b.get('/partners')
    expect(b.text).toContain('Sites qui vous suivent')
    await b.follow(REGION.name)
    expect(b.text).toContain('Il n’est pas membre')
    await b.follow('Ne plus lui envoyer vos annonces')
    await b.press('Ne plus lui envoyer vos annonces')
    expect(b.text).toContain('Terminé')
    expect(await facts(world)).toEqual(['affiliation.followed', 'affiliation.ended'])
  })

  it('is a matter of those who read over, and of centres only', async () => {
    const world = await startApp({ kind: 'centre' })
    beyond(world, { 'region.example': REGION })
    const chloe = await world.signIn('chloe')
    await chloe.post('/partners/sources', { address: 'region.example' })
    expect(chloe.status).toBe(403)
    await stopApps()
    const other = await startApp()
    beyond(other, { 'region.example': REGION })
    const amina = await other.signIn('amina')
    await amina.get('/partners')
    expect(amina.text).not.toContain('Suivre ce site')
    await amina.post('/partners/sources', { address: 'region.example' })
    expect(amina.status).toBe(404)
  })
})

describe('a long list of partners', () => {
  const line = (n: number, is: 'member' | 'source', name: string) => ({
    id: `${is}-${n}`,
    partner_uri: `https://${is}-${n}.example/actor`,
    partner_is: is,
    partner_name: name,
    partner_url: `https://${is}-${n}.example/`,
    state: 'active' as const,
    requested_at: '2026-11-20T09:00:00.000Z',
  })
  async function withMany() {
    const world = await startApp({ kind: 'centre' })
    await within(world, async (tx) => {
      for (let n = 10; n < 55; n += 1) await insertAffiliation(tx, line(n, 'member', `Association ${n}`))
      for (let n = 10; n < 32; n += 1) await insertAffiliation(tx, line(n, 'source', `Région ${n}`))
      await insertAffiliation(tx, { ...line(99, 'member', 'Zoé et ses amis'), state: 'requested' })
    })
    const b = await world.signIn('farid')
    await b.get('/partners')
    return { world, b }
  }
  const names = (b: { document: Document }, part: string) =>
    [...b.document.querySelectorAll(`section:has(#${part}) tbody th a`)].map((link) => link.textContent)

  it('goes page by page in each part, those who wait for an answer first', async () => {
    const { b } = await withMany()
    expect(names(b, 'members')).toEqual([
      'Zoé et ses amis',
      ...Array.from({ length: 19 }, (_, n) => `Association ${n + 10}`),
    ])
    expect(names(b, 'sources')).toHaveLength(20)
    await b.follow('La suite')
    expect(names(b, 'members')[0]).toBe('Association 29')
    expect(b.text).toContain('Page 2 sur 3')
    expect(names(b, 'sources')[0]).toBe('Région 10')
    await b.get('/partners?members=2&sources=99')
    expect([names(b, 'members')[0], names(b, 'sources')]).toEqual(['Association 29', ['Région 30', 'Région 31']])
    expect((await b.get('/partners?members=x&sources=-1')).status).toBe(200)
    expect(names(b, 'members')).toHaveLength(20)
  })

  it('is searched by name and address, and what was typed stays out of the address', async () => {
    const { world, b } = await withMany()
    await b.fill('Nom ou adresse', 'zoe').press('Chercher')
    expect([names(b, 'members'), names(b, 'sources')]).toEqual([['Zoé et ses amis'], []])
    expect(b.text).toContain('1 partenaire correspond')
    expect(b.text).toContain('Rien ne correspond ici.')
    expect(b.url).not.toContain('zoe')
    const csv = await b.get(b.url.replace('/partners', '/partners.csv'))
    expect(csv.html.trim().split('\r\n')).toHaveLength(2)
    await b.get('/partners')
    await b.fill('Nom ou adresse', 'SOURCE-1').press('Chercher')
    expect([names(b, 'members'), names(b, 'sources').length]).toEqual([[], 10])
    await b.press('Tout afficher')
    expect(names(b, 'members')).toHaveLength(20)
    await b.fill('Nom ou adresse', 'x'.repeat(300)).press('Chercher')
    expect([b.status, Object.keys(b.errors())]).toEqual([422, ['Nom ou adresse']])
    expect((await b.get('/partners?search=gone')).text).toContain('Cette recherche n’est plus gardée.')
    expect((await b.get('/partners.csv?search=gone')).heading).toBe('Partenaires')
    await b.get('/partners.csv')
    expect(b.html.trim().split('\r\n')).toHaveLength(69)
    await within(world, async (tx) =>
      updateAffiliation(tx, { id: 'member-10', version: 1 }, { partner_name: 'Épicerie du port' }),
    )
    await b.get('/partners')
    await b.fill('Nom ou adresse', 'epicerie').press('Chercher')
    expect(names(b, 'members')).toEqual(['Épicerie du port'])
  })

  it('has no search when it is short', async () => {
    const world = await startApp({ kind: 'centre' })
    const b = await world.signIn('farid')
    await b.get('/partners')
    expect(b.hasButton('Chercher')).toBe(false)
  })
})
