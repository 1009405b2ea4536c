// SPDX-License-Identifier: AGPL-3.0-or-later
// Forms that nobody comes by in a full world: each is brought about, and sent once.
import { sql } from 'kysely'
import { Secret, TOTP } from 'otpauth'
import sharp from 'sharp'
import { insertAffiliation } from '../../db/queries/affiliations.ts'
import { saveFailure } from '../../db/queries/event-consumers.ts'
import { insertActivities } from '../../db/queries/fed-activities.ts'
import { saveActor, savePeer } from '../../db/queries/fed-actors.ts'
import { insertDeliveries } from '../../db/queries/fed-deliveries.ts'
import { findPerson, updatePerson } from '../../db/queries/people.ts'
import { insertUsual } from '../../db/queries/usual-hours.ts'
import { keepTown } from '../../db/queries/typed-towns.ts'
import { followUpDays } from '../../server/applications/attendance.ts'
import { DAY } from '../../server/base/clock.ts'
import { usualPath } from '../../server/hours/usual-link.ts'
import { keepTime } from '../../server/offers/timetable.ts'
import { viewerOf } from '../../server/model/viewer.ts'
import { receiveOffer } from '../../server/moderation/commands/receive.ts'
import { acceptMember } from '../../server/partners/commands/decide.ts'
import { receiveJoinRequest } from '../../server/partners/commands/receive.ts'
import { hostOf, PORTS, settleAll, startInstance } from '../federation/instances.ts'
import { CONTEURS, samplePublicOffer } from './offers.ts'
import { makeSetUpLink } from '../../server/accounts/first-start.ts'
import { stopLink } from '../../server/mail/stop-link.ts'
import { recordDecision } from '../../server/offers/commands/submissions.ts'
import { emailKey } from '../../server/web/fields.ts'
import { transact } from '../../server/web/transact.ts'
import { apply, linksTo, noteRosa, publish, YVON } from './answering.ts'
import { startApp, type World, type WorldOptions } from './app.ts'
import type { Browser } from './browser.ts'
import { fullWorld } from './full-world.ts'
import { addMails } from './many-rows.ts'
import { fillAll, publishOffer, writeOffer } from './offer-form.ts'
import { PASSWORD, type Name } from './world.ts'
import { pdf } from './pdf.ts'

export type Case = { world: World; b: Browser }
const OFF = { FEDERATION: 'off' }
const png = () =>
  sharp({ create: { width: 4, height: 3, channels: 3, background: '#285' } })
    .png()
    .toBuffer()
const codeOf = (world: World, secret: string) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: world.clock.now().getTime() })

async function started(name?: Name, options: WorldOptions = {}): Promise<Case> {
  const world = await startApp({ kind: 'both', env: OFF, ...options })
  return { world, b: name ? await world.signIn(name) : world.browser() }
}
/** With one object of every kind. */
async function full(name?: Name): Promise<Case & Awaited<ReturnType<typeof fullWorld>>> {
  const made = await fullWorld()
  return { ...made, b: name ? await made.world.signIn(name) : made.world.browser() }
}
const idIn = async (
  { deps }: World,
  table:
    | 'offers'
    | 'applications'
    | 'hours_entries'
    | 'trips'
    | 'affiliations'
    | 'mails'
    | 'kiosk_lines'
    | 'consents'
    | 'privacy_requests'
    | 'moderation_items',
) => (await sql<{ id: string }>`select id from ${sql.table(table)} order by id limit 1`.execute(deps.db)).rows[0]!.id

async function pending(steps: 'begun' | 'confirmed'): Promise<Case & { secret: string }> {
  const { world, b } = await started('chloe')
  await b.post('/my/security/second-factor', { password: PASSWORD })
  const secret = b.document.querySelector('.box b')!.textContent!.replaceAll(' ', '')
  if (steps === 'confirmed') {
    await b.post('/my/security/second-factor/confirmation', { code: codeOf(world, secret) })
    world.clock.advance(60_000)
  }
  return { world, b, secret }
}

