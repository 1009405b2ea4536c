// SPDX-License-Identifier: AGPL-3.0-or-later
import { afterEach, describe, expect, it } from '@jest/globals'
import { closeOffer } from '../../server/offers/commands/end.ts'
import { createDraft } from '../../server/offers/commands/write.ts'
import { publishOffer } from '../../server/offers/commands/publish.ts'
import { emptyContent } from '../../server/model/offer/fields.ts'
import type { OfferContent } from '../../server/model/offer/content.ts'
import { acceptApplication } from '../../server/applications/commands/answer.ts'
import { anonymiseEnded, forgetUnconfirmed, remindOfApplications } from '../../server/applications/timetable.ts'
import { viaToken } from '../../server/public-offer/via.ts'
import { later } from '../../server/base/clock.ts'
import { viewerOf } from '../../server/model/viewer.ts'
import { writeCounts } from '../../server/statistics/count.ts'
import { START, startApp, stopApps, type World } from '../support/app.ts'
import type { Browser } from '../support/browser.ts'
import { addApplications, addOffers } from '../support/many-rows.ts'

afterEach(stopApps)

const DAY = 86_400_000
const YVON = { given: 'Yvon', family: 'Paquette', email: 'yvon@example.org' }
type Person = typeof YVON

async function publish(world: World, changes: Partial<OfferContent> = {}): Promise<string> {
  const { deps } = world
  const bastien = viewerOf(world.id('bastien'), 'Bastien Moreau', ['coordinator'])
  const content: OfferContent = {
    ...emptyContent(),
    title: { fr: 'Trier les dons du mercredi', en: 'Sort the Wednesday donations' },
    summary: { fr: 'Trois heures entre voisins.', en: 'Three hours among neighbours.' },
    tasks: { fr: ['Vérifier les dates', 'Ranger'], en: ['Check the dates', 'Store'] },
    causes: ['food'],
    activities: ['logistics'],
    commitment: 'regular',
    frequency: 'weekly',
    minutes_per_session: 180,
    sessions_expected: 4,
    work_mode: 'remote',
    capacity: 2,
    contact_label: 'Bastien',
    language: ['fr', 'en'],
    ...changes,
  }
  const input = { content, contactId: bastien.personId, visibility: 'public' as const }
  const id = await createDraft(deps, bastien, { ...input, asked: { firstDay: null, lastDay: null } })
  await publishOffer(deps, bastien, id)
  // Its window opens an instant later than it was written.
  world.clock.advance(1000)
  return id
}

async function fillIn(b: Browser, offer: string, person: Person = YVON, query = ''): Promise<Browser> {
  await b.get(`/offers/${offer}/apply${query}`)
  b.fill('Votre prénom', person.given).fill('Votre nom', person.family).fill('Votre adresse e-mail', person.email)
  return b
}

async function send(world: World, offer: string, person: Person = YVON, query = ''): Promise<Browser> {
  return (await fillIn(world.browser(), offer, person, query)).press('Envoyer ma candidature')
}

async function apply(world: World, offer: string, person: Person = YVON): Promise<string> {
  await send(world, offer, person)
  const link = await world.linkFor(person.email)
  await (await world.browser().get(link)).press('Oui, je confirme')
  return link
}

const rows = (world: World) => world.deps.db.selectFrom('applications').selectAll().orderBy('id').execute()
const row = async (world: World, email: string) => (await rows(world)).findLast((one) => one.email === email)!
const fold = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ')
const mailsTo = async (world: World, email: string) =>
  (await world.mails())
    .filter(({ to }) => to === email)
    .map((mail) => ({ ...mail, subject: fold(mail.subject), text: fold(mail.text) }))

