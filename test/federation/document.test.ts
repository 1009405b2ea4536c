// SPDX-License-Identifier: AGPL-3.0-or-later
// FEDERATION.md, read by a program: its examples are sent as shown, and received ones have the effects it names.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { getAssociation, updateAssociation } from '../../db/queries/association.ts'
import { record } from '../../db/queries/events.ts'
import { addCounted } from '../../db/queries/counts.ts'
import { findOffer } from '../../db/queries/offers.ts'
import { DAY } from '../../server/base/clock.ts'
import { acceptOffer, askForChanges, removeOffer, suspendOffer } from '../../server/moderation/commands/decide.ts'
import { archiveOffer, cancelOffer, closeOffer } from '../../server/offers/commands/end.ts'
import { editOffer } from '../../server/offers/commands/write.ts'
import { withdrawFromCentre } from '../../server/offers/commands/submissions.ts'
import { askToJoin, endAffiliation, refuseMember } from '../../server/partners/commands/decide.ts'
import { setExactSums } from '../../server/partners/commands/exact-sums.ts'
import { followSource } from '../../server/partners/commands/follow.ts'
import { receiveReport } from '../../server/statistics/commands/receive.ts'
import { shareEndedDays } from '../../server/statistics/commands/share.ts'
import { shareTemplate } from '../../server/partners/commands/templates.ts'
import { pauseMember, resumeMember } from '../../server/partners/commands/pause.ts'
import { transact } from '../../server/web/transact.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { ask, sendActivity, startPeer, stopPeers, type Peer } from '../support/peer.ts'
import * as instances from './instances.ts'

type Json = Record<string, unknown>
type Example = { name: string; json: Json }
const AS2 = { accept: 'application/activity+json' }
const text = readFileSync(join(import.meta.dirname, '../../FEDERATION.md'), 'utf8')

/** Each block has `sent NAME` or `received NAME` after `json`. */
const blocks = [...text.matchAll(/^```json(?: +(\w+) +(.+))?\n([\s\S]*?)^```$/gm)].map(([, how, name, body]) => ({
  how,
  name: name ?? '',
  json: JSON.parse(body!) as Json,
}))
const shown = (how: string): Example[] => blocks.filter((block) => block.how === how)

const OURS = 'http://localhost:3000'
const ASSOCIATION = 'https://assoc.example'
const CENTRE = 'https://centre.example'
const REGION = 'https://region.example'
let association: World
let centre: World
let region: Peer
const { chief } = instances
const both = () => instances.settleAll(association, centre)

