// SPDX-License-Identifier: AGPL-3.0-or-later
// A visitor reports an offer: the form, the desk of the centre and of the association, the suspension and its end.
import { afterEach, describe, expect, it } from '@jest/globals'
import { findPerson } from '../../db/queries/people.ts'
import { DAY } from '../../server/base/clock.ts'
import type { PublicOffer } from '../../server/model/offer/content.ts'
import { viewerOf } from '../../server/model/viewer.ts'
import { acceptOffer } from '../../server/moderation/commands/decide.ts'
import { receiveOffer } from '../../server/moderation/commands/receive.ts'
import { acceptMember, setTrust } from '../../server/partners/commands/decide.ts'
import { receiveJoinRequest } from '../../server/partners/commands/receive.ts'
import { erasePerson } from '../../server/privacy/erase.ts'
import { forgetReports } from '../../server/reports/timetable.ts'
import { transact } from '../../server/web/transact.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { publishOffer } from '../support/offer-form.ts'
import { CONTEURS, samplePublicOffer } from '../support/offers.ts'
import { fr as text } from '../support/texts.ts'

afterEach(stopApps)

/** As `text` of a page has it. */
const fr = (...asked: Parameters<typeof text>) => text(...asked).replaceAll(/\s+:/g, ':')
const TITLE = 'Lire des histoires à l’école Prévert'
const SAID = 'L’école est fermée depuis un an.'
const REASON = fr('reports.reason.untrue')
const all = ({ deps }: World) => deps.db.selectFrom('offer_reports').selectAll().orderBy('id').execute()
const item = ({ deps }: World) => deps.db.selectFrom('moderation_items').selectAll().executeTakeFirstOrThrow()
const listed = ({ deps }: World) => deps.db.selectFrom('listings').select('title').execute()
const farid = (world: World) => viewerOf(world.id('farid'), 'Farid Haddad', ['moderator'])
const arrive = (world: World, offer: PublicOffer, options: { via?: string } = { via: 'relation.offre.sceau' }) =>
  transact(world.deps, (tx) => receiveOffer(tx, world.deps, offer, options))

/** A centre that shows one offer of a member. `page`: its public page. */
async function centre() {
  const world = await startApp({ kind: 'centre' })
  await transact(world.deps, (tx) => receiveJoinRequest(tx, world.deps, CONTEURS))
  const { id } = await world.deps.db.selectFrom('affiliations').select('id').executeTakeFirstOrThrow()
  await acceptMember(world.deps, farid(world), id)
  await arrive(world, samplePublicOffer())
  const { id: itemId, version } = await item(world)
  await acceptOffer(world.deps, farid(world), itemId, { version })
  const { public_id } = await world.deps.db.selectFrom('listings').select('public_id').executeTakeFirstOrThrow()
  return { world, member: id, itemId, page: `/offers/${public_id}` }
}

/** With one report from somebody who left an address. */
async function reported(email = 'jo@example.net') {
  const at = await centre()
  await at.world.browser().post(`${at.page}/report`, { reason: 'untrue', said: SAID, email })
  const [{ id } = { id: '' }] = await all(at.world)
  return { ...at, desk: `/reports/${id}` }
}