describe('the whole way', () => {
  it('Yvon applies without an account, confirms, Bastien accepts, and Yvon is a volunteer', async () => {
    const world = await startApp()
    const offer = await publish(world)
    const b = world.browser()
    await fillIn(b, offer)
    b.fill('Votre téléphone', '02 61 91 33 07').fill('Quelques mots sur vous', 'Je range vite.')
    await b.press('Envoyer ma candidature')
    expect(b.status).toBe(200)
    expect(b.url).toContain(`/offers/${offer}/apply?sent=`)
    expect(b.text).toContain('Un message est parti vers yvon@example.org.')

    const [mail] = await mailsTo(world, YVON.email)
    expect(mail?.subject).toBe('Confirmez votre candidature : Trier les dons du mercredi')
    expect((await mailsTo(world, 'bastien@example.org')).length).toBe(0)
    const link = await world.linkFor(YVON.email)

    await b.get(link)
    await b.get(link)
    expect((await row(world, YVON.email)).state).toBe('unconfirmed')
    await b.press('Oui, je confirme')
    expect(b.heading).toBe('Votre candidature est arrivée')
    expect(b.text).toContain('en quelques jours')
    expect(b.headers.get('cache-control')).toBe('no-store')

    const toContact = (await mailsTo(world, 'bastien@example.org')).at(-1)
    expect(toContact?.subject).toBe('Une candidature d’Yvon Paquette : Trier les dons du mercredi')
    expect(toContact?.text).not.toContain('Je range vite')
    expect((await mailsTo(world, YVON.email)).at(-1)?.subject).toContain('Bien reçu')

    const work = await world.signIn('bastien')
    await work.get(/\/work\/applications\/[\w-]+/.exec(toContact?.text ?? '')![0])
    expect(work.heading).toBe('Yvon Paquette')
    expect(work.text).toContain('Je range vite.')
    expect(work.text).toContain('0 sur 2')
    await work.press('Je m’en occupe')
    expect(work.text).toContain('En cours de lecture')
    await work.fill('Un mot pour Yvon', 'Rendez-vous mercredi à 9 h.').press('Accepter Yvon')
    expect(work.text).toContain('1 sur 2')

    const accepted = await row(world, YVON.email)
    expect(accepted.state).toBe('accepted')
    const roles = await world.deps.db
      .selectFrom('people_roles')
      .select('role')
      .where('person_id', '=', accepted.person_id ?? '')
      .execute()
    expect(roles).toEqual([{ role: 'volunteer' }])

    const mails = await mailsTo(world, YVON.email)
    expect(mails.map(({ template }) => template.split('/')[1])).toEqual(['confirm', 'received', 'accepted'])
    expect(mails.at(-1)?.text).toContain('Bastien Moreau vous écrit :\n\n> Rendez-vous mercredi à 9 h.\n')
    await b.get(link)
    expect(b.heading).toBe('C’est oui')
    expect(b.text).toContain('Rendez-vous mercredi à 9 h.')

    await writeCounts(world.deps)
    const counts = await world.deps.db.selectFrom('offer_counts').selectAll().execute()
    expect(counts).toMatchObject([
      { offer_id: offer, day: '2026-11-22', channel: 'own', apply_starts: 1, applications: 1, accepted: 1 },
    ])
  })

  it('takes six pages from the front page to the confirmation, three fields, no account and no script', async () => {
    const world = await startApp()
    await publish(world)
    const b = world.browser()
    const pages: string[] = []
    const read = () => pages.push(b.heading)
    await b.get('/')
    read()
    await b.follow('Trier les dons du mercredi')
    read()
    await b.follow('Je veux venir')
    read()
    const asked = [...b.document.querySelectorAll('#main-form [required]')].map((one) => one.getAttribute('name'))
    b.fill('Votre prénom', YVON.given).fill('Votre nom', YVON.family).fill('Votre adresse e-mail', YVON.email)
    await b.press('Envoyer ma candidature')
    read()
    await b.get(await world.linkFor(YVON.email))
    read()
    await b.press('Oui, je confirme')
    read()
    expect(pages).toEqual([
      expect.any(String),
      'Trier les dons du mercredi',
      'Comment vous joindre ?',
      'Ouvrez votre boîte e-mail',
      'C’est bien vous ?',
      'Votre candidature est arrivée',
    ])
    expect(asked).toEqual(['given_name', 'family_name', 'email'])
  })

  it('an English speaker gets English pages and English mails to the end', async () => {
    const world = await startApp()
    const offer = await publish(world)
    const b = await world.browser('en').get(`/offers/${offer}/apply`)
    b.fill('Your first name', 'Rosa').fill('Your last name', 'Bright').fill('Your e-mail address', 'rosa@example.org')
    await b.press('Send my application')
    expect(b.text).toContain('A message is on its way to rosa@example.org.')
    await b.get(await world.linkFor('rosa@example.org'))
    await b.press('Yes, I confirm')
    expect(b.heading).toBe('Your application has arrived')
    const work = await world.signIn('bastien')
    await work.get(`/work/applications/${(await row(world, 'rosa@example.org')).id}`)
    expect(work.text).toContain('anglais')
    await work.follow('Ne pas donner suite')
    expect(work.text).toContain('Cette personne lit ses messages en anglais')
    expect(work.html).toContain('lang="en"')
    await work.choose('Toutes les places sont prises').press('Envoyer la réponse')
    expect(work.text).toContain('Pas retenue')
    const subjects = (await mailsTo(world, 'rosa@example.org')).map(({ subject }) => subject)
    expect(subjects).toEqual([
      'Confirm your application: Sort the Wednesday donations',
      'Received: Sort the Wednesday donations',
      'Your application: Sort the Wednesday donations',
    ])
    expect((await mailsTo(world, 'rosa@example.org')).at(-1)?.text).toContain('All places are taken. We would be glad')
  })

  it('a person signed in need not type what we know', async () => {
    const world = await startApp()
    const offer = await publish(world)
    const b = await (await world.signIn('chloe')).get(`/offers/${offer}/apply`)
    expect(b.value('Votre prénom')).toBe('Chloé')
    expect(b.value('Votre adresse e-mail')).toBe('chloe@example.org')
    await b.fill('Votre prénom', 'Chlo').press('Envoyer ma candidature')
    const work = await world.signIn('bastien')
    await work.get(`/work/applications/${(await row(world, 'chloe@example.org')).id}`)
    await work.press('Accepter Chlo')
    expect((await row(world, 'chloe@example.org')).person_id).toBe(world.id('chloe'))
  })
})

