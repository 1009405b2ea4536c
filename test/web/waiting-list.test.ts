// SPDX-License-Identifier: AGPL-3.0-or-later
// Whoever comes to a full offer waits for a place, in turn (offers §7.2; P1). An application may be for several people.
import { afterEach, expect, it } from '@jest/globals'
import { findOffer } from '../../db/queries/offers.ts'
import { findPerson } from '../../db/queries/people.ts'
import { erasePerson } from '../../server/privacy/erase.ts'
import { closeOffer } from '../../server/offers/commands/end.ts'
import { createDraft, editOffer } from '../../server/offers/commands/write.ts'
import { publishOffer } from '../../server/offers/commands/publish.ts'
import { emptyContent } from '../../server/model/offer/fields.ts'
import type { OfferContent } from '../../server/model/offer/content.ts'
import { acceptApplication, declineApplication } from '../../server/applications/commands/answer.ts'
import { noteApplication } from '../../server/applications/commands/note.ts'
import { keepWaitingLists } from '../../server/applications/waiting-list.ts'
import { getPublicOffer } from '../../server/public-offer/public-offer.ts'
import { viewerOf } from '../../server/model/viewer.ts'
import { writeCounts } from '../../server/statistics/count.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'

afterEach(stopApps)

const HOUR = 3_600_000
const bastienOf = (world: World) => viewerOf(world.id('bastien'), 'Bastien Moreau', ['coordinator'])

async function publish(world: World, changes: Partial<OfferContent> = {}): Promise<string> {
  const content: OfferContent = {
    ...emptyContent(),
    title: { fr: 'Tenir la buvette du tournoi', en: 'Run the refreshment stand' },
    summary: { fr: 'Une journée entre voisins.', en: 'A day among neighbours.' },
    tasks: { fr: ['Servir', 'Ranger'], en: ['Serve', 'Store'] },
    causes: ['food'],
    activities: ['logistics'],
    commitment: 'regular',
    frequency: 'weekly',
    minutes_per_session: 180,
    work_mode: 'remote',
    capacity: 1,
    contact_label: 'Bastien',
    language: ['fr', 'en'],
    ...changes,
  }
  const input = { content, contactId: world.id('bastien'), visibility: 'public' as const }
  const id = await createDraft(world.deps, bastienOf(world), { ...input, asked: { firstDay: null, lastDay: null } })
  await publishOffer(world.deps, bastienOf(world), id)
  world.clock.advance(1000)
  return id
}

const who = (given: string) => ({
  given_name: given,
  family_name: 'Paquette',
  email: `${given.toLowerCase()}@example.net`,
})

async function note(
  world: World,
  offer: string,
  given: string,
  more: Partial<Parameters<typeof noteApplication>[2]> = {},
) {
  world.clock.advance(1000)
  const input = { ...who(given), phone: '', message: '', offer, locale: 'fr', accept: false, seats: 1, who: '' }
  return noteApplication(world.deps, bastienOf(world), { ...input, ...more })
}

async function apply(world: World, offer: string, given: string, seats = ''): Promise<Browser> {
  world.clock.advance(1000)
  const b = await world.browser().get(`/offers/${offer}/apply`)
  b.fill('Votre prénom', given).fill('Votre nom', 'Paquette').fill('Votre adresse e-mail', who(given).email)
  if (seats) b.fill('Combien serez-vous ?', seats)
  await b.press(buttonOf(b))
  if (b.status !== 200) return b
  await b.get(await world.linkFor(who(given).email))
  return b.press('Oui, je confirme')
}

const buttonOf = (b: Browser) =>
  b.html.includes('Entrer sur la liste d’attente') ? 'Entrer sur la liste d’attente' : 'Envoyer ma candidature'
const row = (world: World, given: string) =>
  world.deps.db
    .selectFrom('applications')
    .selectAll()
    .where('email', '=', who(given).email)
    .orderBy('created_at', 'desc')
    .executeTakeFirstOrThrow()
const stateOf = async (world: World, given: string) => (await row(world, given)).state
const fold = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ')
async function mailsTo(world: World, email: string) {
  const mails = (await world.mails()).filter(({ to }) => to === email)
  return mails.map(({ template, text }) => ({ template: template.split('/')[1], text: fold(text) }))
}
const lastTo = async (world: World, given: string) => (await mailsTo(world, who(given).email)).at(-1)
const standing = async (world: World, offer: string) =>
  (await getPublicOffer(world.deps.db, world.deps, offer))!.standing