describe('a visitor', () => {
  it('a visitor says what is wrong, without an account, and moderators are told without a word of it', async () => {
    const { world, page } = await centre()
    const b = world.browser()
    await b.get(page)
    await b.follow(fr('reports.ask.link'))
    expect(b.text).toContain(TITLE)
    b.choose(REASON).fill('Dites-le avec vos mots', SAID).fill('Votre adresse e-mail', 'jo@example.net')
    await b.press('Envoyer')
    expect(b.text).toContain(fr('reports.sent.contact'))
    const [report] = await all(world)
    expect(report).toMatchObject({ state: 'open', origin: 'member', title: TITLE, reason: 'untrue', said: SAID })
    expect(report).toMatchObject({ email: 'jo@example.net', person_id: null, answer: '' })
    const told = (await world.mails()).filter(({ template }) => template !== 'partners/received')
    expect(told.map(({ template, to }) => [template, to])).toEqual([['reports/received', 'farid@example.org']])
    expect(JSON.stringify(told)).not.toContain('fermée')
    expect(JSON.stringify(told)).not.toContain('jo@example.net')
    // Nothing of it is on the page, nor in any document of the offer.
    for (const path of [page, '/api/v1/offers', '/offers.atom'])
      expect((await world.browser().get(path)).html).not.toContain('fermée')
  })

  it('needs no words but those of the list, and no address; « something else » wants words', async () => {
    const { world, page } = await centre()
    const b = world.browser()
    await b.get(`${page}/report`)
    b.fill('Votre adresse e-mail', 'jo@example.net')
    await b.press('Envoyer')
    expect([b.status, Object.values(b.errors())]).toEqual([422, [fr('reports.error.reason')]])
    expect(b.html).toContain('jo@example.net')
    b.choose(fr('reports.reason.else'))
    await b.press('Envoyer')
    expect([b.status, Object.values(b.errors())]).toEqual([422, [fr('reports.error.said')]])
    b.choose(REASON).fill('Votre adresse e-mail', '')
    await b.press('Envoyer')
    expect(b.text).toContain(fr('reports.sent.no_contact'))
    expect(await all(world)).toMatchObject([{ reason: 'untrue', said: '', email: '' }])
  })

  it('who presses twice, or sends it again by Back, reports once', async () => {
    const { world, page } = await centre()
    const b = world.browser()
    await b.get(`${page}/report`)
    const form_id = /name="form_id" value="([^"]+)"/.exec(b.html)![1]!
    for (let at = 0; at < 2; at += 1) await b.post(`${page}/report`, { reason: 'over', form_id })
    expect(await all(world)).toHaveLength(1)
  })

  it('a program that fills everything in and a crowd from one network reach nobody', async () => {
    const { world, page } = await centre()
    const b = world.browser()
    await b.post(`${page}/report`, { reason: 'over', topic: 'x' })
    expect(b.url).toContain('sent=nobody')
    expect(await all(world)).toEqual([])
    for (let at = 0; at < 12; at += 1) await b.post(`${page}/report`, { reason: 'else', said: `Message ${at}` })
    expect(b.status).toBe(429)
    expect(await all(world)).toHaveLength(9)
  })
})

