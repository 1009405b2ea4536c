// SPDX-License-Identifier: AGPL-3.0-or-later
// Offers in the shape of the French national hub: given to whoever asks, and taken in as drafts.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { limits } from '../../config/limits.ts'
import type { OfferContent } from '../../server/model/offer/content.ts'
import { viewerOf } from '../../server/model/viewer.ts'
import { createDraft } from '../../server/offers/commands/write.ts'
import { putListing } from '../../server/public-offer/listing.ts'
import { transact } from '../../server/web/transact.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { publishOffer, writeOffer } from '../support/offer-form.ts'
import { samplePublicOffer } from '../support/offers.ts'

let world: World
let b: Browser
beforeEach(async () => {
  world = await startApp()
  b = await world.signIn('bastien')
})
afterEach(stopApps)

type Mission = Record<string, unknown>
type Page = { next: string | null; data: Mission[] }

async function missions(query = '', at = world): Promise<Page> {
  const answer = await fetch(`${at.url}/api/v1/missions${query}`)
  expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, '*'])
  expect(answer.headers.getSetCookie()).toEqual([])
  return (await answer.json()) as Page
}

const drafts = async () => {
  const rows = await world.deps.db.selectFrom('offers').selectAll().where('state', '=', 'draft').orderBy('id').execute()
  return rows.map((row) => ({ ...row, content: JSON.parse(String(row.content)) as OfferContent }))
}

async function send(value: unknown): Promise<Browser> {
  const bytes = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
  await b.get('/work/offers/import')
  return b
    .attach('Votre fichier', { name: 'missions.json', type: 'application/json', bytes })
    .press('Lire ces annonces')
}

/** Title and state of each row of the preview. */
function shown(): string[][] {
  b.document.querySelectorAll('tbody br').forEach((br) => br.replaceWith(' / '))
  return [...b.document.querySelectorAll('tbody tr')].map((row) =>
    [...row.children].slice(1).map((cell) => (cell.textContent ?? '').replaceAll(/\s+/g, ' ').trim()),
  )
}