async function fullOffer(world: World, changes: Partial<OfferContent> = {}): Promise<string> {
  const offer = await publish(world, changes)
  await note(world, offer, 'Rosa', { accept: true })
  return offer
}

it('the whole way: full, in line, a place is held, confirmed by a POST; rank and reasons are said, and one can leave', async () => {
  const world = await startApp()
  const offer = await fullOffer(world)
  const page = await world.browser().get(`/offers/${offer}`)
  expect(page.text).toContain('Complet: liste d’attente possible')
  expect(await standing(world, offer)).toMatchObject({ applications: 'full', remaining: 0 })

  const yvon = await apply(world, offer, 'Yvon')
  expect(yvon.heading).toBe('Vous êtes sur la liste d’attente')
  expect(yvon.text).toContain('Vous êtes en tête de la liste.')
  const lise = await apply(world, offer, 'Lise')
  const omar = await apply(world, offer, 'Omar')
  expect(fold(omar.text)).toContain('Vous êtes au rang 3 de la liste.')
  expect((await lastTo(world, 'Omar'))?.text).toContain('au rang 3')
  const toTeam = (await mailsTo(world, 'bastien@example.org')).at(-1)
  expect(toTeam).toMatchObject({ template: 'arrived' })
  expect(toTeam?.text).toContain('Omar Paquette est sur la liste d’attente')

  world.clock.advance(1000)
  await lise.get(await world.linkFor(who('Lise').email))
  await (await lise.follow('Quitter la liste d’attente')).press('Quitter la liste')
  expect(lise.text).toContain('Vous n’êtes plus sur la liste.')
  const link = await world.linkFor(who('Omar').email)
  expect((await omar.get(link)).text).toContain('Vous êtes au rang 2 de la liste.')
  expect(omar.text).toContain('Au début, vous étiez au rang 3. Une personne devant vous a renoncé.')

  world.clock.advance(1000)
  const rosa = world.browser()
  await rosa.get(`${await world.linkFor(who('Rosa').email)}/withdrawal`)
  await rosa.press('Libérer ma place')
  expect(await stateOf(world, 'Yvon')).toBe('place_offered')
  expect(await stateOf(world, 'Omar')).toBe('waitlisted')
  expect(await standing(world, offer)).toMatchObject({ applications: 'full', remaining: 0 })
  const place = await lastTo(world, 'Yvon')
  expect(place?.template).toBe('place')
  expect(place?.text).toContain('Quelqu’un a laissé sa place.')
  expect(place?.text).toContain('Elle est gardée jusqu’au 25 novembre 2026 à 10:00')
  // What a scanner of links does changes nothing.
  await yvon.get(await world.linkFor(who('Yvon').email))
  await yvon.get(yvon.url)
  expect(await stateOf(world, 'Yvon')).toBe('place_offered')
  expect((await omar.get(link)).text).toContain('Vous êtes en tête de la liste.')
  expect(omar.text).toContain('Une personne devant vous a reçu une place. Une personne devant vous a renoncé.')

  await yvon.press('Oui, je viens')
  expect(yvon.heading).toBe('C’est oui')
  expect(yvon.text).toContain('C’est confirmé. La place est à vous.')
  expect((await row(world, 'Yvon')).person_id).not.toBeNull()
  expect((await lastTo(world, 'Yvon'))?.template).toBe('accepted')
  expect((await mailsTo(world, 'bastien@example.org')).at(-1)?.template).toBe('joined')
})

it('P1: whoever waits for an answer takes no place, and a place that is held does', async () => {
  const world = await startApp()
  const offer = await publish(world, { capacity: 1 })
  await note(world, offer, 'Yvon')
  expect(await standing(world, offer)).toMatchObject({ applications: 'open', remaining: 1 })
  const rosa = await note(world, offer, 'Rosa', { accept: true })
  await note(world, offer, 'Lise')
  expect(await stateOf(world, 'Yvon')).toBe('submitted')
  expect(await stateOf(world, 'Lise')).toBe('waitlisted')
  await declineApplication(world.deps, bastienOf(world), rosa, { reason: 'other', answer: '' })
  expect(await stateOf(world, 'Lise')).toBe('place_offered')
  const yvon = (await row(world, 'Yvon')).id
  await expect(acceptApplication(world.deps, bastienOf(world), yvon, { word: '' })).rejects.toThrow('full')
  expect(await standing(world, offer)).toMatchObject({ applications: 'full', remaining: 0 })
})