describe('the desk of a centre', () => {
  it('suspends the offer at once, with a reason for the association, and tells who reported it', async () => {
    const { world, page } = await reported()
    await world.browser().post(`${page}/report`, { reason: 'over', email: 'ana@example.net' })
    const b = await world.signIn('farid')
    await b.get('/work')
    await b.follow('2 signalements de visiteurs à lire')
    await b.follow(TITLE)
    expect(b.text).toContain(SAID)
    expect(b.text).toContain(fr('reports.show.others.one'))
    await b.press(fr('reports.decide.button'))
    expect([b.status, Object.values(b.errors())]).toEqual([422, [fr('moderation.error.decision')]])
    b.choose('Suspendre l’annonce').fill('Un mot pour l’association', 'L’école est-elle ouverte ?')
    expect(b.text).toContain('Un message part à 2 personnes')
    b.fill('Un mot pour la personne', 'Merci, nous avons appelé.')
    await b.press(fr('reports.decide.button'))
    expect(b.text).toContain(fr('reports.done.suspended'))
    expect(await listed(world)).toEqual([])
    expect((await world.browser().get(page)).status).toBe(404)
    expect(await item(world)).toMatchObject({
      state: 'suspended',
      accepted_offer: null,
      reason_code: 'misleading',
      note: 'L’école est-elle ouverte ?',
    })
    expect((await all(world)).map(({ state }) => state)).toEqual(['suspended', 'suspended'])
    const mails = (await world.mails()).filter(({ template }) => template === 'reports/decided')
    expect(mails.map(({ to }) => to).toSorted()).toEqual(['ana@example.net', 'jo@example.net'])
    for (const { text } of mails) {
      expect(text).toContain(fr('mail.reports.outcome.suspended'))
      expect(text).toContain('Merci, nous avons appelé.')
    }
    // Nobody has proved either mailbox, so what was written goes to none.
    for (const mail of mails) expect(JSON.stringify(mail)).not.toContain('fermée')
    const events = await world.deps.db
      .selectFrom('events')
      .selectAll()
      .where('type', '=', 'moderation.suspended')
      .execute()
    expect(events.map(({ details }) => JSON.parse(details) as unknown)).toMatchObject([{ reason: 'misleading' }])
    // Nobody learns from the events who wrote, or what.
    const told = await world.deps.db.selectFrom('events').select('details').execute()
    expect(JSON.stringify(told)).not.toMatch(/jo@example|fermée/)
  })

  it('puts it back online, from the offer itself', async () => {
    const { world, desk, itemId } = await reported()
    const { version } = await item(world)
    const b = await world.signIn('farid')
    await b.post(`${desk}/decision`, { decision: 'suspended', version: String(version), reason: 'safety' })
    await b.get('/moderation?shelf=suspended')
    await b.follow(TITLE)
    expect(b.url).toContain(itemId)
    expect(b.text).toContain(fr('moderation.lead.suspended'))
    expect(b.text).toContain(fr('moderation.decide.take_back'))
    await b.press('La montrer maintenant')
    expect(await listed(world)).toEqual([{ title: TITLE }])
    expect(await item(world)).toMatchObject({ state: 'accepted', reason_code: null })
  })

  it('says that a text which waited when the offer was suspended is the one that comes back', async () => {
    const { world, desk, itemId } = await reported()
    const summary = { fr: 'Une demi-heure de lecture, le vendredi, à l’école ouverte.' }
    await arrive(world, samplePublicOffer({ revision: 2, updatedAt: '2026-11-22T08:00:00.000Z', content: { summary } }))
    const { version } = await item(world)
    const b = await world.signIn('farid')
    await b.post(`${desk}/decision`, { decision: 'suspended', version: String(version), reason: 'safety' })
    await b.get(`/moderation/${itemId}`)
    expect(b.text).toContain(fr('moderation.lead.suspended_changed'))
    await b.press('La montrer maintenant')
    expect(await item(world)).toMatchObject({ state: 'accepted', accepted_revision: 2 })
  })

  it.each([
    ['sent to the centre again', { via: 'relation.offre.sceau' }],
    ['sent to all followers', {}],
  ])('a trusted member does not put a suspended offer back by itself: a new text %s waits', async (_how, options) => {
    const { world, desk, member } = await reported()
    await setTrust(world.deps, farid(world), member, 'trusted')
    const { version } = await item(world)
    const b = await world.signIn('farid')
    await b.post(`${desk}/decision`, { decision: 'suspended', version: String(version), reason: 'misleading' })
    const summary = { fr: 'Une demi-heure de lecture, le vendredi, à l’école ouverte.' }
    const text = samplePublicOffer({ revision: 2, updatedAt: '2026-11-22T08:00:00.000Z', content: { summary } })
    await arrive(world, text, options)
    expect(await item(world)).toMatchObject({ state: 'pending', accepted_offer: null })
    expect(await listed(world)).toEqual([])
  })

  it('settles the reports that its page showed, and none that came later or is about another offer', async () => {
    const { world, page, desk } = await reported()
    await world.browser().post(`${page}/report`, { reason: 'over', email: 'ana@example.net' })
    const b = await world.signIn('farid')
    await b.get(desk)
    await world
      .browser()
      .post(`${page}/report`, { reason: 'safety', said: 'Un enfant est tombé.', email: 'li@example.net' })
    b.choose('Ne rien changer')
    await b.press(fr('reports.decide.button'))
    const states = (await all(world)).map(({ email, state }) => [email, state])
    expect(Object.fromEntries(states)).toEqual({
      'jo@example.net': 'kept',
      'ana@example.net': 'kept',
      'li@example.net': 'open',
    })
    const told = (await world.mails()).filter(({ template }) => template === 'reports/decided')
    expect(told.map(({ to }) => to).toSorted()).toEqual(['ana@example.net', 'jo@example.net'])
    await b.get('/reports')
    expect(b.text).toContain(TITLE)
    // An id of another offer counts for nothing.
    const { id: late } = (await all(world)).find(({ email }) => email === 'li@example.net')!
    const { public_id: _, id: __, ...row } = (await all(world))[0]!
    const other = { ...row, id: 'other', offer_uri: 'https://x.example/o', public_id: 'o', state: 'open' as const }
    await world.deps.db.insertInto('offer_reports').values(other).execute()
    await b.post(`/reports/${late}/decision`, { decision: 'kept', also: ['other', 'nothing'] })
    expect((await all(world)).filter(({ state }) => state === 'open').map(({ id }) => id)).toEqual(['other'])
  })

  it('leaves the offer as it is, and says so', async () => {
    const { world, desk } = await reported()
    const b = await world.signIn('farid')
    await b.get(desk)
    b.choose('Ne rien changer')
    await b.press(fr('reports.decide.button'))
    expect(b.text).toContain(fr('reports.done.kept'))
    expect(await listed(world)).toHaveLength(1)
    const mail = (await world.mails()).find(({ template }) => template === 'reports/decided')!
    expect(mail.text).toContain(fr('mail.reports.outcome.kept'))
    await b.get('/reports')
    expect(b.text).toContain(fr('reports.list.nobody'))
    await b.get('/reports?show=done')
    expect(b.text).toContain('Rien à changer')
  })

  it('two moderators at once: the second is told, and nothing is sent twice', async () => {
    const { world, desk } = await reported()
    const b = await world.signIn('farid')
    for (const decision of ['kept', 'kept', 'changed']) await b.post(`${desk}/decision`, { decision })
    expect(b.status).toBe(409)
    expect(b.text).toContain(fr('reports.conflict'))
    expect(await all(world)).toMatchObject([{ state: 'kept' }])
    expect((await world.mails()).filter(({ template }) => template === 'reports/decided')).toHaveLength(1)
  })

  it('a suspension of a text that changed meanwhile suspends nothing', async () => {
    const { world, desk } = await reported()
    const { version } = await item(world)
    await arrive(
      world,
      samplePublicOffer({
        revision: 2,
        updatedAt: '2026-11-22T08:00:00.000Z',
        content: { summary: { fr: 'Une heure entière de lecture à voix haute, chaque samedi.' } },
      }),
    )
    const b = await world.signIn('farid')
    await b.post(`${desk}/decision`, { decision: 'suspended', version: String(version), reason: 'safety' })
    expect(b.status).toBe(409)
    expect([await listed(world), await all(world)]).toMatchObject([[{ title: TITLE }], [{ state: 'open' }]])
  })

  it('is not for volunteers and the treasurer', async () => {
    const { world, desk } = await reported()
    for (const name of ['elise', 'chloe'] as const) {
      const b = await world.signIn(name)
      expect([(await b.get('/reports')).status, (await b.get(desk)).status]).toEqual([403, 403])
      expect((await b.post(`${desk}/decision`, { decision: 'kept' })).status).toBe(403)
    }
    // A coordinator reads it, and cannot suspend.
    const b = await world.signIn('bastien')
    expect((await b.get(desk)).status).toBe(200)
    expect(b.text).not.toContain('Suspendre l’annonce')
    const { version } = await item(world)
    await b.post(`${desk}/decision`, { decision: 'suspended', version: String(version), reason: 'safety' })
    expect(b.status).toBe(403)
    expect(await listed(world)).toHaveLength(1)
  })
})

