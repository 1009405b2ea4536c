// SPDX-License-Identifier: AGPL-3.0-or-later
// Before the day of an offer and after it (offers §7.2; P8): a reminder, « did it happen? » to both sides, a next step.
import { afterEach, describe, expect, it } from '@jest/globals'
import { cancelOffer } from '../../server/offers/commands/end.ts'
import { createDraft } from '../../server/offers/commands/write.ts'
import { publishOffer } from '../../server/offers/commands/publish.ts'
import { emptyContent } from '../../server/model/offer/fields.ts'
import type { OfferContent } from '../../server/model/offer/content.ts'
import { noteApplication } from '../../server/applications/commands/note.ts'
import { countSeatsTaken } from '../../db/queries/applications.ts'
import { acceptApplication } from '../../server/applications/commands/answer.ts'
import { noteAttendance } from '../../server/applications/commands/attend.ts'
import { followUpDays } from '../../server/applications/attendance.ts'
import { viewerOf } from '../../server/model/viewer.ts'
import { startApp, stopApps, type World } from '../support/app.ts'

afterEach(stopApps)

const DAY = 86_400_000
const bastienOf = (world: World) => viewerOf(world.id('bastien'), 'Bastien Moreau', ['coordinator'])

async function publish(world: World, title: string, changes: Partial<OfferContent> = {}): Promise<string> {
  const content: OfferContent = {
    ...emptyContent(),
    title: { fr: title, en: title },
    summary: { fr: 'Une journée entre voisins.', en: 'A day among neighbours.' },
    tasks: { fr: ['Servir'], en: ['Serve'] },
    causes: ['food'],
    activities: ['logistics'],
    commitment: 'one_off',
    starts_on: '2026-11-26',
    work_mode: 'remote',
    capacity: 9,
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

const mailOf = (given: string) => `${given.toLowerCase()}@example.net`
const accept = (world: World, offer: string, given: string, accepted = true) =>
  noteApplication(world.deps, bastienOf(world), {
    given_name: given,
    family_name: 'Paquette',
    email: mailOf(given),
    phone: '',
    message: '',
    offer,
    locale: 'fr',
    accept: accepted,
    seats: 1,
    who: '',
  })
const fold = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ')
async function mailsTo(world: World, email: string) {
  const mails = (await world.mails()).filter(({ to }) => to === email)
  return mails.map(({ template, text }) => ({ template: template.split('/')[1]!, text: fold(text) }))
}
const templates = async (world: World, email: string) => (await mailsTo(world, email)).map(({ template }) => template)
const stateOf = async (world: World, given: string) =>
  (
    await world.deps.db
      .selectFrom('applications')
      .select('state')
      .where('email', '=', mailOf(given))
      .executeTakeFirstOrThrow()
  ).state

it('P8: two days before, each accepted person gets one reminder with when, where, who and a way out', async () => {
  const world = await startApp()
  const offer = await publish(world, 'Tenir la buvette')
  await accept(world, offer, 'Yvon')
  await accept(world, offer, 'Lise', false)
  await followUpDays(world.deps)
  expect(await templates(world, mailOf('Yvon'))).toEqual(['accepted'])
  world.clock.advance(2 * DAY)
  await followUpDays(world.deps)
  await followUpDays(world.deps)
  expect(await templates(world, mailOf('Yvon'))).toEqual(['accepted', 'before'])
  expect(await templates(world, mailOf('Lise'))).not.toContain('before')
  const { text } = (await mailsTo(world, mailOf('Yvon'))).at(-1)!
  expect(text).toContain('jeudi 26 novembre')
  expect(text).toContain('Avec : Bastien')
  const leave = /http\S+\/withdrawal/.exec(text)![0]
  const b = await world.browser().get(new URL(leave).pathname)
  expect(b.heading).toBe('Vous ne pouvez plus venir ?')
  await b.press('Libérer ma place')
  expect(await stateOf(world, 'Yvon')).toBe('withdrawn')
  world.clock.advance(4 * DAY)
  await followUpDays(world.deps)
  expect(await templates(world, mailOf('Yvon'))).not.toContain('after')
})

it('who came still counts in how soon people are answered, and noting it is no answer', async () => {
  const world = await startApp()
  const offer = await publish(world, 'Tenir la buvette')
  const usual = async () => fold((await world.browser().get(`/offers/${offer}/apply`)).text)
  const ids: string[] = []
  for (const given of ['Yvon', 'Lise', 'Omar', 'Anna', 'Jo']) ids.push(await accept(world, offer, given, false))
  world.clock.advance(DAY)
  for (const id of ids) await acceptApplication(world.deps, bastienOf(world), id, { word: '' })
  expect(await usual()).toContain('répond d’habitude en 1 jour')
  world.clock.advance(5 * DAY)
  await noteAttendance(world.deps, bastienOf(world), offer, new Map(ids.map((id) => [id, 'came'] as const)))
  world.clock.advance(1000)
  const next = await publish(world, 'Tenir la caisse', { starts_on: '2026-12-20' })
  expect(fold((await world.browser().get(`/offers/${next}/apply`)).text)).toContain('répond d’habitude en 1 jour')
})

it('the day after: both sides are asked once, the team notes who came, and who came gets thanks and a next step', async () => {
  const world = await startApp()
  const offer = await publish(world, 'Tenir la buvette')
  await publish(world, 'Porter des livres', { commitment: 'one_off', starts_on: '2026-12-15' })
  await publish(world, 'Lire le mercredi', {
    commitment: 'regular',
    frequency: 'weekly',
    starts_on: null,
    minutes_per_session: 60,
  })
  for (const given of ['Yvon', 'Lise', 'Omar']) await accept(world, offer, given)
  await world.settle()
  world.clock.advance(5 * DAY)
  await followUpDays(world.deps)
  await followUpDays(world.deps)
  expect((await templates(world, mailOf('Yvon'))).filter((name) => name === 'after')).toHaveLength(1)
  const toTeam = (await mailsTo(world, 'bastien@example.org')).filter(({ template }) => template === 'attendance')
  expect(toTeam).toHaveLength(1)
  expect(toTeam[0]?.text).toContain('3 candidatures étaient acceptées.')

  const yvon = await world.browser().get(await world.linkFor(mailOf('Yvon')))
  expect(fold(yvon.text)).toContain('cela a-t-il eu lieu pour vous ?')
  await yvon.press('Oui, j’y étais')
  expect(yvon.text).toContain('Vous avez dit: oui.')

  const work = await world.signIn('bastien')
  await work.get(`/work/offers/${offer}/attendance`)
  expect(work.text).toContain('Dit avoir participé.')
  await work.press('Enregistrer')
  expect(work.text).toContain('Rien de nouveau à noter.')
  work.choose('A participé', 'Yvon Paquette').choose('N’a pas participé', 'Lise Paquette')
  await work.press('Enregistrer')
  expect(await stateOf(world, 'Yvon')).toBe('completed')
  expect(await stateOf(world, 'Lise')).toBe('no_show')
  expect(await stateOf(world, 'Omar')).toBe('accepted')
  const thanks = (await mailsTo(world, mailOf('Yvon'))).at(-1)!
  expect(thanks.template).toBe('thanks')
  const at = ['Lire le mercredi', 'Porter des livres'].map((title) => thanks.text.indexOf(title))
  expect(at[0]).toBeGreaterThan(0)
  expect(at[1]).toBeGreaterThan(at[0]!)
  expect(thanks.text).not.toContain('\nTenir la buvette\n')
  expect((await templates(world, mailOf('Lise'))).at(-1)).toBe('after')
  expect((await yvon.get(yvon.url)).heading).toBe('Merci de votre aide')
  // A mistake is noted again, by a named person, and nothing of it leaves.
  await work.choose('N’a pas participé', 'Yvon Paquette').press('Enregistrer')
  await work.choose('A participé', 'Yvon Paquette').choose('A participé', 'Lise Paquette').press('Enregistrer')
  expect((await templates(world, mailOf('Yvon'))).filter((name) => name === 'thanks')).toHaveLength(1)
  expect(await stateOf(world, 'Lise')).toBe('completed')
  const events = await world.deps.db
    .selectFrom('events')
    .selectAll()
    .where('type', 'like', 'application.%show')
    .execute()
  expect(events.map(({ actor_id }) => actor_id)).toEqual([world.id('bastien'), world.id('bastien')])
})

it('the link of the mail opens one’s hours with offer and day filled in', async () => {
  const world = await startApp()
  const offer = await publish(world, 'Tenir la buvette')
  await noteApplication(world.deps, bastienOf(world), {
    given_name: 'Chloé',
    family_name: 'Tremblay',
    email: 'chloe@example.org',
    phone: '',
    message: '',
    offer,
    locale: 'fr',
    accept: true,
    seats: 1,
    who: '',
  })
  await world.settle()
  world.clock.advance(5 * DAY)
  await followUpDays(world.deps)
  const { text } = (await mailsTo(world, 'chloe@example.org')).at(-1)!
  const url = new URL(/http\S+\/my\/hours\S+/.exec(text)![0])
  const b = await (await world.signIn('chloe')).get(url.pathname + url.search)
  expect(b.document.querySelector<HTMLInputElement>('[name=day]')?.getAttribute('value')).toBe('2026-11-26')
  expect(b.document.querySelector('[name=offer] option[selected]')?.getAttribute('value')).toBe(offer)
  for (const odd of ['?day=%3Cb%3E', '?offer[]=1&day[]=2']) expect((await b.get(`/my/hours${odd}`)).status).toBe(200)
})

it('a cancelled offer reminds and asks nobody', async () => {
  const world = await startApp()
  const offer = await publish(world, 'Tenir la buvette')
  await accept(world, offer, 'Yvon')
  await cancelOffer(world.deps, bastienOf(world), offer, { reason: 'other' })
  world.clock.advance(2 * DAY)
  await followUpDays(world.deps)
  world.clock.advance(3 * DAY)
  await followUpDays(world.deps)
  expect(await templates(world, mailOf('Yvon'))).toEqual(['accepted', 'cancelled'])
})

it('before the last day is past, nobody notes or says who came; drafts and volunteers have no such page', async () => {
  const world = await startApp()
  const offer = await publish(world, 'Tenir la buvette')
  await accept(world, offer, 'Yvon')
  const { id } = await world.deps.db.selectFrom('applications').select('id').executeTakeFirstOrThrow()
  const link = (await world.linkFor(mailOf('Yvon'))).replace(/[?#].*/, '')
  const yvon = await world.browser().get(link)
  await yvon.post(`${link}/attendance`, { came: 'came' })
  expect(yvon.text).toContain('Le dernier jour n’est pas encore passé.')
  const early = noteAttendance(world.deps, bastienOf(world), offer, new Map([[id, 'came' as const]]))
  await expect(early).rejects.toMatchObject({ status: 409 })
  expect(await stateOf(world, 'Yvon')).toBe('accepted')
  const work = await world.signIn('bastien')
  await work.get(`/work/offers/${offer}/attendance`)
  expect([work.url, work.text.includes('Le dernier jour n’est pas encore passé.')]).toEqual([
    `/work/offers/${offer}`,
    true,
  ])
  await work.post(`/work/offers/${offer}/copy`, {})
  const draft = await world.deps.db
    .selectFrom('offers')
    .select('id')
    .where('state', '=', 'draft')
    .executeTakeFirstOrThrow()
  expect((await work.get(`/work/offers/${draft.id}/attendance`)).status).toBe(404)
  expect((await (await world.signIn('chloe')).get(`/work/offers/${offer}/attendance`)).status).toBe(403)
})

it('who came, or did not, has no place at the next time of the same offer', async () => {
  const world = await startApp()
  const offer = await publish(world, 'Tenir la buvette', { capacity: 1 })
  await accept(world, offer, 'Yvon')
  world.clock.advance(5 * DAY)
  const { id } = await world.deps.db.selectFrom('applications').select('id').executeTakeFirstOrThrow()
  await noteAttendance(world.deps, bastienOf(world), offer, new Map([[id, 'came' as const]]))
  expect(await countSeatsTaken(world.deps.db, offer)).toBe(0)
})

describe('by the link in the mail to the team', () => {
  async function asked() {
    const world = await startApp()
    const offer = await publish(world, 'Tenir la buvette')
    const other = await publish(world, 'Porter des livres', { starts_on: '2026-12-15' })
    for (const given of ['Yvon', 'Lise']) await accept(world, offer, given)
    await accept(world, other, 'Omar')
    world.clock.advance(5 * DAY)
    await followUpDays(world.deps)
    const { text } = (await mailsTo(world, 'bastien@example.org')).findLast((one) => one.template === 'attendance')!
    return { world, link: new URL(/http\S+\/applications\/attendance\/\S+/.exec(text)![0]).pathname }
  }
  const states = (world: World) => Promise.all(['Yvon', 'Lise', 'Omar'].map((given) => stateOf(world, given)))

  it('who came is noted without signing in, once; a look changes nothing, and says nobody’s address', async () => {
    const { world, link } = await asked()
    const b = world.browser()
    expect((await b.get(link.replace('attendance', 'answering'))).status).toBe(404)
    for (let look = 0; look < 3; look++) await b.get(link)
    expect(await states(world)).toEqual(['accepted', 'accepted', 'accepted'])
    expect([b.status, b.headers.get('cache-control'), b.html.includes('example.net')]).toEqual([200, 'no-store', false])
    expect(b.text).toContain('Ce lien est pour Bastien Moreau.')
    await b.choose('A participé', 'Yvon Paquette').choose('N’a pas participé', 'Lise Paquette').press('Enregistrer')
    expect([b.url, await states(world)]).toEqual([link, ['completed', 'no_show', 'accepted']])
    await b.press('Enregistrer')
    expect(b.text).toContain('Rien de nouveau à noter.')
    const { decided_by } = await world.deps.db
      .selectFrom('applications')
      .select('decided_by')
      .where('email', '=', mailOf('Yvon'))
      .executeTakeFirstOrThrow()
    expect(decided_by).toBe(world.id('bastien'))
  })

  it('notes nothing of another offer', async () => {
    const { world, link } = await asked()
    const { id } = await world.deps.db
      .selectFrom('applications')
      .select('id')
      .where('email', '=', mailOf('Omar'))
      .executeTakeFirstOrThrow()
    const b = await world.browser().post(link, { [`came_${id}`]: 'came' })
    expect([b.text.includes('Rien de nouveau à noter.'), await stateOf(world, 'Omar')]).toEqual([true, 'accepted'])
  })

  it.each<[string, (world: World) => Promise<unknown> | void]>([
    ['14 days later', (world) => world.clock.advance(14 * DAY)],
    [
      'when the person is no coordinator any more',
      ({ deps, id }) => deps.db.deleteFrom('people_roles').where('person_id', '=', id('bastien')).execute(),
    ],
    [
      'when their access is closed',
      ({ deps, clock, id }) =>
        deps.db.updateTable('people').set({ disabled_at: clock.iso() }).where('id', '=', id('bastien')).execute(),
    ],
  ])('the link is over %s', async (_when, change) => {
    const { world, link } = await asked()
    await change(world)
    expect((await world.browser().get(link)).status).toBe(404)
    expect((await world.browser().post(link, {})).status).toBe(404)
  })
})