describe('the form', () => {
  it('shows what is missing beside each field, in French and in English, and keeps what was typed', async () => {
    const world = await startApp()
    const offer = await publish(world, { requirements: ['vehicle', 'interview'], min_age: 16 })
    const b = await world.browser().get(`/offers/${offer}/apply`)
    await b
      .fill('Votre nom', 'Paquette')
      .fill('Votre téléphone', '12')
      .choose('Véhicule personnel')
      .press('Envoyer ma candidature')
    expect(b.status).toBe(422)
    expect(b.title).toMatch(/^Erreur :/)
    expect(b.errors()).toEqual({
      'Votre prénom': 'Écrivez votre prénom.',
      'Votre adresse e-mail': 'Écrivez votre adresse e-mail : la réponse arrive là.',
      'Votre téléphone': 'Ce numéro ne semble pas juste. Écrivez-le en entier, ou laissez la ligne vide.',
      'Pour ce coup de main, il faut :': 'Cochez chaque condition. S’il vous en manque une, appelez-nous.',
      'J’ai 16 ans ou plus': 'Cochez cette ligne si vous avez l’âge demandé.',
    })
    expect(b.value('Votre nom')).toBe('Paquette')
    b.fill('Votre prénom', 'Yvon').fill('Votre adresse e-mail', 'yvon@').fill('Votre téléphone', '')
    await b.choose('Entretien préalable').choose('J’ai 16 ans ou plus').press('Envoyer ma candidature')
    expect(Object.keys(b.errors())).toEqual(['Votre adresse e-mail'])
    await b.fill('Votre adresse e-mail', YVON.email).press('Envoyer ma candidature')
    expect(b.status).toBe(200)
    expect((await row(world, YVON.email)).ticks).toBe('["vehicle","interview"]')

    const english = await world.browser('en').get(`/offers/${offer}/apply`)
    await english.press('Send my application')
    expect(Object.values(english.errors())).toEqual([
      'Write your first name.',
      'Write your last name.',
      'Write your e-mail address: the answer will come there.',
      'Tick each requirement. If you lack one, call us.',
      'Tick this line if you are old enough.',
    ])
  })

  it('takes nothing it did not ask for', async () => {
    const world = await startApp()
    const offer = await publish(world)
    await world.browser().post(`/offers/${offer}/apply`, {
      given_name: 'Yvon',
      family_name: 'Paquette',
      email: YVON.email,
      message: ['un', 'deux'],
      state: 'accepted',
      person_id: world.id('amina'),
      channel: 'https://evil.example',
      'ticks[a]': 'b',
      ticks: 'vehicle',
    })
    expect(await rows(world)).toMatchObject([
      { state: 'unconfirmed', person_id: null, channel: 'own', message: 'un', ticks: '[]' },
    ])
  })

  it('looks the same to a program that fills in the hidden field, and keeps nothing', async () => {
    const world = await startApp()
    const offer = await publish(world)
    const b = await fillIn(world.browser(), offer)
    await b.fill('Laissez ce champ vide', 'https://spam.example').press('Envoyer ma candidature')
    expect(b.text).toContain('Un message est parti vers yvon@example.org.')
    expect(await rows(world)).toEqual([])
    expect(await world.mails()).toEqual([])
  })

  it('pressed twice makes one application and one mail', async () => {
    const world = await startApp()
    const offer = await publish(world)
    await send(world, offer)
    await send(world, offer)
    expect((await rows(world)).length).toBe(1)
    expect((await mailsTo(world, YVON.email)).length).toBe(1)
  })

  it('takes a classroom from one network, then asks for patience, and keeps what was written (public 8)', async () => {
    const world = await startApp()
    const offer = await publish(world)
    for (let n = 0; n < 100; n++) {
      expect((await send(world, offer, { ...YVON, email: `yvon${n}@example.org` })).status).toBe(200)
    }
    const late = await send(world, offer, { ...YVON, email: 'yvon101@example.org' })
    expect([late.status, late.value('Votre prénom')]).toEqual([429, YVON.given])
    expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(0)
    world.clock.advance(61 * 60_000)
    expect((await send(world, offer, { ...YVON, email: 'yvon101@example.org' })).status).toBe(200)
  })

  it('takes ten a day of one mailbox, however spelt and from wherever; the next gets the same page and nothing', async () => {
    const world = await startApp({ env: { TRUSTED_PROXIES: '127.0.0.1' } })
    const apply = async (n: number, email: string) => {
      const offer = await publish(world)
      const { status, text } = await world
        .browser()
        .post(
          `/offers/${offer}/apply`,
          { given_name: 'Yvon', family_name: 'Paquette', email },
          { 'x-forwarded-for': `192.0.2.${n}` },
        )
      return [status, text.includes(`Un message est parti vers ${email}.`)]
    }
    for (let n = 0; n < 10; n++) expect(await apply(n, YVON.email)).toEqual([200, true])
    expect(await apply(10, 'Yvon@Example.org')).toEqual([200, true])
    expect([(await rows(world)).length, (await mailsTo(world, 'Yvon@Example.org')).length]).toEqual([10, 0])
    expect(await apply(11, 'zoe@example.org')).toEqual([200, true])
    world.clock.advance(DAY)
    expect(await apply(12, YVON.email)).toEqual([200, true])
    expect((await rows(world)).length).toBe(12)
  })

  it('shows the address it wrote to for half an hour, then no more', async () => {
    const world = await startApp()
    const offer = await publish(world)
    const sent = await send(world, offer)
    world.clock.advance(29 * 60_000)
    expect((await world.browser().get(sent.url)).text).toContain(YVON.email)
    world.clock.advance(60_000)
    const late = await world.browser().get(sent.url)
    expect([late.status, late.text.includes(YVON.email)]).toEqual([200, false])
  })

  it('keeps the channel of the centre that sent the person, and no forged one', async () => {
    const world = await startApp()
    const offer = await publish(world)
    const centre = 'https://centre.example/actor'
    await world.deps.db
      .insertInto('affiliations')
      .values({
        id: 'a1',
        partner_uri: centre,
        partner_is: 'centre',
        partner_name: 'Centre',
        partner_url: 'https://centre.example/',
        state: 'active',
        requested_at: START,
      })
      .execute()
    const via = viaToken(world.deps, 'a1', offer)
    await send(world, offer, YVON, `?via=${encodeURIComponent(via)}`)
    await send(world, offer, { ...YVON, email: 'zoe@example.org' }, `?via=${encodeURIComponent(`${via}x`)}`)
    expect((await rows(world)).map(({ channel }) => channel)).toEqual([centre, 'own'])
  })

  it('of a member’s offer lives at its home: the centre leads there with its token (P4)', async () => {
    const world = await startApp({ kind: 'centre' })
    await world.deps.db
      .insertInto('listings')
      .values({
        public_id: 'abcd1234',
        offer_uri: 'https://jardins.example/offers/1',
        home_url: 'https://jardins.example/offers/1',
        origin: 'member',
        association_uri: 'https://jardins.example/actor',
        association_name: 'J',
        association_url: 'https://jardins.example/',
        revision: 1,
        content: '{}',
        title: 'T',
        commitment: 'micro',
        work_mode: 'remote',
        applications: 'open',
        via: 'a.1.m',
        visible_from: START,
        visible_until: later(START, DAY),
        published_at: START,
        updated_at: START,
      })
      .execute()
    const answer = await fetch(`${world.url}/offers/abcd1234/apply`, { redirect: 'manual' })
    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toBe('https://jardins.example/offers/1/apply?via=a.1.m')
    await world.deps.db.updateTable('listings').set({ home_url: 'javascript:alert(1)' }).execute()
    expect((await fetch(`${world.url}/offers/abcd1234/apply`, { redirect: 'manual' })).status).toBe(404)
  })
})