/** Addresses of this test as the document writes them; ids and times as one word. */
function plain(document: unknown, origins: Record<string, string>): unknown {
  let one = JSON.stringify(document)
  for (const [real, written] of Object.entries(origins)) one = one.replaceAll(real, written)
  one = one
    .replaceAll(/\/(activities|offers)\/[\w-]+/g, '/$1/ID')
    .replaceAll(/([?&](?:before|after)=)[1-9]\d*/g, '$1N')
    .replaceAll(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"MOMENT"')
    .replaceAll(/"[0-9a-f]{64}"/g, '"HASH"')
    .replaceAll(/"via":"[^"]+"/g, '"via":"TOKEN"')
    .replaceAll(/"publicKeyPem":"[^"]+"/g, '"publicKeyPem":"PEM"')
    .replaceAll(/"version":"\d+\.\d+\.\d+"/g, '"version":"VERSION"')
  return JSON.parse(one)
}
const written = (document: unknown) => plain(document, {})
const real = (document: unknown) =>
  plain(document, {
    [association.deps.config.publicUrl]: ASSOCIATION,
    [instances.hostOf(association)]: 'assoc.example',
    [centre.deps.config.publicUrl]: CENTRE,
    [instances.hostOf(centre)]: 'centre.example',
    [region.origin]: REGION,
  })

function dwell(peer: Peer, uri = peer.actor, change: Json = {}): string {
  const key = { ...peer.document().publicKey, id: `${uri}#main-key`, owner: uri }
  peer.pages.set(new URL(uri).pathname, { body: { ...peer.document(), id: uri, publicKey: key, ...change } })
  const links = [{ rel: 'https://www.w3.org/ns/activitystreams#Application', href: uri }]
  peer.pages.set('/.well-known/nodeinfo', { type: 'application/json', body: { links } })
  return uri
}

async function collect(): Promise<Map<string, Json>> {
  const found = new Map<string, Json>()
  const last = async (instance: World, type: string) => {
    const row = (await instances.sent(instance)).findLast((one) => one.type === type)
    if (!row) throw new Error(`no ${type} was sent`)
    return JSON.parse(row.body) as Json
  }
  const note = async (name: string, instance: World, type: string) => found.set(name, await last(instance, type))
  const served = async (name: string, path: string, instance = association) =>
    found.set(name, (await ask(instance.url, { path, headers: AS2 })).json)
  const item = async () => (await instances.items(centre)).at(-1)!

  await askToJoin(association.deps, chief(association), instances.hostOf(centre))
  await both()
  await note('follow', association, 'Follow')
  await refuseMember(
    centre.deps,
    chief(centre),
    (await instances.affiliations(centre))[0]!.id,
    'Hors de notre territoire.',
  )
  await both()
  await note('reject of a Follow', centre, 'Reject')
  await instances.join(association, centre)
  await note('accept of a Follow', centre, 'Accept')

  const id = await instances.publish(association, OFFER)
  await both()
  await note('publish', association, 'Create')
  await note('submit', association, 'Offer')
  await served('offer', `/offers/${id}`)
  await served('collection', '/upcoming')
  await served('followers', '/followers?page=true')
  await served('outbox', '/outbox?page=true')
  const finger = encodeURIComponent(`acct:jardins@${instances.hostOf(association)}`)
  await served('webfinger', `/.well-known/webfinger?resource=${finger}`)
  await served('nodeinfo links', '/.well-known/nodeinfo')
  await served('nodeinfo', '/nodeinfo/2.1')
  await served('actor', '/actor')
  const { '@context': context, id: own, kind, terms } = (await ask(centre.url, { path: '/actor', headers: AS2 })).json
  found.set('actor of a centre', { '@context': context, id: own, kind, terms })
  await shareTemplate(centre.deps, chief(centre), { name: 'Maraude du soir', content: MODEL })
  const models = (await ask(centre.url, { path: '/templates.json' })).json as { templates: Json[] }
  found.set('templates', { templates: models.templates.map((one) => ({ ...one, id: '0193a6f2' })) })
  const join = {
    id: `${region.origin}/joins/1`,
    type: 'Join',
    actor: region.actor,
    object: `${association.deps.config.publicUrl}/offers/${id}`,
  }
  const to = { url: association.url, publicUrl: association.deps.config.publicUrl }
  await sendActivity(to, region.signer, { body: join, at: association.clock.now() })
  await both()
  await note('ignore', association, 'Ignore')
  const first = await item()
  await askForChanges(centre.deps, chief(centre), first.id, {
    version: first.version,
    question: 'Quel permis faut-il ?',
    comments: { tasks: 'Combien de cageots ?' },
  })
  await both()
  await note('return', centre, 'Reject')

  const { version } = (await findOffer(association.deps.db, id))!
  const title = { fr: 'Conduire le camion, permis B', en: 'Driving the van, licence B' }
  await editOffer(association.deps, chief(association), id, {
    ...instances.inputOf(association, { ...OFFER, title }),
    version,
  })
  await both()
  await note('edit', association, 'Update')
  const second = await item()
  await acceptOffer(centre.deps, chief(centre), second.id, { version: second.version })
  await both()
  await note('approve', centre, 'Accept')
  await note('share', centre, 'Announce')
  const counted = { views: 12, apply_starts: 3, applications: 2, accepted: 1, completed: 1, answered_3: 2 }
  const channel = instances.actorOf(centre)
  await addCounted(association.deps.db, [{ offerId: id, day: '2026-11-22', channel, ...counted }])
  for (const { clock } of [association, centre]) clock.advance(DAY)
  await shareEndedDays(association.deps)
  await both()
  await note('totals', association, 'Create')
  const [asMember] = await instances.affiliations(association)
  await setExactSums(association.deps, chief(association), asMember!.id, true)
  await both()
  await note('exact sums', association, 'Create')
  // The number is that of the event.
  const numbered = JSON.stringify(found.get('exact sums')).replaceAll(/sums\/\d+/g, 'sums/41')
  found.set('exact sums', JSON.parse(numbered) as Json)
  const { id: member } = (await instances.affiliations(centre)).at(-1)!
  await pauseMember(centre.deps, chief(centre), member, 'Votre téléphone ne répond plus.')
  await both()
  await note('pause', centre, 'Accept')
  await resumeMember(centre.deps, chief(centre), member)
  await both()
  const shown = await item()
  const why = { version: shown.version, reason: 'misleading', note: 'L’adresse n’existe pas.' }
  await suspendOffer(centre.deps, chief(centre), shown.id, why)
  await both()
  await note('suspend', centre, 'Reject')
  const hidden = await item()
  await acceptOffer(centre.deps, chief(centre), hidden.id, { version: hidden.version })
  await both()
  const third = await item()
  await removeOffer(centre.deps, chief(centre), third.id, {
    version: third.version,
    reason: 'safety',
    note: 'Signalement.',
  })
  await both()
  await note('unshare', centre, 'Undo')
  await note('take off', centre, 'Reject')
  await closeOffer(association.deps, chief(association), id, { reason: 'filled' })
  await both()
  await note('close', association, 'Update')
  await archiveOffer(association.deps, chief(association), id)
  await both()
  await note('delete', association, 'Delete')
  await served('tombstone', `/offers/${id}`)

  const other = await instances.publish(association)
  await both()
  await withdrawFromCentre(association.deps, chief(association), other, instances.actorOf(centre))
  await both()
  await note('withdraw', association, 'Undo')
  await cancelOffer(association.deps, chief(association), other, { reason: 'other' })
  await both()
  await note('cancel', association, 'Update')
  await instances.publish(association, { title: { fr: 'x'.repeat(130) } })
  await both()
  await note('set aside', centre, 'Reject')
  const { id: joined } = (await instances.affiliations(association)).at(-1)!
  await endAffiliation(association.deps, chief(association), joined, 'Nous déménageons.')
  await both()
  await note('unfollow', association, 'Undo')

  await followSource(centre.deps, chief(centre), region.host)
  await both()
  await note('follow a source', centre, 'Follow')

  await transact(association.deps, async (tx) => {
    const row = await getAssociation(tx)
    await updateAssociation(tx, { name: 'Les Jardins du Grand Canal' }, row.version)
    await record(tx, { type: 'association.updated', at: association.clock.iso(), details: { fields: 'name' } })
  })
  await both()
  await note('change of the actor', association, 'Update')
  return found
}
const MODEL = {
  title: { fr: 'Servir la soupe dans la rue' },
  summary: { fr: 'À trois, le soir, avec une soupe.' },
  context: {},
  profile: {},
  support: {},
  practical: {},
  tasks: { fr: ['Préparer la soupe', 'Parler avec les gens'] },
  causes: ['food'],
  activities: ['meals'],
  requirements: [],
  commitment: 'regular',
}
const OFFER = instances.contentOf({
  title: { fr: 'Conduire le camion des invendus', en: 'Driving the van of unsold food' },
  summary: {
    fr: 'Aller chercher les invendus et les apporter à l’accueil de jour.',
    en: 'Taking unsold food to the day centre.',
  },
  tasks: { fr: ['Conduire', 'Charger'], en: ['Driving', 'Loading'] },
  questions: { fr: ['Avez-vous déjà conduit un camion ?'] },
  contact_label: 'La coordination',
  places: instances
    .contentOf()
    .places.map((place) => ({ ...place, region: 'Bourgogne-Franche-Comté', department: 'Côte-d’Or' })),
  language: ['fr', 'en'],
  pictures: [
    {
      url: `http://127.0.0.1:${instances.PORTS.association}/media/7d1e`,
      width: 64,
      height: 48,
      alt: { fr: 'Deux bénévoles chargent des cageots.', en: 'Two volunteers load crates.' },
    },
  ],
  sheet: {
    url: `http://127.0.0.1:${instances.PORTS.association}/media/7d1f`,
    name: 'Fiche de mission.pdf',
    bytes: 120_000,
  },
})

let collected: Map<string, Json>
beforeAll(async () => {
  region = await startPeer({ kind: 'centre' })
  association = await instances.startInstance('association', instances.PORTS.association, [region.host])
  dwell(region)
  centre = await instances.startInstance('centre', instances.PORTS.centre, [region.host])
  await centre.deps.db.updateTable('association').set({ member_days: 120 }).execute()
  collected = await collect()
})
afterAll(async () => {
  await stopApps()
  await stopPeers()
})

describe('what is sent', () => {
  const examples = shown('sent')
  const context = () => examples.find(({ name }) => name === 'context')!.json

  it('every example has its counterpart, and everything that was sent has its example', () => {
    const names = examples.map(({ name }) => name).filter((name) => name !== 'context')
    expect(names.toSorted()).toEqual([...collected.keys()].filter((name) => name !== 'outbox').toSorted())
    expect(blocks.filter(({ how }) => how !== 'sent' && how !== 'received')).toEqual([])
  })

  const isWhole = ({ json }: Example) => (json['object'] as Json | undefined)?.['type'] !== 'Event'
  it.each(examples.filter(isWhole).filter(({ name }) => name !== 'context'))('$name', ({ name, json }) => {
    const { '@context': sent, ...document } = real(collected.get(name)) as Json
    expect(document).toEqual(written(json))
    const isForeign = name.startsWith('nodeinfo') || name === 'webfinger' || name === 'templates'
    expect(sent).toEqual(isForeign ? undefined : context())
  })

  it.each(examples.filter((example) => !isWhole(example)))('$name', ({ name, json }) => {
    const { '@context': sent, object, ...head } = real(collected.get(name)) as Json & { object: Json }
    const { object: beginning, ...shownHead } = written(json) as Json & { object: Json }
    expect(sent).toEqual(context())
    expect(head).toEqual(shownHead)
    expect(object).toMatchObject(beginning)
    const whole = examples.find((one) => one.name === 'offer')!.json
    expect(Object.keys(object).toSorted()).toEqual(Object.keys(whole).toSorted())
    expect(Object.keys(object['terms'] as Json).toSorted()).toEqual(Object.keys(whole['terms'] as Json).toSorted())
  })

  it('the outbox holds activities as they were sent', () => {
    const page = collected.get('outbox')!
    const { '@context': _context, ...published } = collected.get('publish')!
    expect(page['orderedItems']).toEqual([published])
  })

  it('neither a person, an address of one, nor a private key is anywhere', () => {
    // Who answers at a centre is said to everybody, on its pages too.
    const rest = [...collected].filter(([name]) => name !== 'actor of a centre')
    const everything = JSON.stringify(rest.map(([, document]) => document))
    for (const secret of ['PRIVATE', '@example.org', 'Moreau', 'Benali', '03 80'])
      expect(everything).not.toContain(secret)
  })
})

describe('what is received', () => {
  const rows = [...text.matchAll(/^\| ([a-z ]+?) \| (association|centre) \| (.+) \|$/gm)]
  const documented = rows.map(([, name, instance, effect]) => ({ name: name!, instance: instance!, effect: effect! }))
  const examples = new Map(shown('received').map(({ name, json }) => [name, json]))
  let world: World
  /** A member or an unknown peer; two sites that a centre follows; and the home of an announced offer. */
  let dwellers: Record<'peer' | 'region' | 'agenda' | 'garden', Peer>

  /** One line for each effect that the document can name. */
  const picture = async () => {
    const reported = await world.deps.db.selectFrom('reported_counts').selectAll().execute()
    return {
      follows: (await instances.follows(world)).map(({ state }) => state).toSorted(),
      answers: dwellers.peer.received.map(({ body }) => body['type']),
      toGarden: dwellers.garden.received.map(({ body }) => body['type']),
      wishes: (await instances.affiliations(world)).map(({ state }) => state),
      items: (await instances.items(world)).map(lineOf).toSorted(),
      listings: (await instances.listings(world)).length,
      exact: (await instances.affiliations(world)).flatMap((row) => (row.exact_sums === 1 ? [row.exact_sums_at] : [])),
      totals: reported.map(({ day, views, applications }) => `${day}: ${views} ${applications}`),
    }
  }
  type Item = Awaited<ReturnType<typeof instances.items>>[number]
  const lineOf = ({ state, latest_revision, unmapped }: Item) =>
    [state, latest_revision, ...(JSON.parse(unmapped) as string[])].join(' ')

  const nobody = { toGarden: [] as string[], items: [] as string[], totals: [] as string[], exact: [] as string[] }
  const quiet = { ...nobody, follows: ['accepted'], answers: ['Accept'], wishes: [], listings: 1 }
  const member = { ...nobody, follows: ['asked'], answers: [] as string[], wishes: ['active'], listings: 0 }
  const reported = { ...member, answers: ['Accept', 'Announce'], totals: ['2026-11-21: 12 2'] }
  const agreed = {
    ...reported,
    items: ['accepted 1', 'withdrawn 2'],
    listings: 1,
    exact: ['2026-11-22T08:00:00.000Z'],
  }
  const left = {
    ...agreed,
    listings: 0,
    answers: ['Accept', 'Announce', 'Undo'],
    items: ['withdrawn 1', 'withdrawn 2'],
  }
  const looks = { ...left, follows: ['accepted', 'accepted', 'asked', 'asked'], wishes: ['active', 'active', 'active'] }
  const announced = { ...looks, items: ['pending 1', ...left.items], toGarden: ['Follow'] }
  const takenBack = {
    ...looks,
    follows: ['accepted', 'accepted', 'asked', 'undone'],
    items: ['withdrawn 1', ...left.items],
    toGarden: ['Follow', 'Announce', 'Undo', 'Undo'],
  }
  const PICTURES: Record<string, [state: string, picture: object]> = {
    'a person follows': ['done', quiet],
    'a like': ['ignored', quiet],
    'a boost': ['done', quiet],
    'a reply': ['ignored', quiet],
    'a person stops following': ['done', { ...quiet, follows: ['undone'] }],
    'an association wants to join': ['done', { ...member, wishes: ['requested'] }],
    'a centre refuses': ['done', { ...quiet, follows: ['refused', 'undone'], wishes: ['refused'] }],
    'somebody wants to take part': [
      'ignored',
      { ...quiet, follows: ['refused', 'undone'], wishes: ['refused'], answers: ['Accept', 'Ignore'] },
    ],
    'a member submits': ['done', { ...member, items: ['pending 1'] }],
    'a member changes the text': ['done', { ...member, items: ['pending 2'] }],
    'a member withdraws': ['done', { ...member, items: ['withdrawn 2'] }],
    'a member publishes': ['done', { ...member, items: ['pending 1', 'withdrawn 2'] }],
    'a member sends its totals': ['done', { ...reported, items: ['accepted 1', 'withdrawn 2'], listings: 1 }],
    'a member agrees to exact sums': ['done', agreed],
    'a member deletes': ['done', left],
    'somebody accepts what nobody asked': ['ignored', left],
    'a followed site announces': ['done', announced],
    'a followed site takes it back': ['done', takenBack],
    'another kind of site publishes': [
      'done',
      { ...takenBack, items: ['pending 1 hour images tags', ...takenBack.items] },
    ],
  }

  async function begin(kind: 'association' | 'centre'): Promise<void> {
    await stopApps()
    await stopPeers()
    const peer = await startPeer(kind === 'centre' ? { kind: 'association' } : {})
    const garden = await startPeer({ kind: 'association' })
    dwellers = { peer, garden, region: await startPeer({ kind: 'centre' }), agenda: await startPeer() }
    if (kind === 'association') peer.pages.set('/actor', { body: { ...peer.document(), type: 'Person' } })
    const hosts = Object.values(dwellers).map(({ host }) => host)
    world = await startApp({ kind, env: { FEDERATION_ALLOW_HOSTS: hosts.join(',') } })
    if (kind === 'association') await instances.publish(world)
    await world.settle()
  }

  function showOffer(home: Peer, id: string, revision = 1): void {
    const shownOffer = shown('sent').find(({ name }) => name === 'offer')!.json
    const event = JSON.parse(
      JSON.stringify(shownOffer).replaceAll('/offers/5f2c', `/offers/${id}`).replaceAll(ASSOCIATION, home.origin),
    ) as Json
    const updated = `2026-11-22T09:00:0${revision}.000Z`
    const hash = String(revision).repeat(64)
    const terms = { ...(event['terms'] as Json), content_hash: hash }
    home.pages.set(`/offers/${id}`, { body: { ...event, revision, updated, terms } })
  }

  /** All actors have the same key, each under its own address. */
  const send = (body: Json) => {
    const signer = { keyId: `${String(body['actor'])}#main-key`, privateKey: dwellers.peer.signer.privateKey }
    const request = { body: JSON.stringify(body), at: world.clock.now() }
    return sendActivity({ url: world.url, publicUrl: OURS }, signer, request)
  }

  async function follow(site: Peer, actor: string): Promise<void> {
    await followSource(world.deps, chief(world), site.host)
    await world.settle()
    const { id } = site.last('Follow') as { id: string }
    const context = 'https://www.w3.org/ns/activitystreams'
    await send({ '@context': context, id: `${site.origin}/yes`, type: 'Accept', actor, object: id })
    await world.settle()
  }

  async function accept(): Promise<void> {
    const item = (await instances.items(world)).find(({ state }) => state === 'pending')!
    await acceptOffer(world.deps, chief(world), item.id, { version: item.version })
    await world.settle()
    expect(await instances.listings(world)).toHaveLength(1)
  }

  const BEFORE: Record<string, () => Promise<void>> = {
    async 'a centre refuses'() {
      dwell(dwellers.region)
      await askToJoin(world.deps, chief(world), dwellers.region.host)
      await world.settle()
    },
    async 'a member submits'() {
      await world.deps.db.updateTable('affiliations').set({ state: 'active' }).execute()
    },
    async 'a member sends its totals'() {
      await accept()
      const { actor, origin } = dwellers.peer
      const counts = { impressions: 0, views: 40, apply_starts: 9, applications: 9, accepted: 9 }
      const lines = [{ offer: `${origin}/offers/77aa`, day: '2026-11-21', ...counts }]
      const report = { reporter: actor, document: `${origin}/sent-before`, lines }
      expect(await transact(world.deps, (tx) => receiveReport(tx, world.deps, report))).toBeUndefined()
    },
    async 'a followed site announces'() {
      const { region: centre, agenda } = dwellers
      await follow(centre, dwell(centre))
      await follow(agenda, dwell(agenda, `${agenda.origin}/federation/u/dijon`, { type: 'Application' }))
    },
    'a followed site takes it back': accept,
  }

  it('the table and the examples name the same activities', () => {
    const names = documented.map(({ name }) => name).toSorted()
    const has = (list: readonly string[], name: string) => list.includes(name)
    const [written, pictured] = [[...examples.keys()], Object.keys(PICTURES)]
    expect([
      ...written
        .filter((name) => !has(names, name))
        .map((name) => `FEDERATION.md, What is accepted: add a row for « ${name} »`),
      ...names
        .filter((name) => !has(written, name))
        .map((name) => `FEDERATION.md: write the example \`\`\`json received ${name}`),
      ...names
        .filter((name) => !has(pictured, name))
        .map((name) => `test/federation/document.test.ts: say in PICTURES what is there after « ${name} »`),
      ...pictured.filter((name) => !has(names, name)).map((name) => `PICTURES names « ${name} », the table does not`),
    ]).toEqual([])
  })

  // In the order of the document, because each builds on the one before.
  const kinds = ['association', 'centre'] as const
  describe.each(kinds)('by: %s', (kind) => {
    beforeAll(() => begin(kind))
    it.each([...examples.keys()].filter((name) => documented.find((row) => row.name === name)?.instance === kind))(
      '%s',
      async (name) => {
        showOffer(dwellers.peer, '5f2c', name === 'a member changes the text' ? 2 : 1)
        showOffer(dwellers.peer, '77aa')
        showOffer(dwellers.garden, '5f2c')
        await BEFORE[name]?.()
        let text = JSON.stringify(examples.get(name)).replaceAll(kind === 'centre' ? CENTRE : ASSOCIATION, OURS)
        for (const [who, { origin }] of Object.entries(dwellers))
          text = text.replaceAll(`https://${who}.example`, origin)
        const asked = dwellers.region.last('Follow')
        if (kind === 'association' && asked) text = text.replace(`${OURS}/activities/11`, String(asked['id']))
        const body = JSON.parse(text) as Json
        const reply = await send(body)
        expect(reply.status).toBe(202)
        await world.settle()
        const [state, after] = PICTURES[name]!
        expect((await instances.received(world)).at(-1)).toMatchObject({ id: body['id'], state })
        expect(await picture()).toEqual(after)
      },
    )
  })
})