describe('a moderator without any report', () => {
  it('suspends from the page of the offer, and can undo it for a minute', async () => {
    const { world, itemId } = await centre()
    const b = await world.signIn('farid')
    await b.get(`/moderation/${itemId}`)
    await b.follow(fr('moderation.suspension.open'))
    await b.press(fr('moderation.suspension.button'))
    expect([b.status, Object.values(b.errors())]).toEqual([422, [fr('moderation.error.reason')]])
    b.fill('La raison', 'La sécurité n’est pas assurée')
    await b.press(fr('moderation.suspension.button'))
    expect(b.text).toContain(fr('moderation.done.suspend'))
    expect(await listed(world)).toEqual([])
  })
})

describe('an association', () => {
  it('has the reports about its own offers, with the offer one press away', async () => {
    const world = await startApp()
    const address = await publishOffer(await world.signIn('bastien'))
    const offer = address.split('/').at(-1)!
    await world.browser().post(`/offers/${offer}/report`, { reason: 'over', email: 'jo@example.net' })
    expect((await world.mails()).map(({ template }) => template)).toEqual(['reports/received'])
    const b = await world.signIn('bastien')
    await b.get('/work')
    await b.follow('1 signalement d’un visiteur à lire')
    const [{ id } = { id: '' }] = await all(world)
    await b.get(`/reports/${id}`)
    expect(b.hasLink(fr('reports.show.own_offer'))).toBe(true)
    expect(b.text).not.toContain('Suspendre')
    b.choose('C’est réglé')
    await b.press(fr('reports.decide.button'))
    expect(b.text).toContain(fr('reports.done.changed'))
    const mail = (await world.mails()).find(({ template }) => template === 'reports/decided')!
    expect([mail.to, mail.text.includes(fr('mail.reports.outcome.changed'))]).toEqual(['jo@example.net', true])
  })
})

describe('what was said', () => {
  it('is erased six months after its last news, with its mails', async () => {
    const { world, desk } = await reported()
    world.clock.advance(170 * DAY)
    await forgetReports(world.deps)
    const b = await world.signIn('farid')
    await b.post(`${desk}/decision`, { decision: 'kept' })
    world.clock.advance(20 * DAY)
    await forgetReports(world.deps)
    expect(await all(world)).toHaveLength(1)
    world.clock.advance(170 * DAY)
    await forgetReports(world.deps)
    expect(await all(world)).toEqual([])
    const left = await world.deps.db.selectFrom('mails').select('to_email').where('about', 'like', 'report:%').execute()
    expect(left).toEqual([])
  })

  it('is in the data of whoever said it, and goes with them', async () => {
    const { world, page } = await reported()
    const chloe = await world.signIn('chloe')
    await chloe.post(`${page}/report`, { reason: 'else', said: 'Signée' })
    await world.browser().post(`${page}/report`, { reason: 'else', said: 'Sans entrer', email: 'Chloe@example.org' })
    await chloe.get('/my/data.json')
    expect(['Signée', 'Sans entrer', 'fermée'].map((words) => chloe.html.includes(words))).toEqual([true, true, false])
    await erasePerson(world.deps, (await findPerson(world.deps.db, world.id('chloe')))!, null)
    expect((await all(world)).map(({ said }) => said)).toEqual([SAID])
  })
})