describe('what only the mailbox may know', () => {
  it('an application made before is mentioned by mail, never on the page', async () => {
    const world = await startApp()
    const offer = await publish(world)
    const first = await send(world, offer)
    await (await world.browser().get(await world.linkFor(YVON.email))).press('Oui, je confirme')
    const second = await send(world, offer, { ...YVON, email: 'YVON@example.org' })
    const shown = (b: Browser) => b.text.replace(/yvon@example\.org/i, '@')
    expect([second.status, shown(second)]).toEqual([first.status, shown(first)])
    expect((await rows(world)).length).toBe(1)
    const mail = (await mailsTo(world, YVON.email)).at(-1)
    expect(mail?.subject).toBe('Vous avez déjà une candidature : Trier les dons du mercredi')
    const b = await world.browser().get(await world.linkFor(YVON.email))
    expect(b.heading).toBe('Votre candidature est arrivée')
  })

  it('the contact of the offer is informed by mail, and on the page when signed in', async () => {
    const world = await startApp()
    const offer = await publish(world)
    const b = await send(world, offer, { given: 'Bastien', family: 'Moreau', email: 'bastien@example.org' })
    expect(b.text).toContain('Un message est parti vers bastien@example.org.')
    expect(await rows(world)).toEqual([])
    expect((await mailsTo(world, 'bastien@example.org')).at(-1)?.subject).toContain('Vous êtes le contact')
    const own = await (await world.signIn('bastien')).get(`/offers/${offer}/apply`)
    expect(own.heading).toBe('C’est votre annonce')
    await own.post(`/offers/${offer}/apply`, { given_name: 'B', family_name: 'M', email: 'x@example.org' })
    expect(own.status).toBe(409)
    expect(await rows(world)).toEqual([])
  })

  it('two forms confirmed one after the other stay one application', async () => {
    const world = await startApp()
    const offer = await publish(world)
    await send(world, offer)
    const first = await world.linkFor(YVON.email)
    world.clock.advance(11 * 60_000)
    await send(world, offer)
    const second = await world.linkFor(YVON.email)
    expect(second).not.toBe(first)
    const b = await world.browser().get(first)
    await b.press('Oui, je confirme')
    world.clock.advance(11_000)
    await b.post(`${first}/confirmation`, {})
    expect(b.text).toContain('C’était déjà confirmé')
    await b.get(second)
    await b.press('Oui, je confirme')
    expect(b.url).toBe(first)
    expect(b.text).toContain('Vous aviez déjà une candidature')
    expect((await rows(world)).map(({ state }) => state).sort()).toEqual(['submitted', 'unconfirmed'])
    expect((await mailsTo(world, 'bastien@example.org')).length).toBe(1)
  })

  it('a wrong link, one of another kind and one that is over are all 404', async () => {
    const world = await startApp()
    const offer = await publish(world)
    const link = await apply(world, offer)
    await apply(world, offer, { ...YVON, email: 'zoe@example.org' })
    const id = (await row(world, 'zoe@example.org')).id
    const token = 'x'.repeat(43)
    await world.deps.db
      .insertInto('tokens')
      .values({
        hash: world.deps.secrets.hash(token),
        purpose: 'password',
        subject_id: id,
        created_at: START,
        expires_at: later(START, DAY),
      })
      .execute()
    const b = world.browser()
    for (const path of [
      `/applications/${token}`,
      `/applications/${id}`,
      `${link}x`,
      `/work/../applications/${'y'.repeat(43)}`,
    ]) {
      expect((await b.get(path)).status).toBe(404)
    }
    expect((await b.post(`/applications/${token}/withdrawal`, {})).status).toBe(404)
    expect((await b.post(`/applications/${token}/confirmation`, {})).status).toBe(404)
    expect((await row(world, 'zoe@example.org')).state).toBe('submitted')
    expect((await (await world.signIn('bastien')).get(`/work/applications/${token}`)).status).toBe(404)
  })
})

