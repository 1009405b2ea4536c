// SPDX-License-Identifier: AGPL-3.0-or-later
// P13: a coordinator does everything from the mail, without signing in.
import { afterEach, describe, expect, it } from '@jest/globals'
import { closeOffer } from '../../server/offers/commands/end.ts'
import type { OfferContent } from '../../server/model/offer/content.ts'
import { acceptApplication } from '../../server/applications/commands/answer.ts'
import { remindOfApplications } from '../../server/applications/timetable.ts'
import { endAccess } from '../../server/accounts/end-access.ts'
import { changeRoles, shutOut } from '../../server/people/commands/manage.ts'
import { erasePerson } from '../../server/privacy/erase.ts'
import { findPerson } from '../../db/queries/people.ts'
import { transact } from '../../server/web/transact.ts'
import { DAY, MINUTE } from '../../server/base/clock.ts'
import {
  aminaOf,
  apply,
  bastienOf,
  fold,
  linksTo,
  noteRosa,
  publish,
  row,
  YVON,
  type Links,
} from '../support/answering.ts'
import { startApp, stopApps, type World } from '../support/app.ts'

afterEach(stopApps)

const person = (world: World, name: 'bastien' | 'amina') => findPerson(world.deps.db, world.id(name))

async function waiting(changes: Partial<OfferContent> = {}) {
  const world = await startApp()
  const offer = await publish(world, changes)
  await apply(world, offer, YVON, { message: 'Je range vite.', phone: '02 61 91 33 07' })
  return { world, offer, links: await linksTo(world) }
}

describe('the mail of a new application', () => {
  it('leads to a page that shows what an answer is decided on, and not how the person is reached', async () => {
    const { world, links } = await waiting()
    const b = await world.browser().get(links.overview)
    expect([b.status, b.heading]).toEqual([200, 'Yvon Paquette'])
    expect(b.headers.get('cache-control')).toBe('no-store')
    expect(b.text).toContain('Je range vite.')
    expect(b.text).toContain('Trier les dons')
    expect(b.text).toContain('Ce lien est pour Bastien Moreau')
    expect(b.text).not.toContain('yvon@example.org')
    expect(b.text).not.toContain('02 61 91 33 07')
    expect([...b.document.querySelectorAll('main .link-card')].map((one) => one.getAttribute('href'))).toEqual([
      links.acceptance,
      links.wait,
      links.ask,
      links.refusal,
    ])
    // The full page asks for the password.
    expect((await world.browser().get(links.work!)).url).toContain('/sign-in')
  })

  it('accepts, with a word; the history names who had the mail', async () => {
    const { world, links } = await waiting()
    const b = await world.browser().get(links.acceptance)
    expect(fold(b.heading)).toBe('Accepter Yvon Paquette ?')
    await b.fill('Un mot pour Yvon', 'Rendez-vous mercredi.').press('Accepter Yvon')
    expect(b.text).toContain('La bonne nouvelle est partie')
    expect(b.text).toContain('Cette candidature a sa réponse')
    expect(b.text).not.toContain('Je range vite.')
    expect(await row(world)).toMatchObject({
      state: 'accepted',
      decided_by: world.id('bastien'),
      answer: 'Rendez-vous mercredi.',
    })
    const event = await world.deps.db
      .selectFrom('events')
      .select('actor_id')
      .where('type', '=', 'application.accepted')
      .executeTakeFirstOrThrow()
    expect(event.actor_id).toBe(world.id('bastien'))
    const mail = (await world.mails()).findLast(({ to }) => to === YVON.email)!
    expect(mail.text).toContain('Rendez-vous mercredi.')
    // Nobody is signed in by it.
    expect((await b.get('/work')).url).toContain('/sign-in')
  })

  it('declines with a reason and a sentence; without a reason nothing is sent', async () => {
    const { world, links } = await waiting()
    const b = await world.browser().get(links.refusal)
    await b.press('Envoyer la réponse')
    expect([b.status, (await row(world)).state]).toEqual([422, 'submitted'])
    await b.post(links.refusal, { reason: 'no_fit', answer_no_fit: 'Cette fois, non.' })
    expect(b.url).toBe(links.overview)
    expect(await row(world)).toMatchObject({
      state: 'declined',
      reason_code: 'no_fit',
      answer: 'Cette fois, non.',
      decided_by: world.id('bastien'),
    })
  })

  it('puts on the waiting list, from which the same links still accept', async () => {
    const { world, offer, links } = await waiting({ capacity: 1 })
    await noteRosa(world, offer, true)
    const b = await world.browser().get(links.acceptance)
    expect(b.text).toContain('Il n’y a plus de place')
    await b.press('Accepter Yvon')
    expect([b.status, (await row(world)).state]).toEqual([409, 'submitted'])
    expect(b.text).toContain('Rien n’a été envoyé')
    await b.get(links.wait!)
    await b.press('Mettre sur la liste d’attente')
    expect((await row(world)).state).toBe('waitlisted')
    expect(b.text).toContain('Liste d’attente')
    // Once there, they are not put there again.
    expect((await b.get(links.wait!)).url).toBe(links.overview)
    await b.get(links.refusal)
    expect(b.status).toBe(200)
  })

  it('has no link to a waiting list where there is none', async () => {
    const { world, links } = await waiting({ capacity: null })
    expect(links.wait).toBeUndefined()
    expect((await world.browser().get(`${links.overview}/waiting-list`)).url).toBe(links.overview)
    const b = world.browser()
    await b.post(`${links.overview}/waiting-list`, {})
    expect([b.url, (await row(world)).state]).toEqual([links.overview, 'submitted'])
  })

  it('a reminder has the same links, and they work for 14 days more', async () => {
    const { world, links } = await waiting()
    world.clock.advance(7 * DAY)
    await remindOfApplications(world.deps)
    expect(await linksTo(world)).toEqual(links)
    world.clock.advance(13 * DAY)
    expect((await world.browser().get(links.overview)).status).toBe(200)
    world.clock.advance(DAY)
    expect((await world.browser().get(links.overview)).status).toBe(404)
  })

  it('several in one list lead to such a page each', async () => {
    const world = await startApp()
    const offer = await publish(world)
    for (const given of ['Rosa', 'Lin', 'Omar'])
      await apply(world, offer, { given_name: given, family_name: 'Lind', email: `${given}@example.org`.toLowerCase() })
    await world.settle()
    world.clock.advance(20 * MINUTE)
    await world.settle()
    const rows = await world.deps.db
      .selectFrom('mails')
      .selectAll()
      .where('template', '=', 'applications/arrived')
      .execute()
    expect(rows.map(({ link }) => link.replace(/[\w-]+$/, ''))).toEqual(
      rows.map(() => 'http://localhost:3000/applications/answering/'),
    )
    expect(new Set(rows.map(({ link }) => link)).size).toBe(3)
  })
})

