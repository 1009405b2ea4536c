// SPDX-License-Identifier: AGPL-3.0-or-later
// Notices to one person about one subject are one mail (pages F12).
import { afterEach, expect, it } from '@jest/globals'
import { findApplication } from '../../db/queries/applications.ts'
import { findOffer } from '../../db/queries/offers.ts'
import { findPerson, updatePerson } from '../../db/queries/people.ts'
import { tellTeam } from '../../server/applications/mails.ts'
import { remindOfHours } from '../../server/hours/timetable.ts'
import { FIRST_WAIT } from '../../server/mail/notice.ts'
import { HOUR, MINUTE } from '../../server/base/clock.ts'
import { enqueueMail, enqueueSome } from '../../server/mail/queue.ts'
import type { NoticeKind } from '../../server/model/notice-choices.ts'
import { saveNoticeChoices } from '../../server/accounts/commands/notices.ts'
import { erasePerson } from '../../server/privacy/erase.ts'
import { transact } from '../../server/web/transact.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import type { Name } from '../support/world.ts'
import { APPLICANT } from '../support/every-mail.ts'
import { fullWorld } from '../support/full-world.ts'
import { openSmtp, type TestSmtp } from '../support/smtp.ts'

const servers: TestSmtp[] = []
afterEach(async () => {
  await stopApps()
  for (const server of servers.splice(0)) await server.stop()
})

async function withSmtp(kind: 'association' | 'both' = 'both'): Promise<{ world: World; server: TestSmtp }> {
  const server = await openSmtp()
  servers.push(server)
  return { server, world: await startApp({ kind, env: { SMTP_URL: server.url } }) }
}

type Asked = { to?: Name; kind?: NoticeKind; line?: string }

async function request(world: World, n: number | string, { to = 'farid', kind = 'moderation', line }: Asked = {}) {
  const person = (await findPerson(world.deps.db, world.id(to)))!
  const link = `http://localhost:3000/moderation/${n}`
  const params = { name: person.given_name, offer: `Annonce ${n}`, association: 'Le Fournil', isUpdate: false, link }
  return {
    dedupe: `test:${to}:${kind}:${n}`,
    to: person.email,
    name: `${person.given_name} ${person.family_name}`,
    locale: 'fr',
    template: 'moderation/received' as const,
    notice: { kind, link, of: person, ...(line !== undefined && { line }) },
    params,
  }
}

async function write(world: World, n: number | string, asked?: Asked): Promise<void> {
  const mail = await request(world, n, asked)
  await transact(world.deps, (tx) => enqueueMail(tx, world.deps, mail))
}
async function pass(world: World, time: number): Promise<void> {
  world.clock.advance(time)
  await world.settle()
}
const fold = (text = '') => text.replaceAll(/[\u00a0\u202f]/g, ' ')
const subjects = (server: TestSmtp) => server.arrived.map(({ mail }) => fold(mail.subject))
const rows = (world: World) => world.deps.db.selectFrom('mails').selectAll().orderBy('id').execute()
const states = async (world: World) => (await rows(world)).map(({ template, state }) => `${template} ${state}`)

it('pages F12: 31 offers and 2 changes are one mail, with a line and a link each up to 20, in their order', async () => {
  const { world, server } = await withSmtp()
  for (let n = 1; n <= 33; n++) await write(world, n)
  await world.settle()
  expect(server.arrived).toHaveLength(0)
  await pass(world, 2 * MINUTE)
  expect(server.arrived.map(({ to, mail }) => [to, mail.subject])).toEqual([
    [['farid@example.org'], '33 annonces à relire'],
  ])
  const text = fold(server.arrived[0]!.mail.text)
  const at = (n: number) => text.indexOf(`À relire : Annonce ${n}\n  http://localhost:3000/moderation/${n}\n`)
  const found = Array.from({ length: 20 }, (_, n) => at(n + 1))
  expect(found.every((one) => one > 0)).toBe(true)
  expect(found).toEqual(found.toSorted((a, b) => a - b))
  expect(at(21)).toBe(-1)
  expect(text).toMatch(/Et 13 autres\.\s+Tout voir\s+http:\/\/localhost:3000\/moderation\n/)
  expect(server.arrived[0]!.mail.html).toContain('href="http://localhost:3000/moderation/20"')
  await pass(world, HOUR)
  expect(server.arrived).toHaveLength(1)
})