it('a place that nobody confirms in 72 hours goes to the next person, one at a time', async () => {
  const world = await startApp()
  const offer = await fullOffer(world)
  for (const given of ['Yvon', 'Lise', 'Omar']) await note(world, offer, given)
  await declineApplication(world.deps, bastienOf(world), (await row(world, 'Rosa')).id, { reason: 'other', answer: '' })
  world.clock.advance(72 * HOUR - 60_000)
  await keepWaitingLists(world.deps)
  expect(await stateOf(world, 'Yvon')).toBe('place_offered')
  world.clock.advance(60_000)
  const late = await world.browser().get(await world.linkFor(who('Yvon').email))
  await late.press('Oui, je viens')
  expect(late.text).toContain('Le délai pour confirmer est passé.')
  await keepWaitingLists(world.deps)
  expect(await stateOf(world, 'Yvon')).toBe('lapsed')
  expect(await stateOf(world, 'Lise')).toBe('place_offered')
  expect(await stateOf(world, 'Omar')).toBe('waitlisted')
  expect((await lastTo(world, 'Yvon'))?.template).toBe('lapsed')
  expect((await lastTo(world, 'Lise'))?.text).toContain('La personne devant vous n’a pas confirmé.')
  expect((await late.get(late.url)).heading).toBe('La place est allée à quelqu’un d’autre')
  await apply(world, offer, 'Yvon')
  expect(await stateOf(world, 'Yvon')).toBe('waitlisted')
})

it('more places go to those who wait, in their order, and what closes tells them', async () => {
  const world = await startApp()
  const offer = await fullOffer(world)
  for (const given of ['Yvon', 'Lise', 'Omar']) await note(world, offer, given)
  const { content, contact_id: contactId, visibility, version } = (await findOffer(world.deps.db, offer))!
  const asked = { firstDay: null, lastDay: null }
  const input = { content: { ...content, capacity: 3 }, contactId, visibility, version, asked }
  await editOffer(world.deps, bastienOf(world), offer, input)
  expect(await Promise.all(['Yvon', 'Lise', 'Omar'].map((given) => stateOf(world, given)))).toEqual([
    'place_offered',
    'place_offered',
    'waitlisted',
  ])
  expect((await lastTo(world, 'Lise'))?.text).toContain('L’association a ouvert des places.')
  await closeOffer(world.deps, bastienOf(world), offer, { reason: 'filled' })
  expect(await stateOf(world, 'Lise')).toBe('offer_closed')
  expect(await stateOf(world, 'Omar')).toBe('offer_closed')
  expect((await lastTo(world, 'Omar'))?.template).toBe('closed')
})

it('the team sees the list in order, and gives the next place to somebody else with a reason', async () => {
  const world = await startApp()
  const offer = await fullOffer(world)
  for (const given of ['Yvon', 'Lise', 'Omar']) await note(world, offer, given)
  const work = await world.signIn('bastien')
  await work.get(`/work/applications?state=line&offer=${offer}`)
  const at = ['Yvon', 'Lise', 'Omar'].map((given) => work.text.indexOf(`${given} Paquette`))
  expect(at).toEqual(at.toSorted((a, b) => a - b))
  expect(at[0]).toBeGreaterThan(0)
  await work.follow('Omar Paquette')
  expect(work.text).toContain('Omar Paquette est au rang 3 sur 3.')
  await work.press('Mettre en tête de liste')
  expect(work.status).toBe(422)
  expect(work.errors()).toEqual({ 'Pourquoi passer devant ?': 'Choisissez une raison.' })
  await work.fill('Pourquoi passer devant ?', 'skills').press('Mettre en tête de liste')
  expect(work.text).toContain('Omar Paquette est au rang 1 sur 3.')
  const yvon = await world.browser().get(await world.linkFor(who('Yvon').email))
  expect(yvon.text).toContain('Vous êtes au rang 2 de la liste. L’association a fait passer quelqu’un devant vous.')
  await declineApplication(world.deps, bastienOf(world), (await row(world, 'Rosa')).id, { reason: 'other', answer: '' })
  expect(await stateOf(world, 'Omar')).toBe('place_offered')
  const omar = await world.browser().get(await world.linkFor(who('Omar').email))
  expect(omar.text).toContain('L’association vous a fait passer devant: Un savoir-faire qu’il nous faut.')
})