describe('the missions of a site', () => {
  it('are what is online, in the words of the hub', async () => {
    await world.deps.db
      .updateTable('association')
      .set({ legal_identifiers: '[{"scheme":"FR-RNA","value":"W212000001"},{"scheme":"CA-QC-NEQ","value":"1"}]' })
      .execute()
    const id = await publishOffer(b, 'Servir la soupe')
    const paused = await publishOffer(b, 'Lire des histoires')
    await writeOffer(b, 'Un brouillon à finir')
    await b.post(`/work/offers/${paused}/pause`, {})
    const { next, data } = await missions()
    expect(next).toBeNull()
    expect(data).toHaveLength(1)
    expect(data[0]).toMatchObject({
      clientId: `http://localhost:3000/offers/${id}`,
      type: 'benevolat',
      title: 'Servir la soupe',
      description: 'Deux heures au chaud, pour servir et parler un peu.',
      domain: 'solidarite-insertion',
      activities: ['distribution'],
      tags: ['Sécurité alimentaire'],
      tasks: ['Réchauffer la soupe', 'Servir', 'Ranger la salle'],
      remote: 'no',
      places: 4,
      applicationUrl: `http://localhost:3000/offers/${id}/apply`,
      organizationName: 'Les Jardins du Canal',
      organizationRNA: 'W212000001',
    })
    expect(String(data[0]!['schedule'])).toContain('par semaine')
    expect(data[0]!['addresses']).toMatchObject([
      { city: 'Dijon', departmentCode: '21', country: 'FR', location: { lat: expect.any(Number) } },
      { city: 'Beaune', departmentCode: '21' },
    ])
    // Nobody's name, address or number.
    expect(JSON.stringify(data)).not.toMatch(/example\.org|Moreau|03 80/)
  })

  it('say what the hub has no field for in their description, and come in again unchanged', async () => {
    const id = await publishOffer(b, 'Servir la soupe')
    await b.get(`/work/offers/${id}/edit`)
    await b
      .fill('Durée minimum, en mois', '6')
      .fill('Âge maximum', '25')
      .fill('Ce qui peut être adapté', 'On peut rester assis.')
      .choose('On peut venir en transports en commun')
      .press('Enregistrer les changements')
    world.clock.advance(60_000)
    const [mission] = (await missions()).data
    expect(String(mission!['description']).split('\n')).toEqual([
      'Deux heures au chaud, pour servir et parler un peu.',
      '',
      'Durée minimum, en mois : 6',
      'Âge maximum : 25',
      'Ce qui peut être adapté : On peut rester assis.',
      'On peut venir en transports en commun',
    ])
    await send({ data: [{ ...mission, clientId: 'https://other.example/offers/1' }] })
    await b.press('Faire 1 brouillon')
    const facts = { min_months: 6, max_age: 25, adaptations: { fr: 'On peut rester assis.' }, transit: true }
    expect((await drafts())[0]!.content).toMatchObject({ ...facts, context: {} })
  })

  it('of a centre are those of its members too, to apply at their home; a home is a town only', async () => {
    const centre = await startApp({ kind: 'centre' })
    const places = [{ ...samplePublicOffer().content.places[0]!, street: '3 rue des Lilas', label: 'Chez Rose' }]
    const offer = samplePublicOffer({ content: { work_mode: 'at_beneficiary_home', places, min_age: 16 } })
    const english = samplePublicOffer({
      name: 'read',
      content: { title: { en: 'Read' }, capacity: null, min_age: null },
    })
    await transact(centre.deps, async (tx) => {
      for (const one of [offer, english])
        await putListing(tx, centre.deps, { offer: one, origin: 'member', approvedAt: centre.clock.iso(), via: '' })
    })
    const { data } = await missions('', centre)
    expect(data.map(({ title }) => title)).toEqual(['Lire des histoires à l’école Prévert', 'Read'])
    expect(data[0]).toMatchObject({
      clientId: offer.uri,
      applicationUrl: `${offer.url}/apply`,
      organizationName: 'Les Conteurs de la Saône',
      openToMinors: true,
      audience: ['children'],
    })
    expect(data[1]).not.toHaveProperty('places')
    expect(data[1]).not.toHaveProperty('openToMinors')
    expect(JSON.stringify(data[0])).not.toMatch(/Lilas|Rose/)
  })

  it('are read page by page: each once, whatever is published meanwhile', async () => {
    const centre = await startApp({ kind: 'centre' })
    const put = (name: string, standing = {}) =>
      transact(centre.deps, (tx) =>
        putListing(tx, centre.deps, {
          offer: samplePublicOffer({ name, standing }),
          origin: 'member',
          approvedAt: centre.clock.iso(),
          via: '',
        }),
      )
    for (let n = 0; n < 7; n++) await put(`o${n}`)
    await put('over', { publish_until: '2026-11-21T00:00:00.000Z' })
    await put('closed', { applications: 'closed' })
    const seen: string[] = []
    for (let query: string | null = '?limit=3'; query !== null;) {
      const { next, data } = await missions(query, centre)
      seen.push(...data.map(({ clientId }) => String(clientId).split('/').at(-1)!))
      if (seen.length === 3) await put('later')
      query = next && new URL(next).search
    }
    expect(seen).toEqual(['o0', 'o1', 'o2', 'o3', 'o4', 'o5', 'o6', 'later'])
  })
})

const FOREIGN = {
  clientId: 'asso-17',
  title: 'Aider aux devoirs',
  description: 'Deux fois par semaine, dans une école du quartier.',
  domain: 'education',
  activities: ['soutien-scolaire', 'lutte-contre-isolement'],
  audience: ['children', 'public_refugees'],
  tasks: ['Lire avec un enfant', 'Revoir une leçon'],
  softSkills: ['Patience', 'Écoute'],
  remote: 'no',
  schedule: 'Le mardi et le jeudi, de 17 h à 18 h',
  startAt: '2027-01-05T00:00:00.000Z',
  places: 3,
  openToMinors: false,
  reducedMobilityAccessible: true,
  addresses: [{ street: '4 rue Monge', postalCode: '21000', city: 'Dijon', country: 'FR' }],
  organizationName: 'Autre association',
}