describe('an offer that is not open', () => {
  it('explains it kindly, and shows what was written when it closed meanwhile', async () => {
    const world = await startApp()
    const offer = await publish(world)
    const b = await fillIn(world.browser(), offer)
    b.fill('Quelques mots sur vous', 'Trois pages\n\nécrites avec soin')
    const bastien = viewerOf(world.id('bastien'), 'Bastien', ['coordinator'])
    await closeOffer(world.deps, bastien, offer, { reason: 'filled' })
    await b.press('Envoyer ma candidature')
    expect(b.status).toBe(409)
    expect(b.heading).toBe('Ce coup de main est terminé')
    expect(b.text).toContain('écrites avec soin')
    expect(b.hasLink('Voir des coups de main semblables')).toBe(true)
    expect(await rows(world)).toEqual([])
    expect((await b.get(`/offers/${offer}/apply`)).heading).toBe('Ce coup de main est terminé')
    expect(b.text).not.toContain('Ce que vous avez écrit')
    expect((await b.get('/offers/nowhere/apply')).status).toBe(404)
  })

  it('is expired after its last day and full after its last place', async () => {
    const world = await startApp()
    const offer = await publish(world, { capacity: 1, no_waiting_list: true })
    await apply(world, offer)
    const { id } = await row(world, YVON.email)
    await acceptApplication(world.deps, viewerOf(world.id('bastien'), 'B', ['coordinator']), id, { word: '' })
    const b = world.browser()
    expect((await b.get(`/offers/${offer}/apply`)).heading).toBe('Toutes les places sont prises')
    world.clock.advance(40 * DAY)
    expect((await b.get(`/offers/${offer}/apply`)).heading).toBe('Ce coup de main est arrivé à sa fin')
  })

  it('answers everybody who waits when it closes', async () => {
    const world = await startApp()
    const offer = await publish(world)
    const link = await apply(world, offer)
    await send(world, offer, { ...YVON, email: 'zoe@example.org' })
    const late = await world.linkFor('zoe@example.org')
    await closeOffer(world.deps, viewerOf(world.id('bastien'), 'B', ['coordinator']), offer, { reason: 'season' })
    expect((await row(world, YVON.email)).state).toBe('offer_closed')
    expect((await mailsTo(world, YVON.email)).at(-1)?.subject).toBe('Coup de main fermé : Trier les dons du mercredi')
    expect((await world.browser().get(link)).text).toContain('Ce n’est pas à cause de vous')
    const b = world.browser()
    expect((await b.get(late)).heading).toBe('Ce coup de main est terminé')
    expect((await b.post(`${late}/confirmation`, {})).status).toBe(409)
  })
})

it('who waits and who was accepted reads that the offer is cancelled, once each', async () => {
  const world = await startApp()
  const offer = await publish(world)
  await apply(world, offer)
  const { id } = await row(world, YVON.email)
  const bastien = viewerOf(world.id('bastien'), 'B', ['coordinator'])
  await acceptApplication(world.deps, bastien, id, { word: '' })
  await apply(world, offer, { given: 'Zoé', family: 'Lavoie', email: 'zoe@example.org' })
  const subjects = async (email: string) => (await mailsTo(world, email)).map(({ subject }) => subject)
  const before = [await subjects(YVON.email), await subjects('zoe@example.org')]
  const work = await (await world.signIn('bastien')).get(`/work/offers/${offer}/cancellation`)
  await work.choose('La météo ne le permet pas').press('Annuler l’annonce')
  await work.post(`/work/offers/${offer}/cancellation`, { reason: 'other' })
  expect(await subjects(YVON.email)).toEqual([...before[0]!, 'C’est annulé : Trier les dons du mercredi'])
  expect(await subjects('zoe@example.org')).toEqual([...before[1]!, 'Coup de main fermé : Trier les dons du mercredi'])
  const [mail] = (await mailsTo(world, YVON.email)).slice(-1)
  expect(mail!.text).toContain('Vous n’avez pas besoin de venir.')
  expect((await row(world, YVON.email)).state).toBe('accepted')
  expect((await work.get(`/work/applications/${id}`)).text).toContain('Annonce annulée, personne prévenue')
})

describe('places', () => {
  it('two coordinators and one last place: one wins, the other reads why', async () => {
    const world = await startApp()
    const offer = await publish(world, { capacity: 1 })
    await apply(world, offer)
    await apply(world, offer, { given: 'Zoé', family: 'Lavoie', email: 'zoe@example.org' })
    const [bastien, amina] = [await world.signIn('bastien'), await world.signIn('amina')]
    await bastien.get(`/work/applications/${(await row(world, YVON.email)).id}`)
    await amina.get(`/work/applications/${(await row(world, 'zoe@example.org')).id}`)
    bastien.fill('Un mot pour Yvon', 'À mardi')
    amina.fill('Un mot pour Zoé', 'À mercredi')
    await Promise.all([bastien.press('Accepter Yvon'), amina.press('Accepter Zoé')])
    expect([bastien.status, amina.status].sort()).toEqual([200, 409])
    expect((await rows(world)).map(({ state }) => state).sort()).toEqual(['accepted', 'submitted'])
    const loser = bastien.status === 409 ? bastien : amina
    expect(loser.text).toContain('La dernière place vient d’être prise')
    expect(loser === amina ? amina.value('Un mot pour Zoé') : bastien.value('Un mot pour Yvon')).toBe(
      loser === amina ? 'À mercredi' : 'À mardi',
    )
    const people = await world.deps.db.selectFrom('people').select('email').where('member_number', '>', 1006).execute()
    expect(people.length).toBe(1)
    const facts = await world.deps.db
      .selectFrom('events')
      .selectAll()
      .where('type', '=', 'offer.standing_changed')
      .execute()
    expect(facts.map(({ details }) => JSON.parse(details) as unknown)).toEqual([{ what: 'full' }])
  })

  it('withdrawing frees the place, with a reason that the association reads', async () => {
    const world = await startApp()
    const offer = await publish(world, { capacity: 1 })
    const link = await apply(world, offer)
    const { id } = await row(world, YVON.email)
    await acceptApplication(world.deps, viewerOf(world.id('bastien'), 'B', ['coordinator']), id, { word: '' })
    const b = await world.browser().get(link)
    await b.follow('Je ne peux plus venir')
    expect((await row(world, YVON.email)).state).toBe('accepted')
    await b.choose('Je ne suis plus disponible').press('Libérer ma place')
    expect(b.text).toContain('Votre place est libre, et l’association est prévenue.')
    expect(await row(world, YVON.email)).toMatchObject({ state: 'withdrawn', reason_code: 'unavailable' })
    expect((await mailsTo(world, 'bastien@example.org')).at(-1)?.text).toContain('Sa place est libre')
    const facts = await world.deps.db
      .selectFrom('events')
      .select('details')
      .where('type', '=', 'offer.standing_changed')
      .execute()
    expect(facts.map(({ details }) => JSON.parse(details) as unknown)).toEqual([{ what: 'full' }, { what: 'freed' }])
    expect((await world.browser().get(`/offers/${offer}/apply`)).status).toBe(200)
    await b.post(`${link}/withdrawal`, { reason: 'other' })
    expect((await row(world, YVON.email)).reason_code).toBe('unavailable')
    expect((await send(world, offer)).status).toBe(200)
  })

  it('taking a place back frees it too, and informs the person', async () => {
    const world = await startApp()
    const offer = await publish(world, { capacity: 1 })
    await apply(world, offer)
    const { id } = await row(world, YVON.email)
    const work = await (await world.signIn('bastien')).get(`/work/applications/${id}`)
    await work.press('Accepter Yvon')
    await work.follow('Reprendre sa place')
    expect(work.heading).toBe('Reprendre la place d’Yvon Paquette ?')
    await work.press('Envoyer la réponse')
    expect(work.status).toBe(422)
    expect(work.errors()).toEqual({ 'La raison': 'Choisissez une raison.' })
    await work.choose('Autre raison').press('Envoyer la réponse')
    expect(work.text).toContain('0 sur 1')
    expect((await mailsTo(world, YVON.email)).at(-1)?.text).toContain('n’est plus disponible')
    await work.post(`/work/applications/${id}/acceptance`, { word: '' })
    expect(work.status).toBe(409)
    expect(work.text).toContain('Une réponse négative est déjà partie')
  })
})