it('a notice that is alone leaves as it was written, and the next ones keep a quarter of an hour', async () => {
  const { world, server } = await withSmtp()
  await write(world, 1)
  await pass(world, FIRST_WAIT)
  expect(subjects(server)).toEqual(['À relire : Annonce 1'])
  for (const n of [2, 3, 4]) {
    await pass(world, 4 * MINUTE)
    await write(world, n)
  }
  await pass(world, 3 * MINUTE - 1)
  expect(server.arrived).toHaveLength(1)
  await pass(world, 1)
  expect(subjects(server).slice(1)).toEqual(['3 annonces à relire'])
  // After a quiet time the first is not held back.
  await pass(world, HOUR)
  await write(world, 5)
  await pass(world, 2 * MINUTE)
  expect(subjects(server).at(-1)).toBe('À relire : Annonce 5')
})

it('neither subjects nor people are mixed, and what is no notice leaves at once', async () => {
  const { world, server } = await withSmtp()
  for (const n of [1, 2]) {
    await write(world, n)
    await write(world, n, { to: 'amina' })
    await write(world, n, { kind: 'partners', line: `Le Fournil demande ${n}` })
  }
  const { notice: _notice, ...alone } = await request(world, 'seule')
  await transact(world.deps, (tx) => enqueueMail(tx, world.deps, alone))
  await world.settle()
  expect(subjects(server)).toEqual(['À relire : Annonce seule'])
  await pass(world, 2 * MINUTE)
  expect(server.arrived.slice(1).map(({ to, mail }) => `${to[0]} ${fold(mail.subject)}`)).toEqual([
    'farid@example.org 2 annonces à relire',
    'amina@example.org 2 annonces à relire',
    'farid@example.org 2 nouvelles de partenaires',
  ])
})

it('once they are stopped, what waits of that kind does not leave any more, and the others do', async () => {
  const { world, server } = await withSmtp()
  for (const n of [1, 2]) await write(world, n)
  await write(world, 3, { kind: 'partners', line: 'Le Fournil demande' })
  await write(world, 4, { to: 'amina' })
  await saveNoticeChoices(world.deps, { personId: world.id('farid') }, { moderation: 'none' })
  await pass(world, HOUR)
  expect(server.arrived.map(({ to, mail }) => `${to[0]} ${fold(mail.subject)}`).toSorted()).toEqual([
    'amina@example.org À relire : Annonce 4',
    'farid@example.org À relire : Annonce 3',
  ])
})

it('nothing is lost or twice when the mail server is away, and when the process dies with a list in its hand', async () => {
  const { world, server } = await withSmtp()
  await server.stop()
  for (const n of [1, 2]) await write(world, n)
  await pass(world, 2 * MINUTE)
  expect(await states(world)).toEqual([
    'moderation/received gathered',
    'moderation/received gathered',
    'notices/gathered queued',
  ])
  // Meanwhile others arrive; they become a list of their own, and the first is not gathered again.
  for (const n of [3, 4]) await write(world, n)
  await world.deps.db
    .updateTable('mails')
    .set({ state: 'sending', lease_until: world.clock.iso() })
    .where('template', '=', 'notices/gathered')
    .execute()
  const again = await openSmtp(server.port)
  servers.push(again)
  await pass(world, 15 * MINUTE)
  await pass(world, 15 * MINUTE)
  expect(subjects(again)).toEqual(['2 annonces à relire', '2 annonces à relire'])
  const text = fold(again.arrived.map(({ mail }) => mail.text).join(''))
  for (const n of [1, 2, 3, 4]) expect(text.split(`À relire : Annonce ${n}\n`)).toHaveLength(2)
  // What gives access is gone once it is sent.
  expect((await rows(world)).map(({ body_text, link }) => body_text + link).join('')).toBe('')
})

it('an event whose mails are written in parts writes none of them twice after they were gathered', async () => {
  const { world, server } = await withSmtp()
  const mails = await Promise.all(Array.from({ length: 12 }, (_, n) => request(world, n)))
  const some = () => transact(world.deps, (tx) => enqueueSome(tx, world.deps, mails))
  expect(await some()).toBe('more')
  await pass(world, 2 * MINUTE)
  expect(await some()).toBeUndefined()
  expect(await some()).toBeUndefined()
  await pass(world, HOUR)
  expect(subjects(server)).toEqual(['8 annonces à relire', '4 annonces à relire'])
})

async function choose(world: World, name: Name, choices: Record<string, string>): Promise<void> {
  await updatePerson(world.deps.db, world.id(name), { notice_choices: JSON.stringify(choices) })
}

