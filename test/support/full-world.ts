// SPDX-License-Identifier: AGPL-3.0-or-later
import { insertKioskLine } from '../../db/queries/hours-links.ts'
import { findPerson } from '../../db/queries/people.ts'
import { insertTeam } from '../../db/queries/teams.ts'
import { saveRole } from '../../db/queries/roles.ts'
import { insertUsual } from '../../db/queries/usual-hours.ts'
import { usualPath } from '../../server/hours/usual-link.ts'
import { kindOf, linkPath, linkTokenOf } from '../../server/hours/link.ts'
import { keepTown, settleTown } from '../../db/queries/typed-towns.ts'
import { receiveAnnounced } from '../../server/moderation/commands/announced.ts'
import { receiveOffer } from '../../server/moderation/commands/receive.ts'
import { refuseOffer } from '../../server/moderation/commands/decide.ts'
import { sql } from 'kysely'
import sharp from 'sharp'
import { findOffer } from '../../db/queries/offers.ts'
import { declineApplication } from '../../server/applications/commands/answer.ts'
import { noteApplication } from '../../server/applications/commands/note.ts'
import { pathOf, tokenOf } from '../../server/applications/link.ts'
import { testimonialPath, testimonialTokenOf } from '../../server/applications/testimonial.ts'
import { shareTemplate } from '../../server/partners/commands/templates.ts'
import { noteAttendance } from '../../server/applications/commands/attend.ts'
import { testify } from '../../server/applications/commands/testimonial.ts'
import { createDraft } from '../../server/offers/commands/write.ts'
import { publishOffer } from '../../server/offers/commands/publish.ts'
import { acceptMember } from '../../server/partners/commands/decide.ts'
import { receiveJoinRequest } from '../../server/partners/commands/receive.ts'
import { transact } from '../../server/web/transact.ts'
import { viewerOf } from '../../server/model/viewer.ts'
import { keep, startApp, type World } from './app.ts'
import { keptWorld } from './kept-databases.ts'
import { CONTEURS, samplePublicOffer } from './offers.ts'

const drawing = () =>
  sharp({ create: { width: 4, height: 3, channels: 3, background: '#285' } })
    .png()
    .toBuffer()
const SITE = { ...CONTEURS, uri: 'https://agenda.example/actor', url: 'https://agenda.example', name: 'Agenda' }

/**
 * An association that is also a centre, with one object of every kind. `links`: mailed paths (two applications, a
 * welcome, a password, a sign-in, a place that is held, a place in line, one of an offer that is over). `pages`: paths that no list links to.
 */
export async function fullWorld(language: 'fr' | 'fr-CA' = 'fr'): Promise<FullWorld> {
  const kept = await keptWorld(`full, ${language}`, async () => {
    const { world, ...more } = await makeFull(language)
    return { ...(await keep(world)), more }
  })
  return { world: await startApp({ kind: 'both', from: kept }), ...kept.more }
}
type FullWorld = { world: World; links: string[]; pages: string[] }