describe('nothing is changed by what only reads', () => {
  it('a scanner that opens every link of the mail, several times', async () => {
    const { world, links } = await waiting()
    const state = async () =>
      JSON.stringify([
        await world.deps.db.selectFrom('applications').selectAll().execute(),
        await world.deps.db.selectFrom('tokens').selectAll().orderBy('hash').execute(),
        await world.deps.db.selectFrom('events').selectAll().execute(),
      ])
    const before = await state()
    for (const path of [...Object.values(links), ...Object.values(links)])
      for (const method of ['GET', 'HEAD']) await fetch(world.url + path, { method })
    expect(await state()).toBe(before)
    // A form sent from elsewhere is refused.
    const press = { method: 'POST', headers: { 'sec-fetch-site': 'cross-site' } }
    expect((await fetch(world.url + links.acceptance, press)).status).toBe(403)
    expect(await state()).toBe(before)
  })
})

describe('dead ends', () => {
  /** Each page and each form of the link. */
  async function isDead(world: World, { overview }: Links) {
    const found = []
    for (const end of ['', '/acceptance', '/refusal', '/waiting-list', '/messages']) {
      const b = await world.browser().get(overview + end)
      found.push(b.status, fold(b.text).includes('Ce lien ne marche plus'), b.text.includes('Yvon'))
    }
    for (const [end, form] of [
      ['/acceptance', {}],
      ['/refusal', { reason: 'no_fit' }],
      ['/waiting-list', {}],
      ['/messages', { body: 'Bonjour' }],
      ['/messages/reading', { last: 'x' }],
    ] as const)
      found.push((await world.browser().post(overview + end, form)).status)
    expect(found).toEqual([...Array.from({ length: 5 }, () => [404, true, false]).flat(), 404, 404, 404, 404, 404])
    expect((await row(world)).state).toBe('submitted')
  }

  it('14 days', async () => {
    const { world, links } = await waiting()
    world.clock.advance(14 * DAY)
    await isDead(world, links)
  })

  it('the person lost the role, was shut out, may no longer be written to, changed their password or was erased', async () => {
    const ends: ((world: World) => Promise<unknown>)[] = [
      (world) => changeRoles(world.deps, aminaOf(world), world.id('bastien'), ['volunteer']),
      (world) => shutOut(world.deps, aminaOf(world), world.id('bastien')),
      (world) =>
        world.deps.db
          .updateTable('people')
          .set({ restricted_at: world.clock.iso() })
          .where('id', '=', world.id('bastien'))
          .execute(),
      (world) => transact(world.deps, (tx) => endAccess(tx, world.id('bastien'))),
      async (world) => erasePerson(world.deps, (await person(world, 'bastien'))!, world.id('amina')),
    ]
    for (const end of ends) {
      const { world, links } = await waiting()
      await end(world)
      await isDead(world, links)
      await stopApps()
    }
  })

  it('a wrong link, one cut short, and the link of the applicant', async () => {
    const { world, links } = await waiting()
    await isDead(world, { ...links, overview: `${links.overview.slice(0, -1)}x` })
    await isDead(world, { ...links, overview: links.overview.slice(0, -4) })
    await isDead(world, { ...links, overview: `/applications/answering/${await tokenOf(world)}` })
    // Nor is it one for the applicant's page, or for a sign-in.
    const token = links.overview.split('/').at(-1)
    expect((await world.browser().get(`/applications/${token}`)).status).toBe(404)
    expect((await world.browser().get(`/sign-in/link/${token}`)).status).not.toBe(200)
  })

  const tokenOf = async (world: World) => (await world.linkFor(YVON.email)).split('/').at(-1)

  it('a colleague answered first, the person withdrew, or the offer was closed: the page says so, and nothing else', async () => {
    const ends: [(world: World, offer: string) => Promise<unknown>, string][] = [
      [
        async ({ deps, ...world }) =>
          acceptApplication(deps, aminaOf(world as World), (await row({ deps } as World)).id, { word: '' }),
        'Acceptée',
      ],
      [
        async (world) => world.browser().post(`${await world.linkFor(YVON.email)}/withdrawal`, { reason: '' }),
        'Retirée',
      ],
      [(world, offer) => closeOffer(world.deps, bastienOf(world), offer, { reason: 'filled' }), 'Annonce fermée'],
    ]
    for (const [end, state] of ends) {
      const { world, offer, links } = await waiting()
      await end(world, offer)
      const was = await row(world)
      for (const path of [links.overview, links.acceptance, links.refusal, links.wait!, links.ask!]) {
        const b = await world.browser().get(path)
        expect([b.url, b.text.includes(state), b.text.includes('Je range vite.')]).toEqual([
          links.overview,
          true,
          false,
        ])
        expect(b.document.querySelectorAll('main form').length).toBe(0)
      }
      for (const [path, form] of [
        [links.acceptance, {}],
        [links.refusal, { reason: 'no_fit', answer_no_fit: 'Non.' }],
        [links.wait!, {}],
        [links.ask!, { body: 'Bonjour' }],
      ] as const)
        expect((await world.browser().post(path, form)).url).toBe(links.overview)
      expect(await row(world)).toEqual(was)
      await stopApps()
    }
  })

  it('two people of the team have links of their own', async () => {
    const world = await startApp()
    await changeRoles(world.deps, aminaOf(world), world.id('elise'), ['treasurer', 'coordinator'])
    await apply(world, await publish(world, {}, 'chloe'))
    const [bastien, elise] = [await linksTo(world), await linksTo(world, 'elise@example.org')]
    expect(bastien.overview).not.toBe(elise.overview)
    await shutOut(world.deps, aminaOf(world), world.id('bastien'))
    await isDead(world, bastien)
    await world.browser().post(elise.acceptance, { word: '' })
    expect(await row(world)).toMatchObject({ state: 'accepted', decided_by: world.id('elise') })
  })

  it('who has no address is called first: the mail of a held place answers too', async () => {
    const { world, offer, links } = await waiting({ capacity: 1 })
    await noteRosa(world, offer, false)
    await world.browser().post(links.acceptance, {})
    const rosa = () =>
      world.deps.db.selectFrom('applications').selectAll().where('given_name', '=', 'Rosa').executeTakeFirstOrThrow()
    await world.deps.db
      .updateTable('applications')
      .set({ state: 'waitlisted', waitlisted_at: world.clock.iso() })
      .where('id', '=', (await rosa()).id)
      .execute()
    await world.browser().post(`${await world.linkFor(YVON.email)}/withdrawal`, { reason: '' })
    await world.settle()
    const call = await linksTo(world)
    expect(call.wait).toBeUndefined()
    await world.browser().post(call.acceptance, {})
    expect(await rosa()).toMatchObject({ state: 'accepted', decided_by: world.id('bastien') })
  })
})