describe('the work pages', () => {
  it('are for coordinators and administrators', async () => {
    const world = await startApp()
    const offer = await publish(world)
    await apply(world, offer)
    const { id } = await row(world, YVON.email)
    for (const path of [
      '/work/applications',
      '/work/applications.csv',
      `/work/applications/${id}`,
      `/work/applications/${id}/refusal`,
    ]) {
      expect((await world.browser().get(path)).url).toContain('/sign-in')
      for (const name of ['chloe', 'elise', 'farid'] as const) {
        expect((await (await world.signIn(name)).get(path)).status).toBe(403)
      }
      expect((await (await world.signIn('amina')).get(path)).status).toBe(200)
    }
    const chloe = await world.signIn('chloe')
    for (const act of ['review', 'acceptance', 'refusal']) {
      expect((await chloe.post(`/work/applications/${id}/${act}`, { reason: 'filled' })).status).toBe(403)
    }
    expect((await row(world, YVON.email)).state).toBe('submitted')
  })

  it('list those who wait first, filter, and never show an unproved mailbox', async () => {
    const world = await startApp()
    const offer = await publish(world)
    const other = await publish(world, { title: { fr: 'Tenir la caisse du marché' } })
    const work = await world.signIn('bastien')
    await work.get('/work/applications')
    expect(work.text).toContain('Personne n’attend de réponse')
    await apply(world, offer)
    world.clock.advance(60_000)
    await apply(world, other, { given: 'Zoé', family: 'Lavoie', email: 'zoe@example.org' })
    await send(world, offer, { given: 'Ida', family: 'Secret', email: 'ida@example.org' })
    await work.get('/work/applications')
    expect(work.text.indexOf('Yvon')).toBeLessThan(work.text.indexOf('Zoé'))
    expect(work.text).not.toContain('Ida')
    await work.fill('Pour quelle annonce', 'Tenir la caisse du marché').press('Afficher')
    expect(work.text).toContain('Zoé Lavoie')
    expect(work.text).not.toContain('Yvon')
    await work.fill('Lesquelles', 'Terminées').press('Afficher')
    expect(work.text).toContain('Aucune candidature ne correspond')
    await work.get(`/work/applications/${(await row(world, 'ida@example.org')).id}`)
    expect(work.status).toBe(404)
  })

  it('say that only the latest offers can be chosen, when there are more', async () => {
    const world = await startApp()
    const work = await world.signIn('bastien')
    const hint = 'Les 200 dernières. Les autres sont dans la liste à télécharger.'
    const choices = () => work.document.querySelectorAll('select[name=offer] option').length
    await addOffers(world.deps.db, 900)
    await addApplications(world.deps.db, 199)
    await work.get('/work/applications?state=all')
    expect([choices(), work.text.includes(hint)]).toEqual([200, false])
    await addApplications(world.deps.db, 250, 'declined')
    await work.get('/work/applications?state=all')
    expect([choices(), work.text.includes(hint)]).toEqual([201, true])
  })

  it('pages by fifty', async () => {
    const world = await startApp()
    const offer = await publish(world, { capacity: null })
    for (let n = 0; n < 51; n++) {
      await world.deps.db
        .insertInto('applications')
        .values({
          id: `a${n}`,
          offer_id: offer,
          state: 'submitted',
          given_name: `N${n}`,
          family_name: 'X',
          email: `${n}@example.org`,
          email_key: `${n}@example.org`,
          locale: 'fr',
          created_at: START,
          confirmed_at: later(START, n),
          updated_at: START,
        })
        .execute()
    }
    const work = await (await world.signIn('bastien')).get('/work/applications')
    expect(work.text).toContain('51 candidatures')
    expect(work.text).not.toContain('N50 X')
    await work.follow('La suite')
    expect(work.text).toContain('N50 X')
  })

  it('export a list whose cells are never formulas', async () => {
    const world = await startApp()
    const offer = await publish(world)
    await apply(world, offer, { given: '=cmd|calc', family: '@SUM(1)', email: 'evil@example.org' })
    const work = await (await world.signIn('bastien')).get('/work/applications.csv?state=all')
    expect(work.headers.get('content-type')).toContain('text/csv')
    expect(work.html).toContain("'=cmd|calc")
    expect(work.html).toContain("'@SUM(1)")
    expect(work.html).not.toMatch(/[;\n]=cmd/)
  })
})