it('a daily mail holds all kinds, at seven in the morning there; who wants none gets none', async () => {
  const { world, server } = await withSmtp()
  await choose(world, 'farid', { moderation: 'daily', partners: 'daily' })
  await choose(world, 'amina', { moderation: 'none' })
  await write(world, 1)
  await write(world, 2, { kind: 'partners', line: 'Le Fournil demande' })
  await write(world, 1, { to: 'amina' })
  const many = await Promise.all(Array.from({ length: 9 }, (_, n) => request(world, n, { to: 'amina' })))
  expect(await transact(world.deps, (tx) => enqueueSome(tx, world.deps, many))).toBeUndefined()
  world.clock.set('2026-11-23T05:59:59.000Z')
  await world.settle()
  expect(server.arrived).toHaveLength(0)
  world.clock.set('2026-11-23T06:00:00.000Z')
  await world.settle()
  expect(server.arrived.map(({ to, mail }) => [to[0], mail.subject])).toEqual([
    ['farid@example.org', '1 annonce à relire et 1 nouvelle d’un partenaire'],
  ])
  await write(world, 3)
  await pass(world, 23 * HOUR)
  expect(server.arrived).toHaveLength(1)
  await pass(world, HOUR)
  expect(subjects(server)[1]).toBe('À relire : Annonce 3')
})

it('a weekly mail comes on Monday morning, and nothing that nobody asked for comes at night', async () => {
  const { world, server } = await withSmtp()
  await choose(world, 'farid', { moderation: 'weekly', partners: 'weekly' })
  // A Monday, after seven.
  world.clock.set('2026-11-23T08:00:00.000Z')
  await write(world, 1)
  await write(world, 2, { kind: 'partners', line: 'Le Fournil demande' })
  world.clock.set('2026-11-30T05:59:59.000Z')
  await world.settle()
  expect(server.arrived).toHaveLength(0)
  world.clock.set('2026-11-30T06:00:00.000Z')
  await world.settle()
  expect(server.arrived.map(({ to, mail }) => [to[0], mail.subject])).toEqual([
    ['farid@example.org', '1 annonce à relire et 1 nouvelle d’un partenaire'],
  ])
  expect(server.arrived[0]!.raw).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click')
  world.clock.set('2026-11-30T22:00:00.000Z')
  await write(world, 3, { to: 'amina' })
  await write(world, 4, { to: 'amina' })
  await world.browser().post('/sign-in/link', { login: 'elise@example.org' })
  await pass(world, 2 * HOUR)
  expect(server.arrived.slice(1).map(({ to }) => to[0])).toEqual(['elise@example.org'])
  world.clock.set('2026-12-01T06:00:00.000Z')
  await world.settle()
  expect(server.arrived.slice(2).map(({ to, mail }) => [to[0], mail.subject])).toEqual([
    ['amina@example.org', '2 annonces à relire'],
  ])
})

it('each person chooses on their page, only of what they get, and a mail says where', async () => {
  const { world } = await withSmtp('association')
  const b = await world.signIn('bastien')
  await b.get('/my')
  await b.follow('Mes messages')
  expect(b.heading).toBe('Mes messages')
  const legends = [...b.document.querySelectorAll('legend')].map((one) => one.textContent!.trim())
  expect(legends).toEqual([
    'Les candidatures',
    'Les heures à valider',
    'Les personnes qui proposent leur aide',
    'Les annonces à prolonger ou à rouvrir',
    'Les réponses des centres à nos annonces',
    'Les signalements de visiteurs',
    'Les questions sur mes heures',
    'Mes heures habituelles, une fois par mois',
    'Un merci quand mes heures font un compte rond',
    'Les invitations à un coup de main',
  ])
  const chosen = () =>
    [...b.document.querySelectorAll('input[type=radio]')]
      .filter((one) => one.hasAttribute('checked'))
      .map((one) => one.getAttribute('value'))
  expect(chosen()).toEqual(Array(10).fill('gathered'))
  const gathered = {
    approvals: 'gathered',
    enquiries: 'gathered',
    decisions: 'gathered',
    reports: 'gathered',
    hours: 'gathered',
    usual: 'gathered',
    thanks: 'gathered',
    invitations: 'gathered',
  }
  const right = { applications: 'daily', offers: 'none', ...gathered }
  await b.post('/my/notices', right)
  expect(b.text).toContain('Vos choix sont gardés.')
  expect(chosen()).toEqual(['daily', 'gathered', 'gathered', 'none', ...Array(6).fill('gathered')])
  await b.post('/my/notices', { ...right, offers: 'yearly', moderation: 'none' })
  expect([b.status, b.text.includes('Choisissez quand ces messages arrivent.')]).toEqual([422, true])
  await b.post('/my/notices', { ...right, moderation: 'none' })
  const stored = (await findPerson(world.deps.db, world.id('bastien')))!.notice_choices
  expect(JSON.parse(stored)).toEqual(right)
  const mail = await request(world, 1, { to: 'bastien' })
  await transact(world.deps, (tx) => enqueueMail(tx, world.deps, mail))
  expect((await world.mails())[0]!.text).toContain('/my/notices')
})