async function changedAddress(hasPassword: boolean): Promise<Case> {
  const made = await started('chloe')
  const { world, b } = made
  const nothing = { password_hash: null, password_set_at: null }
  if (!hasPassword) await updatePerson(world.deps.db, world.id('chloe'), nothing)
  await b.post('/my/profile/email', { email: 'zoe@example.net', password: hasPassword ? PASSWORD : '' })
  return made
}

/** A child, whose parent was asked; or somebody of age, who waits for an answer. */
async function applied(young: boolean): Promise<Case & { offer: string; team: Awaited<ReturnType<typeof linksTo>> }> {
  const { world } = await started()
  const offer = await publish(world)
  await apply(
    world,
    offer,
    YVON,
    young ? { minor: 'on', guardian_name: 'Rosa', guardian_email: 'rosa@example.org' } : {},
  )
  await world.settle()
  return { world, b: world.browser(), offer, team: await linksTo(world) }
}

const CENTRE = 'https://centre.example/actor'
/** An association of a centre, with an offer there. */
async function ofCentre(): Promise<Case & { offer: string }> {
  const { world, b } = await started('bastien')
  const { db, clock } = world.deps
  const at = clock.iso()
  const partner = {
    partner_uri: CENTRE,
    partner_is: 'centre',
    partner_name: 'Centre',
    partner_url: 'https://centre.example/',
  } as const
  await insertAffiliation(db, { id: 'centre', ...partner, state: 'active', requested_at: at, decided_at: at })
  const actor = {
    uri: CENTRE,
    host: 'centre.example',
    type: 'Organization',
    name: 'Centre',
    role: 'centre',
    inbox: `${CENTRE}/inbox`,
  } as const
  await saveActor(db, { ...actor, territory: '["FR-D21"]', body: '{}', fetched_at: at }, [])
  return { world, b, offer: await publishOffer(b) }
}

/** A site that takes nothing, with what was not sent there and what came from it. */
async function troubled(): Promise<Case> {
  const { world, b } = await started('amina')
  const { db, clock } = world.deps
  const at = clock.iso()
  const delivery = { inbox: 'https://ami.example/inbox', host: 'ami.example', order_key: 'x', created_at: at }
  await insertDeliveries(db, [{ ...delivery, activity_id: 'a', state: 'failed', not_before: at, attempts: 8 }])
  await savePeer(db, 'ami.example', { state: 'dead', failures: 9 })
  const came = { direction: 'in', actor: 'https://autre.example/actor', body: '{}', state: 'parked', at } as const
  await insertActivities(db, [{ ...came, id: 'p', type: 'Update', attempts: 5, error: 'no such field' }])
  await saveFailure(db, { consumer: 'notices', seq: 1, attempts: 5, fault: 'Error', not_before: at, parked_at: at })
  return { world, b }
}

/** Two sites that reach each other. */
async function two(kind: 'association' | 'centre', other: 'association' | 'centre') {
  return { here: await startInstance(kind, PORTS.association), there: await startInstance(other, PORTS.centre) }
}

async function openSite(more: Record<string, string>): Promise<Case> {
  const world = await startApp({ empty: true, env: OFF })
  const b = world.browser()
  const link = (await makeSetUpLink(world.deps))!.replace(world.deps.config.publicUrl, '')
  const site = {
    kind: 'association',
    name: 'Les Fictifs',
    handle: 'fictifs',
    country: 'FR',
    place: 'Dijon',
    locale: 'fr',
  }
  const person = { given_name: 'Odile', family_name: 'Fictive', email: 'odile@example.net' }
  await b.post(link, { ...site, ...person, password: 'radis violette caravane', ...more })
  return { world, b }
}

const hiddenOf = (b: Browser) =>
  Object.fromEntries(
    [...b.document.querySelectorAll('#main-form input[type=hidden]')].map((one) => [
      one.getAttribute('name')!,
      one.getAttribute('value')!,
    ]),
  )

const HOST = '/operator/federation/hosts/ami.example'
const at =
  (path: string, as: () => Promise<Case>, fields: Record<string, string> = {}) =>
  async () => {
    const made = await as()
    await made.b.post(path, fields)
    return made
  }