describe('time', () => {
  it('an application nobody confirmed is gone after 72 hours, with its link', async () => {
    const world = await startApp()
    const offer = await publish(world)
    await send(world, offer)
    const link = await world.linkFor(YVON.email)
    world.clock.advance(72 * 3_600_000 - 1)
    await forgetUnconfirmed(world.deps)
    expect((await rows(world)).length).toBe(1)
    world.clock.advance(1)
    const b = await world.browser().get(link)
    expect(b.status).toBe(404)
    expect(b.text).toContain('vous pouvez la refaire')
    await forgetUnconfirmed(world.deps)
    expect(await rows(world)).toEqual([])
    expect(await world.deps.db.selectFrom('tokens').selectAll().where('purpose', '=', 'application').execute()).toEqual(
      [],
    )
  })

  it('pages F43: from late on the 24th to early on the 28th are four days', async () => {
    const world = await startApp()
    const offer = await publish(world, { capacity: null })
    world.clock.set('2026-11-24T21:30:00.000Z')
    await apply(world, offer)
    world.clock.set('2026-11-28T07:00:00.000Z')
    const b = await world.signIn('bastien')
    expect((await b.get('/work/applications')).text).toContain('Depuis 4 jours')
  })

  it('the contact is reminded after 3, 7 and 14 days, each once, and the person is informed after 21', async () => {
    const world = await startApp()
    const offer = await publish(world, { capacity: null })
    await apply(world, offer)
    const counted = async () => [
      (await mailsTo(world, 'bastien@example.org')).filter(({ template }) => template === 'applications/reminder')
        .length,
      (await mailsTo(world, YVON.email)).filter(({ template }) => template === 'applications/silent').length,
    ]
    const seen: number[][] = []
    for (const day of [2, 3, 4, 7, 8, 14, 20, 21, 22]) {
      world.clock.set(later(START, day * DAY + 60_000))
      await remindOfApplications(world.deps)
      await remindOfApplications(world.deps)
      seen.push(await counted())
    }
    expect(seen).toEqual([
      [0, 0],
      [1, 0],
      [1, 0],
      [2, 0],
      [2, 0],
      [3, 0],
      [3, 0],
      [3, 1],
      [3, 1],
    ])
    const mail = (await mailsTo(world, YVON.email)).at(-1)
    expect(mail?.text).toContain('il y a 21 jours')
    const b = await world.browser().get(await world.linkFor(YVON.email))
    await b.follow('Retirer ma candidature')
    await b.choose('L’association n’a pas répondu').press('Retirer ma candidature')
    expect((await row(world, YVON.email)).reason_code).toBe('org_silent')
  })

  it('a person who cannot be written to keeps nobody else from their message', async () => {
    const world = await startApp()
    const offer = await publish(world, { capacity: null })
    await apply(world, offer)
    await apply(world, offer, { given: 'Zoé', family: 'Lavoie', email: 'zoe@example.org' })
    const broken = (await row(world, YVON.email)).id
    await world.deps.db.updateTable('applications').set({ locale: 'xx' }).where('id', '=', broken).execute()
    world.clock.advance(22 * DAY)
    await expect(remindOfApplications(world.deps)).rejects.toThrow('applications.silent')
    expect((await mailsTo(world, 'zoe@example.org')).at(-1)?.template).toBe('applications/silent')
    // Mended, the next look reaches them too.
    await world.deps.db.updateTable('applications').set({ locale: 'fr' }).where('id', '=', broken).execute()
    await remindOfApplications(world.deps)
    expect((await mailsTo(world, YVON.email)).at(-1)?.template).toBe('applications/silent')
  })

  it('the usual delay is shown once five answers were given (P12)', async () => {
    const world = await startApp()
    const offer = await publish(world, { capacity: null })
    const said = async () => (await world.browser().get(`/offers/${offer}/apply`)).text
    for (let n = 0; n < 5; n++) {
      expect(await said()).toContain('L’association répond d’habitude en quelques jours')
      await world.deps.db
        .insertInto('applications')
        .values({
          id: `a${n}`,
          offer_id: offer,
          state: 'declined',
          given_name: 'N',
          family_name: 'X',
          email: `${n}@example.org`,
          email_key: `${n}@example.org`,
          locale: 'fr',
          created_at: START,
          updated_at: START,
          confirmed_at: START,
          answered_at: later(START, 2 * DAY),
        })
        .execute()
    }
    expect(await said()).toContain('L’association répond d’habitude en 2 jours')
  })

  it('twelve months after the end nothing personal is left, and the counts stay', async () => {
    const world = await startApp()
    const offer = await publish(world, { capacity: null })
    const bastien = viewerOf(world.id('bastien'), 'B', ['coordinator'])
    const b = await fillIn(world.browser(), offer)
    b.fill('Votre téléphone', '02 61 91 33 07').fill('Quelques mots sur vous', 'Je range vite.')
    await b.press('Envoyer ma candidature')
    const link = await world.linkFor(YVON.email)
    await (await world.browser().get(link)).press('Oui, je confirme')
    await world.browser().post(`${link}/withdrawal`, { reason: 'found_elsewhere' })
    await apply(world, offer, { ...YVON, email: 'zoe@example.org' })
    await acceptApplication(world.deps, bastien, (await row(world, 'zoe@example.org')).id, { word: 'Bienvenue Zoé' })
    await apply(world, offer, { ...YVON, email: 'ida@example.org' })
    await acceptApplication(world.deps, bastien, (await row(world, 'ida@example.org')).id, { word: '' })
    world.clock.set('2027-11-22T08:59:59.000Z')
    await anonymiseEnded(world.deps)
    const before = { given_name: 'Yvon', phone: '02 61 91 33 07', message: 'Je range vite.' }
    expect(await row(world, YVON.email)).toMatchObject(before)
    expect((await world.browser().get(link)).status).toBe(200)
    world.clock.set('2027-11-22T09:00:01.000Z')
    await anonymiseEnded(world.deps)
    const forgotten = (await rows(world)).find(({ state }) => state === 'withdrawn')!
    expect(forgotten).toMatchObject({
      given_name: '—',
      email: '',
      phone: '',
      message: '',
      reason_code: 'found_elsewhere',
      offer_id: offer,
    })
    expect((await world.browser().get(link)).status).toBe(404)
    expect((await row(world, 'zoe@example.org')).state).toBe('accepted')

    await closeOffer(world.deps, bastien, offer, { reason: 'season' })
    world.clock.set('2028-11-23T09:00:00.000Z')
    await anonymiseEnded(world.deps)
    await anonymiseEnded(world.deps)
    expect((await rows(world)).map(({ given_name, email, answer }) => [given_name, email, answer])).toEqual([
      ['—', '', ''],
      ['—', '', ''],
      ['—', '', ''],
    ])
    expect((await rows(world)).map(({ state }) => state).sort()).toEqual(['accepted', 'accepted', 'withdrawn'])
    const work = await (await world.signIn('bastien')).get(`/work/applications/${forgotten.id}`)
    expect(work.heading).toBe('Candidature sans nom')
    const counts = await world.deps.db.selectFrom('offer_counts').select(['applications', 'accepted']).execute()
    expect(counts).toEqual([{ applications: 3, accepted: 2 }])
  })
})