it('very many within a quarter of an hour are lists of five hundred, so that no piece of writing is long', async () => {
  const { world, server } = await withSmtp()
  for (let n = 1; n <= 620; n++) await write(world, n)
  await pass(world, 2 * MINUTE)
  expect(subjects(server)).toEqual(['500 annonces à relire', '120 annonces à relire'])
  expect(await states(world)).toHaveLength(622)
})

it('an erased person goes out of lists that wait, and the other lines stay', async () => {
  const { world, server } = await withSmtp()
  await server.stop()
  await write(world, 'un')
  await write(world, 'deux', { line: 'Une candidature de Chloé Tremblay' })
  await write(world, 'trois')
  await pass(world, 2 * MINUTE)
  await erasePerson(world.deps, (await findPerson(world.deps.db, world.id('chloe')))!, null)
  // What the change woke has failed as well before the server is there again.
  await world.settle()
  const again = await openSmtp(server.port)
  servers.push(again)
  await pass(world, 15 * MINUTE)
  expect(again.arrived).toHaveLength(1)
  expect(again.arrived[0]!.raw + JSON.stringify(await rows(world))).not.toContain('Tremblay')
  expect(again.arrived[0]!.mail.text).toContain('Annonce un')
  expect(again.arrived[0]!.mail.text).toContain('Annonce trois')
})

it('when the contact of an offer wants no message, somebody else is told of who applies', async () => {
  const { world } = await fullWorld()
  const { db } = world.deps
  const told = async () => {
    const mails = await world.mails()
    return mails.filter(({ template }) => template === 'applications/withdrawn').map(({ to }) => to)
  }
  await choose(world, 'bastien', { applications: 'none' })
  const row = await db.selectFrom('applications').select('id').where('email', '=', APPLICANT).executeTakeFirstOrThrow()
  const application = (await findApplication(db, row.id))!
  const offer = (await findOffer(db, application.offer_id))!
  expect(offer.contact_id).toBe(world.id('bastien'))
  await transact(world.deps, (tx) =>
    tellTeam(tx, world.deps, application, offer, { template: 'withdrawn', dedupe: 'test:withdrawn' }),
  )
  expect(await told()).toEqual(['amina@example.org'])
})

it('hours that have waited for two days are told once a day at most, by numbers alone, to whoever wants it', async () => {
  const { world, server } = await withSmtp()
  const { db } = world.deps
  const chloe = await world.signIn('chloe')
  const david = await world.signIn('david')
  const { id: category } = await db.selectFrom('hours_categories').select('id').executeTakeFirstOrThrow()
  const enter = (b: typeof chloe, duration: string) =>
    b.post('/my/hours', { category, day_choice: 'other', day: '2026-11-20', duration })
  const told = async (time: number) => {
    world.clock.advance(time)
    await remindOfHours(world.deps)
    await remindOfHours(world.deps)
    await pass(world, MINUTE)
    return server.arrived.splice(0).map(({ to, mail }) => `${to}: ${fold(mail.text).split('\n')[2]}`)
  }
  await enter(chloe, '2h')
  await enter(chloe, '1h')
  await enter(david, '3h')
  expect(await told(47 * HOUR)).toEqual([])
  expect(await told(HOUR)).toEqual([
    'bastien@example.org: À valider : 3 saisies d’heures de 2 personnes. La plus ancienne attend depuis le dimanche 22 novembre.',
  ])
  // Nothing new has waited too long since, so the next days are quiet, and a week later it is said again.
  expect(await told(HOUR)).toEqual([])
  expect(await told(24 * HOUR)).toEqual([])
  expect(await told(6 * 24 * HOUR)).toHaveLength(1)
  await db.updateTable('hours_entries').set({ created_at: world.clock.iso() }).where('minutes', '=', 180).execute()
  expect(await told(47 * HOUR)).toEqual([])
  expect(await told(HOUR)).toHaveLength(1)
  // A coordinator who wants none is passed over; then the administrator is told.
  await updatePerson(db, world.id('bastien'), { notice_choices: '{"approvals":"none"}' })
  expect((await told(7 * 24 * HOUR)).map((line) => line.split(':')[0])).toEqual(['amina@example.org'])
  await db.updateTable('hours_entries').set({ state: 'approved' }).execute()
  expect(await told(30 * 24 * HOUR)).toEqual([])
})