describe('missions of another site', () => {
  it('are shown first, and become drafts with what they say', async () => {
    await send({ ok: true, data: [FOREIGN] })
    expect(b.heading).toBe('Les annonces de votre fichier')
    expect(shown()).toEqual([[expect.stringContaining('Aider aux devoirs'), 'Sera un brouillon']])
    expect(await drafts()).toEqual([])
    await b.press('Faire 1 brouillon')
    const [draft] = await drafts()
    expect(draft!.content).toMatchObject({
      title: { fr: 'Aider aux devoirs' },
      context: { fr: 'Deux fois par semaine, dans une école du quartier.' },
      causes: ['education'],
      activities: ['tutoring', 'visits'],
      beneficiaries: ['children', 'refugees'],
      tasks: { fr: ['Lire avec un enfant', 'Revoir une leçon'] },
      profile: { fr: 'Patience\nÉcoute' },
      practical: { fr: 'Le mardi et le jeudi, de 17 h à 18 h' },
      work_mode: 'on_site',
      starts_on: '2027-01-05',
      capacity: 3,
      min_age: 18,
      accessible: 'yes',
      places: [{ name: 'Dijon', code: 'FR-21231', street: '4 rue Monge' }],
    })
  })

  it.each([
    ['a list', (one: Mission) => [one]],
    ['one alone', (one: Mission) => one],
    ['an older answer', (one: Mission) => ({ total: 1, hits: [one] })],
  ])('are read from %s', async (_name, wrapped) => {
    const { addresses: _addresses, clientId, ...rest } = FOREIGN
    const old = { ...rest, _id: clientId, openToMinors: 'no', city: 'Beaune', postalCode: '21200', activity: 'visites' }
    await send(wrapped({ ...old, activities: undefined }))
    await b.press('Faire 1 brouillon')
    expect((await drafts())[0]!.content).toMatchObject({
      places: [{ name: 'Beaune' }],
      min_age: 18,
      activities: ['visits'],
    })
  })

  it('with faults are set aside, each with its reason; the others go on', async () => {
    const bad = [
      { ...FOREIGN, clientId: '1', title: 'Aider' },
      { ...FOREIGN, clientId: '2', domain: 'jonglerie' },
      { ...FOREIGN, clientId: '3', addresses: [{ city: 'Nullepart-sur-Rien' }, { city: 'Saint-Denis' }] },
      { ...FOREIGN, clientId: '4', places: 0 },
      { ...FOREIGN, clientId: '5', endAt: '2020-01-01' },
      { ...FOREIGN, clientId: '6', description: 'Texte '.repeat(900) },
      { ...FOREIGN, clientId: '7', tasks: 'Lire', title: { fr: 'x' } },
      { clientId: '8' },
    ]
    await send([...bad, { ...FOREIGN, clientId: '9' }])
    const states = shown().map(([, state]) => state)
    expect(states.slice(0, -1).every((state) => state!.startsWith('À corriger'))).toBe(true)
    expect(states.at(-1)).toBe('Sera un brouillon')
    expect(states[1]).toContain('domain : « jonglerie » n’est pas dans nos listes')
    await b.press('Faire 1 brouillon')
    expect(await drafts()).toHaveLength(1)
    // What is not in our lists can be left out.
    await b.fill('domain', 'Ne pas reprendre').press('Relire avec ces colonnes')
    expect(shown()[1]![1]).toBe('Sera un brouillon')
  })

  it('come in once, also when their text has changed, and can be undone', async () => {
    await send([FOREIGN, { ...FOREIGN, title: 'Aider encore aux devoirs' }])
    expect(shown().map(([, state]) => state)).toEqual(['Sera un brouillon', 'La même que la ligne 1'])
    await b.press('Faire 1 brouillon')
    const path = b.url
    await send([{ ...FOREIGN, title: 'Aider aux leçons' }])
    expect(shown().map(([, state]) => state)).toEqual(['Déjà reprise d’un autre fichier'])
    expect(b.hasButton('Faire 1 brouillon')).toBe(false)
    await b.get(path)
    await b.follow('Annuler : jeter 1 brouillon')
    await b.press('Jeter ces brouillons')
    expect(await drafts()).toEqual([])
  })

  it.each(['publisherId', 'organizationClientId'])(
    'of two publishers are not the same, with one id and another %s',
    async (publisher) => {
      const [one, other] = [
        { ...FOREIGN, [publisher]: 'a' },
        { ...FOREIGN, [publisher]: 'b', title: 'Servir la soupe' },
      ]
      await send([one, other, one])
      expect(shown().map(([, state]) => state)).toEqual([
        'Sera un brouillon',
        'Sera un brouillon',
        'La même que la ligne 1',
      ])
      await b.press('Faire 2 brouillons')
      expect((await drafts()).map(({ content }) => content.title.fr)).toEqual(
        expect.arrayContaining(['Aider aux devoirs', 'Servir la soupe']),
      )
      await send([{ ...other, title: 'Servir le repas' }])
      expect(shown().map(([, state]) => state)).toEqual(['Déjà reprise d’un autre fichier'])
    },
  )

  it('keep a long description: it goes on in another field', async () => {
    const description = `${'Un début. '.repeat(150)}\n\n${'Une suite. '.repeat(80)}`.trim()
    await send([{ ...FOREIGN, description }])
    await b.press('Faire 1 brouillon')
    const { context, practical } = (await drafts())[0]!.content
    expect(context.fr!.replaceAll(/\s+/g, ' ') + ' ' + practical.fr!.replaceAll(/\s+/g, ' ')).toContain(
      description.replaceAll(/\s+/g, ' '),
    )
  })

  it('that cannot be read are said at the field, and nothing is kept', async () => {
    await send('{"data": [')
    expect(b.status).toBe(422)
    expect(b.errors()).toMatchObject({ 'Votre fichier': expect.stringContaining('JSON') })
    await send([])
    expect(b.errors()).toMatchObject({ 'Votre fichier': expect.stringContaining('aucune mission') })
    await send('[1, "deux"]')
    expect(b.status).toBe(422)
    await send(Array.from({ length: limits.importRows + 1 }, (_, n) => ({ clientId: String(n), title: 'Un titre' })))
    expect(b.text).toContain('Il y a trop de lignes')
    await b.get('/work/offers/import')
    await b.fill('Ou collez vos lignes ici', '[{"title":').press('Lire ces annonces')
    expect(b.errors()).toMatchObject({ 'Ou collez vos lignes ici': expect.stringContaining('JSON') })
    expect(await world.deps.db.selectFrom('offer_imports').select('id').execute()).toEqual([])
  })
})