it('the team puts whoever it cannot take onto the list, and calls those who have no address', async () => {
  const world = await startApp()
  const offer = await publish(world)
  await note(world, offer, 'Yvon')
  await note(world, offer, 'Rosa', { accept: true })
  await note(world, offer, 'Lise', { email: '', phone: '02 61 91 33 07' })
  const work = await world.signIn('bastien')
  await work.get(`/work/applications/${(await row(world, 'Yvon')).id}`)
  world.clock.advance(1000)
  await work.press('Mettre sur la liste d’attente')
  expect(work.text).toContain('Yvon Paquette est au rang 2 sur 2.')
  expect((await lastTo(world, 'Yvon'))?.template).toBe('waitlisted')
  await declineApplication(world.deps, bastienOf(world), (await row(world, 'Rosa')).id, { reason: 'other', answer: '' })
  const mail = (await mailsTo(world, 'bastien@example.org')).at(-1)
  expect(mail).toMatchObject({ template: 'call' })
  expect(mail?.text).toContain('02 61 91 33 07')
})

it('an offer without a waiting list says no, as before', async () => {
  const world = await startApp()
  const offer = await fullOffer(world, { no_waiting_list: true })
  const b = await world.browser().get(`/offers/${offer}`)
  expect(b.text).toContain('Complet pour le moment')
  expect(b.text).not.toContain('liste d’attente')
  expect((await b.get(`/offers/${offer}/apply`)).heading).toBe('Toutes les places sont prises')
})

it('« nous serons 3 » takes three places everywhere: page, desk, list, statistics and what is federated', async () => {
  const world = await startApp()
  const offer = await publish(world, { capacity: 5, group_ok: true, group_max: 4 })
  const wrong = await apply(world, offer, 'Yvon', '5')
  expect(wrong.status).toBe(422)
  expect(wrong.errors()).toEqual({
    'Combien serez-vous ?': 'Ici, 4 personnes au plus. Pour un plus grand groupe, appelez-nous.',
  })
  const yvon = await apply(world, offer, 'Yvon', '3')
  expect(yvon.text).toContain('Nous serons 3')
  const work = await world.signIn('bastien')
  await work.get(`/work/applications/${(await row(world, 'Yvon')).id}`)
  expect(work.text).toContain('Viennent à 3: 3 places.')
  await work.press('Accepter Yvon')
  expect(work.text).toContain('3 sur 5')
  expect(await standing(world, offer)).toMatchObject({ applications: 'open', remaining: 2 })
  expect((await work.get('/work/offers')).text).toContain('2 places')
  await writeCounts(world.deps)
  const counts = await world.deps.db.selectFrom('offer_counts').selectAll().executeTakeFirstOrThrow()
  expect(counts).toMatchObject({ applications: 1, accepted: 3 })

  // Four do not fit in two places: they wait for four at the same time, and others are not kept from coming.
  const lise = await apply(world, offer, 'Lise', '4')
  expect(lise.text).toContain('Vous attendez 4 places en même temps.')
  await apply(world, offer, 'Omar', '2')
  expect(await stateOf(world, 'Omar')).toBe('submitted')
  await declineApplication(world.deps, bastienOf(world), (await row(world, 'Yvon')).id, { reason: 'other', answer: '' })
  expect(await stateOf(world, 'Lise')).toBe('place_offered')
  expect(await standing(world, offer)).toMatchObject({ applications: 'open', remaining: 1 })
})