/** What the walk does not come by: each brings its form about, and sends it once. */
export const SCENES: Record<string, () => Promise<Case>> = {
  '/language': at('/language', started, { locale: 'en', next: '/offers' }),
  '/setup/:token': () => openSite({}),
  '/sign-in': at('/sign-in', started, { login: 'chloe@example.org', password: PASSWORD }),
  '/sign-in/who': async () => {
    const { world, b } = await started()
    const { password_hash } = (await findPerson(world.deps.db, world.id('chloe')))!
    const shared = { email: 'chloe@example.org', email_key: emailKey('chloe@example.org') }
    await updatePerson(world.deps.db, world.id('david'), { ...shared, password_hash })
    await b.post('/sign-in', { login: 'chloe@example.org', password: PASSWORD })
    await b.post('/sign-in/who', { person: world.id('david') })
    return { world, b }
  },
  '/sign-in/code': async () => {
    const { world, secret } = await pending('confirmed')
    const b = world.browser()
    await b.post('/sign-in', { login: 'chloe@example.org', password: PASSWORD })
    await b.post('/sign-in/code', { code: codeOf(world, secret) })
    return { world, b }
  },
  '/sign-out': at('/sign-out', () => started('chloe'), { next: '/offers' }),
  '/email/:token': async () => {
    const { world } = await changedAddress(true)
    const b = world.browser()
    await b.post(await world.linkFor('zoe@example.net'), {})
    return { world, b }
  },
  '/email/leaving/:token': async () => {
    const { world } = await changedAddress(false)
    const b = world.browser()
    await b.post(await world.linkFor('chloe@example.org'), {})
    return { world, b }
  },
  '/email/undo/:token': async () => {
    const { world } = await changedAddress(true)
    await world.browser().post(await world.linkFor('zoe@example.net'), {})
    const b = world.browser()
    await b.post(await world.linkFor('chloe@example.org'), {})
    return { world, b }
  },
  '/erasure/:token': async () => {
    const { world, b: own } = await started('chloe')
    await updatePerson(world.deps.db, world.id('chloe'), { password_hash: null, password_set_at: null })
    await own.post('/my/data/erasure', {})
    const b = world.browser()
    await b.post(await world.linkFor('chloe@example.org'), {})
    return { world, b }
  },
  '/notices/:token/stop': async () => {
    const { world, b } = await started()
    await b.post(new URL(stopLink(world.deps, world.id('david'), ['hours'])).pathname, {})
    return { world, b }
  },
  '/my/data/consents/:consent/withdrawal': async () => {
    const made = await openSite({ publish: 'on' })
    await made.b.post(`/my/data/consents/${await idIn(made.world, 'consents')}/withdrawal`, {})
    return made
  },
  '/my/security/password-link': async () => {
    const made = await started('chloe')
    await updatePerson(made.world.deps.db, made.world.id('chloe'), { password_hash: null, password_set_at: null })
    await made.b.post('/my/security/password-link', {})
    return made
  },
  '/my/security/second-factor/confirmation': async () => {
    const made = await pending('begun')
    await made.b.postOnly('/my/security/second-factor/confirmation', { code: codeOf(made.world, made.secret) })
    return made
  },
  '/my/security/second-factor/removal': async () => {
    const made = await pending('confirmed')
    await made.b.post('/my/security/second-factor/removal', {
      password: PASSWORD,
      code: codeOf(made.world, made.secret),
    })
    return made
  },
  '/my/security/codes': async () => {
    const made = await pending('confirmed')
    await made.b.postOnly('/my/security/codes', { password: PASSWORD, code: codeOf(made.world, made.secret) })
    return made
  },
  '/settings/logo': async () => {
    const made = await started('amina')
    await made.b.get('/settings')
    made.b.attach('Votre image', { name: 'a.png', type: 'image/png', bytes: await png() })
    await made.b.fill('Ce que montre l’image', 'Une bêche').press('Enregistrer le logo')
    return made
  },
  '/settings/logo/removal': async () => {
    const made = await SCENES['/settings/logo']!()
    await made.b.post('/settings/logo/removal', {})
    return made
  },
  '/alerts/:token/renewal': async () => {
    const made = await full()
    const own = made.links.find((link) => /^\/alerts\/(?!new)/.test(link))!
    await made.b.post(`${own.split('?')[0]}/renewal`, {})
    return made
  },
  '/applications/answering/:token/acceptance': async () => {
    const made = await applied(false)
    await made.b.post(made.team.acceptance, { word: '' })
    return made
  },
  '/applications/answering/:token/refusal': async () => {
    const made = await applied(false)
    await made.b.post(made.team.refusal, { reason: 'other', answer: 'Merci !' })
    return made
  },
  '/applications/answering/:token/waiting-list': async () => {
    const made = await applied(false)
    await noteRosa(made.world, made.offer, true)
    await made.world.deps.db
      .updateTable('offers')
      .set({ content: sql`json_set(content, '$.capacity', 1)` })
      .execute()
    await made.b.post(`${made.team.overview}/waiting-list`, {})
    return made
  },
  '/applications/answering/:token/messages': async () => {
    const made = await applied(false)
    await made.b.post(`${made.team.overview}/messages`, { body: 'Bonjour Yvon' })
    return made
  },
  '/applications/guardian/:token/consent': async () => {
    const made = await applied(true)
    await made.b.post(`${await made.world.linkFor('rosa@example.org')}/consent`, { agreed: 'on' })
    return made
  },
  '/applications/guardian/:token/withdrawal': async () => {
    const made = await applied(true)
    await made.b.post(`${await made.world.linkFor('rosa@example.org')}/withdrawal`, {})
    return made
  },
  '/work/applications/:application/consent': async () => {
    const { world } = await applied(true)
    const b = await world.signIn('bastien')
    await b.post(`/work/applications/${await idIn(world, 'applications')}/consent`, {})
    return { world, b }
  },
  '/work/import': async () => {
    const made = await started('amina')
    await made.b.get('/work/import')
    await made.b
      .fill('Ou collez vos lignes ici', 'Nom;Date;Heures\nYvonne Lemieux;01/06/2025;2')
      .press('Lire ce fichier')
    return made
  },
  '/work/offers/import': async () => {
    const made = await started('bastien')
    await made.b.get('/work/offers/import')
    await made.b.fill('Ou collez vos lignes ici', 'Titre;Cause\nTrier les dons;Cirque').press('Lire ces annonces')
    return made
  },
  '/work/offers/import/:import/drafts': async () => {
    const made = await started('bastien')
    await made.b.get('/work/offers/import')
    await made.b.fill('Ou collez vos lignes ici', 'Titre;Cause\nRanger les livres;').press('Lire ces annonces')
    await made.b.press('Faire 1 brouillon')
    return made
  },
  '/work/offers/:offer/pictures': async () => {
    const made = await started('bastien')
    const id = await writeOffer(made.b)
    await made.b.get(`/work/offers/${id}/pictures`)
    made.b.attach('La photo', { name: 'a.png', type: 'image/png', bytes: await png() })
    await made.b.fill('Ce que montre la photo', 'La salle').press('Ajouter cette photo')
    return made
  },
  '/work/offers/:offer/sheet': async () => {
    const made = await started('bastien')
    const id = await writeOffer(made.b)
    await made.b.get(`/work/offers/${id}/pictures`)
    made.b.attach('Le fichier PDF', { name: 'a.pdf', type: 'application/pdf', bytes: pdf() })
    await made.b.press('Joindre ce fichier')
    return made
  },
  '/work/offers/:offer/sheet/removal': async () => {
    const made = await SCENES['/work/offers/:offer/sheet']!()
    await made.b.post(`/work/offers/${await idIn(made.world, 'offers')}/sheet/removal`, {})
    return made
  },
  '/work/offers/:offer/resumption': async () => {
    const made = await started('bastien')
    await publishOffer(made.b)
    await made.b.press('Mettre en pause')
    await made.b.press('Remettre en ligne')
    return made
  },
  '/work/offers/:offer/withdrawal': async () => {
    const made = await ofCentre()
    await made.b.post(`/work/offers/${made.offer}/withdrawal`, { centre: CENTRE })
    return made
  },
  '/work/offers/:offer/proposal': async () => {
    const made = await SCENES['/work/offers/:offer/withdrawal']!()
    await made.b.post(`/work/offers/${await idIn(made.world, 'offers')}/proposal`, { centre: CENTRE })
    return made
  },
  '/work/offers/:offer/answer': async () => {
    const made = await ofCentre()
    const { deps } = made.world
    const asked = {
      offerId: made.offer,
      centreUri: CENTRE,
      decision: 'changes_requested',
      reasonCode: null,
      note: 'À quelle heure ?',
    } as const
    await transact(deps, (tx) => recordDecision(tx, deps, asked))
    await made.b.post(`/work/offers/${made.offer}/answer`, { centre: CENTRE, words: 'À 18 h.' })
    return made
  },
  '/work/offers/new/typed/removal': async () => {
    const made = await started('bastien')
    const page = '/work/offers/new'
    await made.b.get(page)
    await made.b.post(`${page}/typed`, { ...hiddenOf(made.b), title_fr: 'Servir' }, { accept: 'application/json' })
    await made.b.post(`${page}/typed/removal`, {})
    return made
  },
  '/work/offers/:offer/edit/typed/removal': async () => {
    const made = await started('bastien')
    const page = `/work/offers/${await writeOffer(made.b)}/edit`
    await made.b.get(page)
    await made.b.post(`${page}/typed`, { ...hiddenOf(made.b), title_fr: 'Servir' }, { accept: 'application/json' })
    await made.b.post(`${page}/typed/removal`, {})
    return made
  },
  '/work/people/:person/restriction/end': async () => {
    const made = await started('amina')
    const { world, b } = made
    await (await world.signIn('chloe')).post('/my/data/request', { kind: 'restriction', said: 'Attendez.' })
    await b.post(`/operator/privacy/requests/${await idIn(world, 'privacy_requests')}`, {
      decision: 'done',
      answer: '',
    })
    await b.post(`/work/people/${world.id('chloe')}/restriction/end`, {})
    return made
  },
  '/work/people/:person/teams/removal': async () => {
    const made = await full('amina')
    await made.b.post(`/work/people/${made.world.id('david')}/teams`, { team: 'team' })
    await made.b.post(`/work/people/${made.world.id('david')}/teams/removal`, { team: 'team' })
    return made
  },
  '/work/people/:person/own-roles': async () => {
    const made = await full('amina')
    await made.b.post(`/work/people/${made.world.id('david')}/own-roles`, { own_role: 'welcome', where: '' })
    return made
  },
  '/work/people/:person/own-roles/removal': async () => {
    const made = await SCENES['/work/people/:person/own-roles']!()
    await made.b.post(`/work/people/${made.world.id('david')}/own-roles/removal`, { own_role: 'welcome', where: '' })
    return made
  },
  '/my/hours/:entry/confirmation': async () => {
    const { world, b } = await full('chloe')
    await b.post('/my/hours', {
      category: (await world.deps.db.selectFrom('hours_categories').select('id').executeTakeFirstOrThrow()).id,
      day: '2026-11-19',
      duration: '2h',
    })
    const { id } = await world.deps.db
      .selectFrom('hours_entries')
      .select('id')
      .where('worked_on', '=', '2026-11-19')
      .executeTakeFirstOrThrow()
    const staff = await world.signIn('bastien')
    await staff.post(`/work/hours/${id}/return`, { reason: 'Deux heures ?' })
    await b.post(`/my/hours/${id}/confirmation`, {})
    return { world, b }
  },
  '/my/trips/:trip/confirmation': async () => {
    const { world, b } = await full('chloe')
    const { id } = await world.deps.db
      .selectFrom('trips')
      .select('id')
      .where('state', '=', 'submitted')
      .executeTakeFirstOrThrow()
    await (await world.signIn('bastien')).post(`/work/trips/${id}/return`, { reason: 'Le trajet ?' })
    await b.post(`/my/trips/${id}/confirmation`, {})
    return { world, b }
  },
  '/work/hours/approval/undo': async () => {
    const made = await full('bastien')
    const { id } = await made.world.deps.db
      .selectFrom('hours_entries')
      .select('id')
      .where('state', '=', 'submitted')
      .orderBy('id')
      .executeTakeFirstOrThrow()
    await made.b.post('/work/hours/approval', { entries: id })
    await made.b.post('/work/hours/approval/undo', {})
    return made
  },
  '/work/hours/kiosk/:typed/removal': async () => {
    const made = await full('bastien')
    await made.b.post(`/work/hours/kiosk/${await idIn(made.world, 'kiosk_lines')}/removal`, {})
    return made
  },
  '/work/hours/:entry/reversal': async () => {
    const made = await full('amina')
    const own = made.world.deps.db
      .selectFrom('hours_entries')
      .select('id')
      .where('person_id', '=', made.world.id('chloe'))
    const { id } = await own.where('state', '=', 'submitted').orderBy('id').executeTakeFirstOrThrow()
    await made.b.post('/work/hours/approval', { entries: id })
    await made.b.post(`/work/hours/${id}/reversal`, { reason: 'Un jour de trop' })
    return made
  },
  '/my/data/erasure': async () => {
    const made = await started('chloe')
    await made.b.post('/my/data/erasure', { password: PASSWORD })
    return made
  },
  '/partners/:affiliation/exact-sums': async () => {
    const { world } = await ofCentre()
    const b = await world.signIn('amina')
    await b.post('/partners/centre/exact-sums', {})
    return { world, b }
  },
  '/partners/:affiliation/exact-sums/end': async () => {
    const made = await SCENES['/partners/:affiliation/exact-sums']!()
    await made.b.post('/partners/centre/exact-sums/end', {})
    return made
  },
  '/partners/:affiliation/resumption': async () => {
    const made = await full('farid')
    const { id } = await made.world.deps.db
      .selectFrom('affiliations')
      .select('id')
      .where('partner_is', '=', 'member')
      .where('state', '=', 'active')
      .executeTakeFirstOrThrow()
    await made.b.post(`/partners/${id}/pause`, { reason: 'Une pause' })
    await made.b.post(`/partners/${id}/resumption`, {})
    return made
  },
  '/offers/:offer/forward': async () => {
    const world = await startApp({ env: { ...OFF, SMTP_URL: 'smtp://127.0.0.1:9' } })
    const b = world.browser()
    await b.post(`/offers/${await publish(world)}/forward`, { email: 'lise@example.net', name: 'Yvon', word: '' })
    return { world, b }
  },
  '/applications/attendance/:token': async () => {
    const { world } = await started()
    const made = { world, b: world.browser() }
    const offer = await publish(world, { commitment: 'one_off', frequency: '', starts_on: '2026-12-05' })
    await noteRosa(world, offer, true)
    world.clock.advance(15 * DAY)
    await followUpDays(world.deps)
    const mail = (await world.mails()).findLast(({ text }) => text.includes('/applications/attendance/'))!
    const link = new URL(/http\S+\/applications\/attendance\/\S+/.exec(mail.text)![0]).pathname
    await made.b.post(link, { [`came_${await idIn(world, 'applications')}`]: 'came' })
    return made
  },
  '/work/testimonials/:testimonial/undo': async () => {
    const made = await full('bastien')
    await made.b.get('/work/testimonials')
    const decide = made.b.document.querySelector('form[action$="/decision"] button')!
    await made.b.press(decide.textContent!)
    await made.b.press('Annuler')
    return made
  },
  '/work/offers/new': async () => {
    const made = await started('bastien')
    await made.b.get('/work/offers/new')
    await fillAll(made.b).press('Enregistrer et me relire')
    return made
  },
  '/renew/:token': async () => {
    const { world, b } = await started()
    await publish(world)
    world.clock.set('2026-12-14T10:00:00.000Z')
    await keepTime(world.deps)
    await b.post(await world.linkFor('bastien@example.org'), {})
    return { world, b }
  },
  '/my/cec/declaration': async () => {
    const { world } = await full()
    world.clock.set('2027-03-02T10:00:00.000Z')
    const { category_id } = await world.deps.db
      .selectFrom('hours_entries')
      .select('category_id')
      .where('worked_on', '=', '2025-06-01')
      .executeTakeFirstOrThrow()
    const line = { person_id: world.id('chloe'), worked_on: '2026-06-01', minutes: 600, category_id } as const
    const approved = { id: 'cec', source: 'self', state: 'approved', created_at: world.clock.iso() } as const
    await world.deps.db
      .insertInto('hours_entries')
      .values({ ...line, ...approved })
      .execute()
    const b = await world.signIn('chloe')
    await b.post('/my/cec/declaration', { year: '2026', day: '2027-02-01' })
    return { world, b }
  },
  '/work/cec/people/:person': async () => {
    const made = await full('amina')
    await made.b.post(`/work/cec/people/${made.world.id('chloe')}`, {
      year: '2025',
      action: 'tell',
      day: '',
      reason: '',
    })
    return made
  },
  '/hours/usual/:token': async () => {
    const made = await full()
    const category = await made.world.deps.db.selectFrom('hours_categories').select('id').executeTakeFirstOrThrow()
    const asked = { worked_on: '2026-10-31', minutes: 120, category_id: category.id, asked_at: made.world.clock.iso() }
    await insertUsual(made.world.deps.db, { person_id: made.world.id('chloe'), month: '2026-10', ...asked })
    const chloe = (await findPerson(made.world.deps.db, made.world.id('chloe')))!
    await made.b.post(usualPath(made.world.deps, chloe, '2026-10'), {})
    return made
  },
  '/work/hours/simulation/:method': async () => {
    const made = await full('elise')
    await made.b.get('/work/hours/simulation')
    await made.b.fill('Quelle année ?', '2025').fill('Salaire minimum d’une heure', '12,02').press('Comparer')
    await made.b.follow('Salaire minimum')
    await made.b
      .fill('À partir du', '2026-01-01')
      .fill('Qui l’a décidé, d’après quoi ?', 'Conseil')
      .press('Enregistrer ces valeurs')
    await made.b.choose('Oui, c’est bien ce que je veux').press('Enregistrer ces valeurs')
    return made
  },
  '/moderation/undo': async () => {
    const world = await startApp({ kind: 'centre', env: { ...OFF, UNDO_SECONDS: '60' } })
    const b = await world.signIn('farid')
    await transact(world.deps, (tx) => receiveJoinRequest(tx, world.deps, CONTEURS))
    await acceptMember(
      world.deps,
      viewerOf(world.id('farid'), 'Farid', ['moderator']),
      await idIn(world, 'affiliations'),
    )
    await transact(world.deps, (tx) =>
      receiveOffer(tx, world.deps, samplePublicOffer(), { via: 'relation.offre.sceau' }),
    )
    await b.get(`/moderation/${await idIn(world, 'moderation_items')}`)
    await b.choose('Refuser').fill('La raison', 'Hors du territoire').press('Envoyer ma décision')
    await b.press('Revenir sur ma réponse')
    return { world, b }
  },
  '/moderation/towns/:town': async () => {
    const made = await started('farid')
    const town = await keepTown(made.world.deps.db, {
      key: 'lieu dit',
      name: 'Lieu-dit',
      postal_code: '',
      country: 'FR',
    })
    await made.b.post(`/moderation/towns/${town.id}`, { version: '1', item: '', answer: 'other', other: 'Dijon' })
    return made
  },
  '/partners': async () => {
    const { here, there } = await two('association', 'centre')
    const b = await here.signIn('amina')
    await b.post('/partners', { address: hostOf(there) })
    await settleAll(here, there)
    return { world: here, b }
  },
  '/partners/sources': async () => {
    const { here, there } = await two('centre', 'centre')
    const b = await here.signIn('farid')
    await b.post('/partners/sources', { address: hostOf(there) })
    await settleAll(here, there)
    return { world: here, b }
  },
  '/my/gathered': async () => {
    const { here, there } = await two('association', 'association')
    const [chloe, staff] = [await there.signIn('chloe'), await there.signIn('bastien')]
    const category = await there.deps.db.selectFrom('hours_categories').select('id').executeTakeFirstOrThrow()
    const line = {
      person_id: there.id('chloe'),
      source: 'self',
      state: 'approved',
      created_at: '',
      category_id: category.id,
      worked_on: '2025-03-01',
      minutes: 60,
    } as const
    await there.deps.db
      .insertInto('hours_entries')
      .values({ ...line, id: 'a' })
      .execute()
    const form = { kind: 'volunteer', language: 'fr', from: '2025-01-01', until: '2025-12-31' }
    const signed = { signatory: 'Amina Benali', signatory_role: 'présidente', place: 'Dijon' }
    await staff.post(`/work/people/${there.id('chloe')}/attestations`, { ...form, ...signed })
    await chloe.get('/my/attestations')
    const { code } = await there.deps.db.selectFrom('attestations').select('code').executeTakeFirstOrThrow()
    const b = await here.signIn('chloe')
    await b.post('/my/gathered', { text: `${there.deps.config.publicUrl}/attestations/${code}` })
    return { world: here, b }
  },
  '/my/gathered/check': async () => {
    const made = await SCENES['/my/gathered']!()
    await made.b.post('/my/gathered/check', {})
    return made
  },
  '/my/gathered/:gathered/removal': async () => {
    const made = await SCENES['/my/gathered']!()
    await made.b.press('Retirer Les Jardins du Canal')
    return made
  },
  '/operator/events/retry': at('/operator/events/retry', troubled),
  '/operator/events/:consumer/:event/retry': at('/operator/events/notices/1/retry', troubled),
  '/operator/events/:consumer/:event/removal': at('/operator/events/notices/1/removal', troubled),
  '/operator/mails/retry': async () => {
    const made = await started('amina', { env: { ...OFF, SMTP_URL: 'smtp://127.0.0.1:9' } })
    await addMails(made.world.deps.db, 2, 'failed')
    await made.b.post('/operator/mails/retry', {})
    return made
  },
  '/operator/mails/:mail/retry': async () => {
    const made = await started('amina', { env: { ...OFF, SMTP_URL: 'smtp://127.0.0.1:9' } })
    await addMails(made.world.deps.db, 2, 'failed')
    const failed = made.world.deps.db.selectFrom('mails').select('id').where('state', '=', 'failed')
    await made.b.post(`/operator/mails/${(await failed.executeTakeFirstOrThrow()).id}/retry`, {})
    return made
  },
  '/operator/federation/hosts/:host/retry': at(`${HOST}/retry`, troubled),
  '/operator/federation/hosts/:host/removal': at(`${HOST}/removal`, troubled),
  '/operator/federation/hosts/:host/pause': at(`${HOST}/pause`, troubled),
  '/operator/federation/hosts/:host/resumption': async () => {
    const made = await troubled()
    await made.b.post(`${HOST}/pause`, {})
    await made.b.post(`${HOST}/resumption`, {})
    return made
  },
  '/operator/federation/hosts/:host/listing': async () => {
    const made = await troubled()
    await made.b.post('/operator/federation/members-only', {})
    await made.b.post(`${HOST}/listing`, {})
    return made
  },
  '/operator/federation/hosts/:host/leaving-out': async () => {
    const made = await SCENES['/operator/federation/hosts/:host/listing']!()
    await made.b.post(`${HOST}/leaving-out`, {})
    return made
  },
  '/operator/federation/activities/:activity/retry': at('/operator/federation/activities/1/retry', troubled),
  '/operator/federation/activities/:activity/removal': at('/operator/federation/activities/1/removal', troubled),
}