async function makeFull(language: 'fr' | 'fr-CA'): Promise<FullWorld> {
  const world = await startApp({ kind: 'both' })
  const { deps } = world
  await deps.db.updateTable('association').set({ welcome: 'Lire la charte\nRencontrer son binôme' }).execute()
  await insertTeam(deps.db, { id: 'team', name: 'Maraude du jeudi', created_at: deps.clock.iso() })
  await saveRole(deps.db, { id: 'welcome', name: 'Accueil du samedi', rights: ['see_people'], at: deps.clock.iso() })
  const coordinator = await world.signIn('bastien')
  await coordinator.get('/work/offers/new')
  coordinator.fill('Titre', 'Servir la soupe').fill('En une ou deux phrases', 'Deux heures au chaud.')
  coordinator.fill('Les tâches', 'Réchauffer\nServir').fill('Pour quelle cause', 'Sécurité alimentaire')
  coordinator.fill('Quel genre d’activité', 'Repas, distribution').choose('Ponctuel').choose('Sur place')
  coordinator.fill('Ville ou village', 'Dijon').choose('Permis B').choose('Sans limite')
  await coordinator.press('Enregistrer et me relire')
  await coordinator.press('Publier maintenant')
  const offer = await deps.db.selectFrom('offers').select('id').executeTakeFirstOrThrow()
  await coordinator.post(`/work/offers/${offer.id}/copy`, {})
  await coordinator.post(`/work/offers/${offer.id}/template`, {})
  await coordinator.get('/work/offers/import')
  coordinator.fill('Ou collez vos lignes ici', 'Titre;Cause\nTrier les dons;Cirque\nRanger les livres;')
  await coordinator.press('Lire ces annonces')
  await coordinator.press('Faire 1 brouillon')
  const imported = coordinator.url
  await coordinator.get('/work/import')
  coordinator.fill('Ou collez vos lignes ici', 'Nom;Date;Heures\nYvonne Lemieux;01/06/2025;2\nYvonne Lemieux;hier;2')
  await coordinator.press('Lire ce fichier')
  await world.settle()
  const begun = coordinator.url
  await coordinator.get('/work/import')
  coordinator.fill('Ou collez vos lignes ici', 'Nom;Date;Heures\nYvonne Lemieux;02/06/2025;2')
  await coordinator.press('Lire ce fichier')
  await world.settle()
  const takenOver = coordinator.url
  await coordinator.get(takenOver)
  await coordinator.press('Reprendre 1 ligne d’heures et ajouter 1 personne')
  await world.settle()
  for (const alt of ['La marmite', 'La salle']) {
    await coordinator.get(`/work/offers/${offer.id}/pictures`)
    // A picture that is there has fields of the same name.
    coordinator.document.querySelectorAll('main form:not([enctype])').forEach((one) => one.remove())
    await coordinator.attach('La photo', { name: 'a.png', type: 'image/png', bytes: await drawing() })
    await coordinator.fill('Ce que montre la photo', alt).press('Ajouter cette photo')
  }
  const links: string[] = []
  for (const email of ['yvon@example.net', 'nadege@example.net']) {
    const visitor = world.browser()
    const person = { given_name: 'Yvon', family_name: 'Paquette', email, ticks: 'licence_b', age: 'on' }
    await visitor.post(`/offers/${offer.id}/apply`, person)
    links.push(await world.linkFor(email))
  }
  await world.browser().post(links[0]!.replace(/[?#].*/, '') + '/confirmation', {})
  const waiting = await fullOffer(world, offer.id)
  await coordinator.post('/work/people/new', {
    given_name: 'Jo',
    family_name: 'Roy',
    email: 'jo@example.net',
    locale: 'fr',
  })
  links.push(await world.linkFor('jo@example.net'))
  await world.browser().post('/password/forgot', { login: 'david@example.org' })
  links.push(await world.linkFor('david@example.org'))
  await world.browser().post('/sign-in/link', { login: 'elise@example.org' })
  links.push(await world.linkFor('elise@example.org'))
  for (const search of ['?q=soupe', '?cause=food']) {
    await world.browser().post('/offers/follow', { email: 'lise@example.net', rhythm: 'weekly', search })
    links.push(await world.linkFor('lise@example.net'))
  }
  const reader = world.browser()
  await reader.post(links.at(-1)!, {})
  links[links.length - 1] = reader.url
  const volunteer = await world.signIn('chloe')
  const category = await deps.db.selectFrom('hours_categories').select('id').executeTakeFirstOrThrow()
  for (const duration of ['1h', '2h', '3h']) {
    await volunteer.post('/my/hours', { category: category.id, day: '2026-11-20', duration })
  }
  await volunteer.post('/my/hours', { category: category.id, day: '2026-11-13', duration: '4h' })
  await volunteer.post('/my/hours/timer', {})
  const treasurer = await world.signIn('elise')
  await treasurer.post('/work/hours/levels', { level_fr: 'Encadrement', level_en: 'Leading' })
  for (const name of ['Fête des voisins', 'Jardin partagé']) await treasurer.post('/work/hours/projects', { name })
  const closed = await closedYear(world, category.id, language)
  const [first] = await deps.db.selectFrom('hours_entries').select('id').orderBy('id').execute()
  await coordinator.post('/work/hours/approval', { entries: first!.id })
  const hours = await fillHours(world, offer.id)
  const admin = await world.signIn('amina')
  const day = { happened_on: '2026-11-18', known_on: '2026-11-20' }
  const incident = { what: 'Une liste perdue.', data: 'Noms', is_serious: 'no', seriousness: 'Retrouvée.' }
  await admin.post('/operator/privacy/incidents/new', { ...day, ...incident })
  await volunteer.post('/my/data/request', { kind: 'correction', said: 'Mon numéro est faux.' })
  await transact(deps, (tx) => receiveJoinRequest(tx, deps, CONTEURS))
  const member = await deps.db.selectFrom('affiliations').select('id').executeTakeFirstOrThrow()
  await acceptMember(deps, viewerOf(world.id('farid'), 'Farid', ['moderator']), member.id)
  await transact(deps, (tx) => receiveJoinRequest(tx, deps, { ...CONTEURS, uri: 'https://autres.example/actor' }))
  // Three to answer at once, one refused that may receive its answer, one from another kind of site.
  for (const name of ['lecture', 'conte', 'chant', 'refusee'])
    await transact(deps, (tx) => receiveOffer(tx, deps, samplePublicOffer({ name }), { via: 'relation.offre.sceau' }))
  const items = await deps.db.selectFrom('moderation_items').selectAll().orderBy('id').execute()
  const refused = items.at(-1)!
  const moderator = viewerOf(world.id('farid'), 'Farid', ['moderator'])
  await refuseOffer(deps, moderator, refused.id, { version: refused.version, reason: 'duplicate', note: '' })
  await deps.db
    .insertInto('affiliations')
    .values({
      id: deps.newId(),
      partner_uri: SITE.uri,
      partner_is: 'source',
      partner_name: SITE.name,
      partner_url: SITE.url,
      state: 'active',
      requested_at: deps.clock.iso(),
    })
    .execute()
  links.push(...(await offerHelp(world, member.id)))
  const trouble = { said: 'La page est vide.', page: '/offers', name: 'Jo', email: 'jo.roy@example.net' }
  await world.browser().post('/help/ask', trouble)
  const asked = await deps.db.selectFrom('help_requests').select('id').executeTakeFirstOrThrow()
  await admin.post(`/operator/help/${asked.id}/answer`, { body: 'C’est réparé.' })
  await world.browser().post('/help/ask', { ...trouble, said: 'Rien ne s’ouvre.' })
  await shareTemplate(deps, moderator, {
    name: 'Maraude du soir',
    content: {
      title: { fr: 'Servir la soupe' },
      summary: { fr: 'À trois, le soir.' },
      context: {},
      profile: {},
      support: {},
      practical: {},
      tasks: { fr: ['Préparer la soupe'] },
      causes: ['food'],
      activities: ['meals'],
      requirements: [],
      commitment: 'regular',
    },
  })
  const wrong = { reason: 'untrue', said: 'L’adresse n’existe pas.', email: 'jo.roy@example.net' }
  await world.browser().post(`/offers/${offer.id}/report`, wrong)
  const foreign = samplePublicOffer({ association: SITE, name: 'ailleurs', content: { causes: [], activities: [] } })
  const announce = { announceId: `${SITE.url}/1`, announcerUri: SITE.uri, hops: 1, foreign: { unmapped: ['price'] } }
  await transact(deps, (tx) => receiveAnnounced(tx, deps, foreign, announce))
  const idsOf = async (
    table: 'offers' | 'hours_entries' | 'enquiries' | 'affiliations' | 'applications' | 'moderation_items',
  ) => (await deps.db.selectFrom(table).select('id').execute()).map(({ id }) => id)
  const [item] = await idsOf('moderation_items')
  const noting = await world.signIn('farid')
  await noting.post(`/moderation/${item}/notes`, { body: 'Appeler avant.', about: 'item' })
  const noted = await deps.db.selectFrom('team_notes').select('id').executeTakeFirstOrThrow()
  const town = await keepTown(deps.db, { key: 'lieu dit', name: 'Lieu-dit', postal_code: '', country: 'FR' })
  await settleTown(deps.db, town.id, { code: 'FR-21231', own_place: null, decided_at: deps.clock.iso(), version: 1 })
  const pages = [
    imported,
    begun,
    takenOver,
    `${takenOver}/undo`,
    // To the last one no offer was proposed yet.
    ...(await idsOf('enquiries')).map((id) => `/work/enquiries/${id}`),
    ...(await idsOf('offers')).flatMap((id) => ['', '/removal', '/pictures'].map((end) => `/work/offers/${id}${end}`)),
    ...(await idsOf('hours_entries')).map((id) => `/work/hours/${id}`),
    `/work/hours/new?person=${world.id('david')}`,
    ...closed,
    ...(await idsOf('moderation_items')).map((id) => `/moderation/${id}`),
    `/moderation/${refused.id}/likewise`,
    `/moderation/notes/${noted.id}/removal`,
    `/moderation/towns/${town.id}`,
    '/partners?search=asked-before',
    ...waiting.pages,
    ...hours.pages,
    ...(await idsOf('affiliations')).flatMap((id) => [`/partners/${id}`, `/partners/${id}/end`]),
    ...[world.id('david'), world.id('bastien'), await invitedId(world)].map((id) => `/work/people/${id}`),
  ]
  return { world, links: [...links, ...waiting.links, ...hours.links], pages }
}

/** A timer that runs and one that was stopped, a week to copy, kilometres, helpers without a name, links, and a rule. */
async function fillHours({ deps, signIn, id }: World, offer: string) {
  const { db } = deps
  const [chloe, bastien, elise] = [await signIn('chloe'), await signIn('bastien'), await signIn('elise')]
  const { id: category } = await db.selectFrom('hours_categories').select('id').executeTakeFirstOrThrow()
  const worked = { category, duration: '2h' }
  await chloe.post('/my/hours', { ...worked, day: '2026-11-12' })
  await chloe.post('/my/hours/timer', {})
  await chloe.post('/my/hours/timer/end', {})
  await bastien.post('/my/hours/timer', {})
  for (const km of ['12', '13']) await chloe.post('/my/trips', { day: '2026-11-12', km, way: 'Dijon', choice: 'waive' })
  const trips = await db.selectFrom('trips').select('id').orderBy('id').execute()
  // Before a trip is approved: a value that changes what was approved is asked about.
  await elise.post('/work/trips/rates', { mills: '0,4', valid_from: '2026-01-01', source: 'Conseil' })
  await bastien.post('/work/trips/approval', { trips: trips[0]!.id })
  await bastien.post(`/work/trips/${trips[0]!.id}/correction`, { way: 'Dijon–Beaune', project: '' })
  await bastien.post('/work/hours/sheet', { ...worked, day: '2026-11-12', unnamed: '3', form_id: 'unnamed' })
  await bastien.post('/work/hours/rules', { up_to: '10 min', takes_links: 'on' })
  const helpers = await db.selectFrom('hours_headcounts').select('id').executeTakeFirstOrThrow()
  const typed = { given_name: 'Élise', family_name: 'Garnier', worked_on: '2026-11-12', minutes: 60 }
  await insertKioskLine(db, { id: deps.newId(), category_id: category, ...typed, created_at: deps.clock.iso() })
  const ends = [`/work/hours/links/offers/${offer}`, `/work/hours/links/people/${id('david')}`]
  for (const end of ends) await bastien.post(end, { expires_on: '2027-11-22' })
  const open = await db.selectFrom('hours_links').selectAll().execute()
  return {
    links: [
      ...open.map((link) => linkPath(kindOf(link), linkTokenOf(deps, link))),
      await usualLink(deps, id('david'), category),
    ],
    pages: [...ends, `/work/hours/unnamed/${helpers.id}/reversal`, ...trips.map((trip) => `/work/trips/${trip.id}`)],
  }
}

/** Somebody is asked whether October was as usual. @returns the path of the link. */
async function usualLink(deps: World['deps'], personId: string, category: string): Promise<string> {
  const asked = { worked_on: '2026-10-31', minutes: 120, category_id: category, asked_at: deps.clock.iso() }
  await insertUsual(deps.db, { person_id: personId, month: '2026-10', ...asked })
  return usualPath(deps, (await findPerson(deps.db, personId))!, '2026-10')
}

/** Hours of 2025 with a value, in a closed year and on an attestation. @returns the pages about both. */
async function closedYear(world: World, category: string, language: string): Promise<string[]> {
  const { deps } = world
  const [coordinator, treasurer] = [await world.signIn('bastien'), await world.signIn('elise')]
  const created_at = deps.clock.iso()
  const line = { worked_on: '2025-06-01', minutes: 175, state: 'approved', source: 'self' } as const
  for (const who of ['chloe', 'david', 'amina'] as const)
    await deps.db
      .insertInto('hours_entries')
      .values({ id: deps.newId(), ...line, category_id: category, person_id: world.id(who), created_at })
      .execute()
  // They count for the Compte d'engagement citoyen.
  await treasurer.post(`/work/hours/categories/${category}/cec`, { cec_role: 'governing' })
  const value = { cents_per_hour: 2500, currency: 'EUR', valid_from: '2025-01-01', source: 'Conseil' } as const
  await deps.db
    .insertInto('hours_rates')
    .values({ id: deps.newId(), ...value, created_at })
    .execute()
  const attested = { kind: 'volunteer', language, from: '2025-01-01', until: '2025-12-31', place: 'Dijon' }
  const signed = { signatory: 'Amina Benali', signatory_role: 'présidente' }
  await coordinator.post(`/work/people/${world.id('chloe')}/attestations`, { ...attested, ...signed })
  await treasurer.post('/work/hours/years/2025/closing', { agreed: 'on' })
  await world.settle()
  const attestation = await deps.db.selectFrom('attestations').select('id').executeTakeFirstOrThrow()
  const statement = await deps.db.selectFrom('hours_statements').select('id').executeTakeFirstOrThrow()
  return [
    `/work/attestations/${attestation.id}/withdrawal`,
    `/work/people/${world.id('chloe')}/attestations`,
    '/my/cec?year=2025',
    `/work/cec/people/${world.id('chloe')}`,
    `/work/hours/statements/${statement.id}`,
    '/work/hours/years/2024',
    '/work/hours/years/2024/closing',
  ]
}

/** Two offers: one is over; one has a place that is held, somebody who waits for one, and somebody who came before all were taken. */
async function fullOffer(world: World, like: string) {
  const { deps } = world
  const bastien = viewerOf(world.id('bastien'), 'Bastien Moreau', ['coordinator'])
  const { content } = (await findOffer(deps.db, like))!
  const asked = { firstDay: null, lastDay: null }
  const input = { content: { ...content, capacity: 1, title: { fr: 'Laver la soupière' } }, asked }
  const write = async () => {
    const id = await createDraft(deps, bastien, { ...input, contactId: bastien.personId, visibility: 'public' })
    await publishOffer(deps, bastien, id)
    world.clock.advance(1000)
    return id
  }
  const offer = await write()
  const over = await write()
  const note = (given_name: string, accept = false, of = offer) => {
    const person = { given_name, family_name: 'Attente', email: `${given_name.toLowerCase()}@example.net`, phone: '' }
    return noteApplication(deps, bastien, {
      ...person,
      message: '',
      seats: 1,
      offer: of,
      locale: 'fr',
      accept,
      who: '',
    })
  }
  const before = await note('Omar')
  const accepted = await note('Rosa', true)
  const held = await note('Yves')
  const waits = await note('Lise')
  await declineApplication(deps, bastien, accepted, { reason: 'other', answer: '' })
  const came = await note('Nour', true, over)
  const told = await write()
  const said = await note('Nina', true, told)
  const past = sql<string>`json_set(content, '$.starts_on', '2026-11-20', '$.ends_on', null)`
  await deps.db.updateTable('offers').set({ content: past }).where('id', 'in', [over, told]).execute()
  await noteAttendance(deps, bastien, told, new Map([[said, 'came']]))
  const words = { words: 'On apprend en riant.', signature: 'given', consent: true, wording: 'J’accepte.' } as const
  const say = testimonialTokenOf(deps, said)
  await testify(deps, say, words)
  return {
    links: [...[held, waits, came].map((id) => pathOf(tokenOf(deps, id))), testimonialPath(say)],
    pages: [`/work/offers/${over}/attendance`, ...[before, held, waits, came].map((id) => `/work/applications/${id}`)],
  }
}

/**
 * Somebody who offers their help, whom the centre answered, proposed an offer and passed on. @returns mailed paths: their
 * page, that of the member, and that of somebody who has not confirmed.
 */
async function offerHelp(world: World, member: string): Promise<string[]> {
  const { deps } = world
  const visitor = world.browser()
  const person = { given_name: 'Ida', family_name: 'Noël', wishes: 'Lire à voix haute', phone: '03 80 12 34 57' }
  const asked = { ...person, days: 'saturday', call_back: 'on', agreed: 'on' }
  await visitor.post('/enquiries/new', { ...asked, email: 'ida@example.net' })
  const own = new URL(await world.linkFor('ida@example.net'), world.url).pathname
  await visitor.post(`${own}/confirmation`, {})
  await visitor.post('/enquiries/new', { ...asked, email: 'ida@example.net', wishes: 'Encore' })
  const { id } = await deps.db.selectFrom('enquiries').select('id').executeTakeFirstOrThrow()
  const { public_id } = await deps.db.selectFrom('listings').select('public_id').executeTakeFirstOrThrow()
  const coordinator = await world.signIn('bastien')
  const offer = await deps.db
    .selectFrom('offers')
    .select('id')
    .where('state', '=', 'published')
    .executeTakeFirstOrThrow()
  await coordinator.post(`/work/offers/${offer.id}/invitations`, { people: world.id('chloe'), word: 'Venez !' })
  await coordinator.post(`/work/enquiries/${id}/answer`, { body: 'Bonjour Ida' })
  await coordinator.post(`/work/enquiries/${id}/proposal`, { offer: public_id, word: '' })
  const links: string[] = []
  for (const word of ['Elle lit bien.', 'Le samedi.']) {
    const member_email = 'conteurs@example.net'
    await coordinator.post(`/work/enquiries/${id}/passing`, { member, member_email, word })
    links.push(new URL(await world.linkFor(member_email), world.url).pathname)
  }
  await visitor.post(links[0]!, {})
  await visitor.post('/enquiries/new', { ...asked, email: 'max@example.net', given_name: 'Max' })
  await visitor.post(`${new URL(await world.linkFor('max@example.net'), world.url).pathname}/confirmation`, {})
  await visitor.post('/enquiries/new', { ...asked, email: 'luc@example.net', given_name: 'Luc' })
  return [own, links[1]!, new URL(await world.linkFor('luc@example.net'), world.url).pathname]
}

const invitedId = async ({ deps }: World) =>
  (await deps.db.selectFrom('people').select('id').where('email', '=', 'jo@example.net').executeTakeFirstOrThrow()).id