it('two presses on one link: the place is taken once', async () => {
  const world = await startApp()
  const offer = await fullOffer(world)
  await note(world, offer, 'Yvon')
  await declineApplication(world.deps, bastienOf(world), (await row(world, 'Rosa')).id, { reason: 'other', answer: '' })
  const link = await world.linkFor(who('Yvon').email)
  const [one, two] = [await world.browser().get(link), await world.browser().get(link)]
  await Promise.all([one.press('Oui, je viens'), two.press('Oui, je viens')])
  expect([one.heading, two.heading]).toEqual(['C’est oui', 'C’est oui'])
  const events = await world.deps.db
    .selectFrom('events')
    .select('type')
    .where('type', '=', 'application.accepted')
    .execute()
  expect(events).toHaveLength(2)
  await writeCounts(world.deps)
  const { accepted } = await world.deps.db.selectFrom('offer_counts').select('accepted').executeTakeFirstOrThrow()
  expect(accepted).toBe(2)
})

it('P1: two people for one place: one is accepted, and the other reads that it is gone', async () => {
  const world = await startApp()
  const offer = await publish(world, { capacity: 1 })
  const [yvon, lise] = [await note(world, offer, 'Yvon'), await note(world, offer, 'Lise')]
  const answers = await Promise.allSettled(
    [yvon, lise].map((id) => acceptApplication(world.deps, bastienOf(world), id, { word: '' })),
  )
  expect(answers.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  const refused = answers.find((one) => one.status === 'rejected')
  expect(String(refused?.reason)).toContain('full')
  expect(await standing(world, offer)).toMatchObject({ applications: 'full', remaining: 0 })
})

it('nobody comes onto a list that the offer does not have, nor waits for more places than there are', async () => {
  const world = await startApp()
  const offer = await publish(world, { capacity: 2, group_ok: true, no_waiting_list: true })
  world.clock.advance(1000)
  const b = await world.browser().get(`/offers/${offer}/apply`)
  b.fill('Votre prénom', 'Yvon').fill('Votre nom', 'Paquette').fill('Votre adresse e-mail', who('Yvon').email)
  await b.fill('Combien serez-vous ?', '2').press('Envoyer ma candidature')
  await b.get(await world.linkFor(who('Yvon').email))
  await note(world, offer, 'Rosa', { accept: true })
  await b.press('Oui, je confirme')
  expect(b.text).toContain('Toutes les places sont prises')
  expect(await stateOf(world, 'Yvon')).toBe('unconfirmed')
  await expect(note(world, offer, 'Lise', { seats: 2 })).rejects.toMatchObject({ status: 422 })
  const open = await publish(world, { capacity: 2, group_ok: true })
  await expect(note(world, open, 'Omar', { seats: 3 })).rejects.toMatchObject({ status: 422 })
})

it('a place that was held for somebody who is erased goes to the next person, or is free', async () => {
  const world = await startApp()
  const offer = await fullOffer(world)
  const chloe = { given_name: 'Chloé', family_name: 'Tremblay', email: 'chloe@example.org' }
  await note(world, offer, 'Chloé', chloe)
  await note(world, offer, 'Lise')
  await declineApplication(world.deps, bastienOf(world), (await row(world, 'Rosa')).id, { reason: 'other', answer: '' })
  const person = async (name: 'chloe') => (await findPerson(world.deps.db, world.id(name)))!
  await erasePerson(world.deps, await person('chloe'), null)
  expect(await stateOf(world, 'Lise')).toBe('place_offered')
  const lise = await world.deps.db
    .selectFrom('applications')
    .select('id')
    .where('state', '=', 'place_offered')
    .execute()
  expect(lise).toHaveLength(1)
  await declineApplication(world.deps, bastienOf(world), lise[0]!.id, { reason: 'other', answer: '' })
  expect(await standing(world, offer)).toMatchObject({ applications: 'open', remaining: 1 })
})

it('the team is asked to call at once, also by who reads such notices once a week', async () => {
  const world = await startApp()
  const choices = JSON.stringify({ applications: 'weekly' })
  await world.deps.db
    .updateTable('people')
    .set({ notice_choices: choices })
    .where('id', '=', world.id('bastien'))
    .execute()
  const offer = await fullOffer(world)
  await note(world, offer, 'Lise', { email: '', phone: '02 61 91 33 07' })
  await declineApplication(world.deps, bastienOf(world), (await row(world, 'Rosa')).id, { reason: 'other', answer: '' })
  await world.settle()
  const due = await world.deps.db
    .selectFrom('mails')
    .select('not_before')
    .where('template', '=', 'applications/call')
    .executeTakeFirstOrThrow()
  expect(Date.parse(due.not_before!) - world.clock.now().getTime()).toBeLessThan(HOUR)
})