describe('what our own export wrote', () => {
  const full = async (): Promise<OfferContent> => {
    await writeOffer(b)
    const { content } = (await drafts())[0]!
    return {
      ...content,
      title: { fr: 'Servir le bouillon du soir', en: '=Serve the evening soup' },
      summary: { fr: 'Deux heures; au chaud, « ensemble ».', en: 'Two "warm" hours' },
      tasks: { fr: ['Réchauffer; remuer', 'Servir, ranger'], en: ['Warm up'] },
      context: { fr: 'Premier paragraphe.\n\nDeuxième, avec un ; et une , virgule.' },
      profile: { fr: "'Patience\n- calme" },
      support: { fr: 'Un binôme' },
      practical: { fr: '@18 h' },
      frequency: 'weekly',
      minutes_per_session: 150,
      sessions_expected: 12,
      starts_on: '2027-01-12',
      ends_on: '2027-03-30',
      slots: ['saturday-morning', 'sunday-evening'],
      capacity: null,
      group_ok: true,
      group_max: 6,
      no_waiting_list: true,
      causes: ['food', 'arts_culture', 'equality'],
      activities: ['meals', 'literacy'],
      beneficiaries: ['homeless', 'seniors'],
      skills: ['listening', 'patience'],
      requirements: ['licence_b', 'interview'],
      min_age: 16,
      accessible: 'yes',
      benefits: ['meals', 'hours_record'],
      compensation: 'expenses',
      contact_label: 'L’équipe du soir',
      language: ['fr', 'en'],
    }
  }

  async function publish(content: OfferContent): Promise<void> {
    const bastien = viewerOf(world.id('bastien'), 'Bastien Moreau', ['coordinator'])
    const asked = { firstDay: null, lastDay: null }
    const contactId = bastien.personId
    const id = await createDraft(world.deps, bastien, { content, contactId, visibility: 'public', asked })
    await b.get(`/work/offers/${id}`)
    await b.press('Publier maintenant')
  }

  it('is the same on another site without a change, and known on the own one', async () => {
    const content = await full()
    await publish(content)
    const exported = await missions()
    expect(exported.data).toHaveLength(1)
    await send(exported)
    expect(shown().map(([, state]) => state)).toEqual(['Déjà sur ce site'])
    await stopApps()
    world = await startApp({ env: { PUBLIC_URL: 'http://localhost:3100' } })
    b = await world.signIn('bastien')
    await send(exported)
    expect(shown().map(([, state]) => state)).toEqual(['Sera un brouillon'])
    await b.press('Faire 1 brouillon')
    expect((await drafts())[0]!.content).toEqual(content)
  })

  it('and somebody has changed is read as it stands', async () => {
    await publish(await full())
    const { data } = await missions()
    await stopApps()
    world = await startApp({ env: { PUBLIC_URL: 'http://localhost:3100' } })
    b = await world.signIn('bastien')
    await send([
      { ...data[0], title: 'Servir le pot-au-feu' },
      { ...data[0], clientId: 'x', metadata: '{"software":"mainforte","version":1,"offer":{"title":7}}' },
    ])
    await b.press('Faire 2 brouillons')
    expect((await drafts()).map(({ content }) => content.title)).toEqual([
      { fr: 'Servir le pot-au-feu' },
      { fr: 'Servir le bouillon du soir' },
    ])
  })
})