describe('an application by telephone (pages F2)', () => {
  it('is noted without an address, and its place is counted at once', async () => {
    const world = await startApp()
    const offer = await publish(world, { capacity: 1, no_waiting_list: true })
    const b = await world.signIn('bastien')
    await b.get(`/offers/${offer}/apply`)
    expect(b.heading).toBe('C’est votre annonce')
    await b.follow('Noter une candidature reçue au téléphone')
    b.fill('Prénom', 'Odette').fill('Nom', 'Marchal').fill('Téléphone', '03 80 11 22 33')
    await b.fill('Ce qu’elle dit', 'Elle vient le mercredi.').press('Noter la candidature')
    expect([b.status, b.heading]).toEqual([200, 'Odette Marchal'])
    expect(b.text).toContain('C’est noté, et la place est comptée.')
    expect(b.text).toContain('Notée pour cette personne')
    expect(b.text).toContain('03 80 11 22 33')
    expect(b.html).not.toContain('mailto:"')
    expect(await rows(world)).toMatchObject([{ state: 'accepted', email: '', family_name: 'Marchal' }])
    expect((await world.mails()).filter(({ template }) => template.startsWith('applications/'))).toEqual([])
    const visitor = await world.browser().get(`/offers/${offer}/apply`)
    expect(visitor.text).toContain('Toutes les places sont prises')
    await b.get('/work/people')
    expect(b.text).toContain('Marchal')
    await b.get('/work/applications/new')
    expect(b.text).toContain('Aucune annonce ne prend de monde en ce moment.')
  })

  it('waits for an answer when it is not accepted at once; what is missing is said beside its field', async () => {
    const world = await startApp()
    const offer = await publish(world)
    const b = await world.signIn('bastien')
    await b.get('/work/applications')
    await b.follow('Noter une candidature reçue au téléphone')
    await b.fill('Prénom', 'Odette').fill('Adresse e-mail', 'odette').press('Noter la candidature')
    expect(b.errors()).toEqual({
      'Pour quelle annonce': 'Choisissez l’annonce.',
      Nom: 'Écrivez son nom.',
      'Adresse e-mail': 'Cette adresse n’est pas complète. Laissez vide si la personne n’en a pas.',
    })
    b.fill('Pour quelle annonce', offer).fill('Nom', 'Marchal').fill('Adresse e-mail', 'odette@example.net')
    await b.uncheck('Accepter tout de suite').press('Noter la candidature')
    expect(b.text).toContain('C’est noté. La candidature attend votre réponse.')
    await b.get(`/work/applications/new?offer=${offer}`)
    b.fill('Prénom', 'ODETTE').fill('Nom', 'Marchal').fill('Adresse e-mail', 'odette@example.net')
    await b.press('Noter la candidature')
    expect(b.errors()).toEqual({ Prénom: 'Cette personne a déjà une candidature pour cette annonce.' })
  })

  it('two people who share a mailbox apply for one offer', async () => {
    const world = await startApp()
    const offer = await publish(world)
    for (const given of ['Yvon', 'Lise']) {
      await send(world, offer, { ...YVON, given })
      await world.browser().post(`${(await world.linkFor(YVON.email)).replace(/[?#].*/, '')}/confirmation`, {})
      await world.settle()
    }
    expect((await rows(world)).map(({ state }) => state)).toEqual(['submitted', 'submitted'])
    await send(world, offer, { ...YVON, given: 'YVON' })
    expect((await rows(world)).length).toBe(2)
  })
})
