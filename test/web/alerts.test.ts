// SPDX-License-Identifier: AGPL-3.0-or-later
// New offers of a search or an association, by mail and without an account (product §6.4; J8, J20, J22, P13).
import { afterEach, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { endAlerts } from '../../server/alerts/timetable.ts'
import { sendDigests } from '../../server/alerts/digest.ts'
import { DAY } from '../../server/base/clock.ts'
import { personAsJson } from '../../server/privacy/export.ts'
import { erasePerson } from '../../server/privacy/erase.ts'
import { findPerson } from '../../db/queries/people.ts'
import { keepListing, putListing } from '../../server/public-offer/listing.ts'
import { transact } from '../../server/web/transact.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { publishOffer } from '../support/offer-form.ts'
import { CONTEURS, samplePublicOffer } from '../support/offers.ts'
import { openSmtp, type TestSmtp } from '../support/smtp.ts'

const servers: TestSmtp[] = []
afterEach(async () => {
  await stopApps()
  for (const server of servers.splice(0)) await server.stop()
})

const LISE = 'Lise@example.net'

async function begin(): Promise<{ world: World; server: TestSmtp }> {
  const server = await openSmtp()
  servers.push(server)
  return { server, world: await startApp({ kind: 'both', env: { SMTP_URL: server.url } }) }
}

type Put = Parameters<typeof samplePublicOffer>[0] & { title?: string }
async function arrives(world: World, { title = 'Lire', ...parts }: Put = {}): Promise<void> {
  const content = { title: { fr: title }, ...parts.content }
  const offer = samplePublicOffer({ ...parts, name: title.replaceAll(/\W/g, '-'), content })
  const standing = { ...offer.standing, publish_until: '2028-01-01T00:00:00.000Z' }
  await transact(world.deps, (tx) =>
    putListing(tx, world.deps, { offer: { ...offer, standing: { ...standing, ...parts.standing } }, origin: 'member' }),
  )
}

const unfolded = (raw: string) => raw.replaceAll(/\r\n[ \t]+/g, ' ')
const linkIn = (text = '', path = '') => new RegExp(`http://localhost:3000(${path}[^\\s<>"]*)`).exec(text)?.[1] ?? ''

/** Asks, opens the link and says yes. @returns the path of the page to change and stop it. */
async function follow(
  { world, server }: Awaited<ReturnType<typeof begin>>,
  search: string,
  rhythm = 'weekly',
  email = LISE,
): Promise<string> {
  const b = world.browser()
  await b.get(`/offers/follow${search}`)
  b.fill('Votre adresse e-mail', email).choose(
    rhythm === 'weekly' ? 'Une fois par semaine au plus' : 'Une fois par jour au plus',
  )
  await b.press('Recevoir les nouveaux coups de main')
  expect(b.url).toBe('/offers/follow/sent')
  await world.settle()
  const link = linkIn(server.arrived.at(-1)!.mail.text, '/alerts/new/')
  await b.get(link)
  await b.press('Oui, je veux les recevoir')
  expect(b.text).toContain('C’est fait')
  return b.url
}

async function morning(world: World, at: string): Promise<void> {
  world.clock.set(at)
  await sendDigests(world.deps)
  await world.settle()
}
const left = async ({ deps }: World) => ({
  subscribers: (await deps.db.selectFrom('alert_subscribers').selectAll().execute()).length,
  alerts: (await deps.db.selectFrom('alerts').selectAll().execute()).length,
  tokens: (await deps.db.selectFrom('tokens').selectAll().where('purpose', '=', 'alert').execute()).length,
  mails: (await deps.db.selectFrom('mails').selectAll().where('to_email', 'like', LISE).execute()).length,
})

it('counts only once the mailbox is proved, and a GET proves nothing', async () => {
  const { world, server } = await begin()
  const b = world.browser()
  await b.get('/offers?cause=education')
  expect(b.document.querySelector('a[href="/offers/follow?cause=education"]')).not.toBeNull()
  expect(b.text).toContain('Recevoir les nouveaux coups de main de cette recherche')
  await b.get('/offers/follow?cause=education')
  b.fill('Votre adresse e-mail', LISE).choose('Une fois par semaine au plus')
  await b.press('Recevoir les nouveaux coups de main')
  await world.settle()
  expect(server.arrived.map(({ to }) => to)).toEqual([[LISE]])
  const [mail] = server.arrived
  expect(mail!.raw).not.toContain('List-Unsubscribe')
  const link = linkIn(mail!.mail.text, '/alerts/new/')
  for (let n = 0; n < 2; n++) expect((await b.get(link)).status).toBe(200)
  expect(await left(world)).toMatchObject({ subscribers: 0, tokens: 1 })
  await b.press('Oui, je veux les recevoir')
  expect(b.document.querySelector('.plainlist')!.textContent).toContain('Éducation')
  expect(await left(world)).toMatchObject({ subscribers: 1, alerts: 1 })
  expect((await b.get(link)).status).toBe(410)
  expect(b.text).toContain('Ce lien ne marche plus')
  expect(world.logged.join()).not.toMatch(/lise@/i)
})

it('J8, J20: one mail a week with what is new in all searches of an address, found by the search itself', async () => {
  const all = await begin()
  const { world, server } = all
  await arrives(world, { title: 'Déjà là' })
  world.clock.advance(1000)
  await follow(all, '?place=Dijon%3B+Beaune&radius=10')
  await follow(all, '?q=camion', 'weekly', 'LISE@example.net')
  expect(await left(world)).toMatchObject({ subscribers: 1, alerts: 2 })
  world.clock.advance(1000)
  await arrives(world, { title: 'Lire à Dijon' })
  await arrives(world, { title: 'Conduire le camion', content: { places: [] } })
  await arrives(world, { title: 'Complet', standing: { applications: 'full' } })
  await arrives(world, { title: 'Plus tard', standing: { publish_from: '2026-11-28T08:00:00.000Z' } })
  await arrives(world, { title: 'Chanter', content: { places: [] } })
  const before = server.arrived.length
  await morning(world, '2026-11-29T06:59:00.000Z')
  expect(server.arrived).toHaveLength(before)
  await morning(world, '2026-11-29T07:00:00.000Z')
  await morning(world, '2026-11-29T07:20:00.000Z')
  expect(server.arrived).toHaveLength(before + 1)
  const { mail, raw } = server.arrived.at(-1)!
  expect(mail.subject).toBe('3 nouveaux coups de main pour vous')
  for (const title of ['Lire à Dijon', 'Conduire le camion', 'Plus tard']) expect(mail.text).toContain(`- ${title}\n`)
  for (const title of ['Déjà là', 'Complet', 'Chanter']) expect(mail.text).not.toContain(title)
  expect(mail.text).toContain('http://localhost:3000/offers?place=Dijon%3B+Beaune&radius=10&sort=newest')
  expect(unfolded(raw)).toMatch(/List-Unsubscribe: <http:\/\/localhost:3000\/alerts\/[\w-]+\/stop>/)
  expect(unfolded(raw)).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click')
  // Nothing new, no mail; what changes is not new.
  await arrives(world, { title: 'Lire à Dijon', revision: 2 })
  await morning(world, '2026-12-06T07:00:00.000Z')
  expect(server.arrived).toHaveLength(before + 1)
  world.clock.advance(1000)
  await arrives(world, { title: 'Encore à Dijon' })
  await morning(world, '2026-12-13T07:00:00.000Z')
  expect(server.arrived.at(-1)!.mail.subject).toBe('1 nouveau coup de main pour vous')
})

it('what two searches find is told and counted once', async () => {
  const all = await begin()
  const { world, server } = all
  await follow(all, '')
  world.clock.advance(1000)
  await follow(all, '?q=lire')
  world.clock.advance(1000)
  for (const title of ['Lire', 'Chanter', 'Lire encore']) await arrives(world, { title })
  await morning(world, '2026-11-29T07:00:00.000Z')
  const { subject, text = '' } = server.arrived.at(-1)!.mail
  expect([subject, text.match(/^- Lire/gm)]).toEqual(['3 nouveaux coups de main pour vous', ['- Lire', '- Lire']])
})

it('what comes in while mails are written is told the next time only', async () => {
  const all = await begin()
  const { world, server } = all
  await follow(all, '', 'daily')
  world.clock.set('2026-11-23T07:00:00.500Z')
  await arrives(world, { title: 'Pendant', standing: { publish_from: '2026-11-21T08:00:00.000Z' } })
  const before = server.arrived.length
  await morning(world, '2026-11-23T07:00:00.000Z')
  expect(server.arrived).toHaveLength(before)
  await morning(world, '2026-11-24T07:00:00.000Z')
  await morning(world, '2026-11-25T07:00:00.000Z')
  expect(server.arrived.slice(before).map(({ mail }) => mail.subject)).toEqual(['1 nouveau coup de main pour vous'])
})

it('an offer that was paused and goes on is not new again; one that was for members and is for all now is', async () => {
  const all = await begin()
  const { world, server } = all
  const b = await world.signIn('bastien')
  const offer = await publishOffer(b)
  const hidden = await publishOffer(b)
  const show = (visibility: 'members' | 'public') =>
    transact(world.deps, async (tx) => {
      await tx.updateTable('offers').set({ visibility }).where('id', '=', hidden).execute()
      await keepListing(tx, world.deps, hidden)
    })
  await world.deps.db.updateTable('offers').set({ first_listed_at: null }).where('id', '=', hidden).execute()
  await show('members')
  world.clock.advance(1000)
  await follow(all, '', 'daily')
  world.clock.advance(1000)
  await b.post(`/work/offers/${offer}/pause`, {})
  await b.post(`/work/offers/${offer}/resumption`, {})
  expect(await world.deps.db.selectFrom('listings').select('id').where('offer_id', '=', offer).execute()).toHaveLength(
    1,
  )
  const before = server.arrived.length
  await morning(world, '2026-11-23T07:00:00.000Z')
  expect(server.arrived).toHaveLength(before)
  world.clock.advance(1000)
  await show('public')
  await morning(world, '2026-11-24T07:00:00.000Z')
  expect(server.arrived.slice(before).map(({ mail }) => mail.subject)).toEqual(['1 nouveau coup de main pour vous'])
})

it('more than ten are behind a link, and once a day is once a day', async () => {
  const all = await begin()
  const { world, server } = all
  await follow(all, '', 'daily')
  world.clock.advance(1000)
  for (let n = 10; n < 22; n++) await arrives(world, { title: `Lire ${n}` })
  await morning(world, '2026-11-23T07:00:00.000Z')
  const { text = '' } = server.arrived.at(-1)!.mail
  expect(text.match(/^- Lire/gm)).toHaveLength(10)
  expect(text).toContain('Et 2 autres.')
})

it('J22: where nobody else is taken, the cause can be followed; at a centre, the association too', async () => {
  const all = await begin()
  const { world, server } = all
  await arrives(world, { title: 'Complet', standing: { applications: 'full' } })
  const { public_id: id } = await world.deps.db.selectFrom('listings').select('public_id').executeTakeFirstOrThrow()
  const b = world.browser()
  await b.get(`/offers/${id}`)
  const links = [...b.document.querySelectorAll('aside a')].map((one) => one.getAttribute('href')!)
  const cause = links.find((one) => one.startsWith('/offers/follow?cause='))!
  const association = links.find((one) => one.startsWith('/offers/follow?association='))!
  expect(cause).toBe('/offers/follow?cause=education')
  const path = await follow(all, association.replace('/offers/follow', ''))
  await b.get(path)
  expect(b.document.querySelector('.plainlist')!.textContent).toContain(CONTEURS.name)
  world.clock.advance(1000)
  await arrives(world, { title: 'Lire encore' })
  await arrives(world, { title: 'Ailleurs', association: { ...CONTEURS, uri: 'https://autres.example/actor' } })
  await morning(world, '2026-11-29T07:00:00.000Z')
  expect(server.arrived.at(-1)!.mail.subject).toBe('1 nouveau coup de main pour vous')
})

it('is stopped by one press in the mail program, and nothing is left (P13)', async () => {
  const all = await begin()
  const { world, server } = all
  await follow(all, '')
  world.clock.advance(1000)
  await arrives(world)
  await morning(world, '2026-11-29T07:00:00.000Z')
  const [, stop = ''] = /List-Unsubscribe: <http:\/\/localhost:3000([^>]+)>/.exec(unfolded(server.arrived.at(-1)!.raw))!
  const page = await world.browser().get(stop)
  expect(page.status).toBe(200)
  expect(await left(world)).toMatchObject({ subscribers: 1 })
  const press = () =>
    fetch(world.url + stop, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'cross-site' },
      body: 'List-Unsubscribe=One-Click',
    })
  expect([(await press()).status, (await press()).status]).toEqual([200, 200])
  expect(await left(world)).toEqual({ subscribers: 0, alerts: 0, tokens: 0, mails: 0 })
  // No other address of the site takes a form without its proof.
  const other = await fetch(world.url + stop.replace('/stop', '/renewal'), {
    method: 'POST',
    headers: { 'sec-fetch-site': 'cross-site' },
  })
  expect(other.status).toBe(403)
})

it('shows all that is kept, changes the rhythm, and ends with the last search', async () => {
  const all = await begin()
  const { world } = all
  const path = await follow(all, '?q=lire')
  await follow(all, '?cause=education')
  const b = world.browser()
  const kept = (await (await fetch(`${world.url}${path}/data.json`)).json()) as Record<string, unknown>
  expect(kept).toMatchObject({ email: LISE, rhythm: 'weekly', locale: 'fr' })
  expect(kept['alerts']).toMatchObject([{ query: '?q=lire' }, { query: '?cause=education' }])
  await b.get(path)
  b.choose('Une fois par jour au plus')
  await b.press('Enregistrer')
  expect(b.text).toContain('C’est enregistré')
  const row = await world.deps.db.selectFrom('alert_subscribers').selectAll().executeTakeFirstOrThrow()
  expect([row.rhythm, row.next_at]).toEqual(['daily', '2026-11-23T07:00:00.000Z'])
  await b.press('Arrêter « lire »')
  expect(await left(world)).toMatchObject({ alerts: 1 })
  await b.press('Arrêter Éducation et formation')
  expect(b.text).toContain('C’est arrêté')
  expect(await left(world)).toEqual({ subscribers: 0, alerts: 0, tokens: 0, mails: 0 })
  expect((await b.get(path)).status).toBe(410)
})

it('ends by itself after a year, with one question before', async () => {
  const all = await begin()
  const { world, server } = all
  const path = await follow(all, '')
  const jump = async (days: number) => {
    world.clock.advance(days * DAY)
    await endAlerts(world.deps)
    await world.settle()
  }
  await jump(330)
  expect(server.arrived).toHaveLength(1)
  await jump(6)
  await jump(1)
  const [, question, ...others] = server.arrived.map(({ mail }) => mail.subject)
  expect([question, others]).toEqual([expect.stringContaining('Voulez-vous continuer'), []])
  const b = world.browser()
  await b.get(path)
  await b.press('Oui, continuer un an')
  await jump(40)
  expect(await left(world)).toMatchObject({ subscribers: 1 })
  // A clock that jumps far ahead asks first.
  await jump(800)
  expect(await left(world)).toMatchObject({ subscribers: 1 })
  await jump(31)
  expect(await left(world)).toEqual({ subscribers: 0, alerts: 0, tokens: 0, mails: 0 })
})

it('an address that nobody confirms is forgotten, and one that does not exist too', async () => {
  const all = await begin()
  const { world, server } = all
  await world.browser().post('/offers/follow', { email: LISE, rhythm: 'daily', search: '' })
  const link = await world.linkFor(LISE).catch(() => linkIn(server.arrived.at(-1)!.mail.text, '/alerts/new/'))
  world.clock.advance(3 * DAY)
  expect((await world.browser().get(link)).status).toBe(410)
  await follow(all, '')
  world.clock.advance(1000)
  await arrives(world)
  server.refuse(550)
  await morning(world, '2026-12-02T07:00:00.000Z')
  expect(await left(world)).toMatchObject({ subscribers: 0, alerts: 0, mails: 0 })
})

it.each([
  [550, '5.7.1 relaying denied'],
  [552, '5.2.2 mailbox full'],
  [554, 'rejected as spam'],
  [450, 'come back later'],
])('a mail that is refused otherwise (%s %s) ends no subscription', async (code, text) => {
  const all = await begin()
  const { world, server } = all
  await follow(all, '')
  world.clock.advance(1000)
  await arrives(world)
  server.refuse(code, text)
  await morning(world, '2026-11-29T07:00:00.000Z')
  for (let n = 0; n < 10; n++) {
    world.clock.advance(DAY)
    await world.settle()
  }
  const states = await world.deps.db
    .selectFrom('mails')
    .select('state')
    .where('template', '=', 'alerts/digest')
    .execute()
  expect(states).toEqual([{ state: 'failed' }])
  expect(await left(world)).toMatchObject({ subscribers: 1, alerts: 1 })
})

it('nothing is left of an address, however it was written, nor a link that waits to be opened', async () => {
  const all = await begin()
  const { world, server } = all
  const path = await follow(all, '')
  await follow(all, '?q=lire', 'weekly', LISE.toUpperCase())
  await world.browser().post('/offers/follow', { email: LISE, rhythm: 'daily', search: '?q=chanter' })
  await world.settle()
  expect(await left(world)).toEqual({ subscribers: 1, alerts: 2, tokens: 3, mails: 3 })
  server.refuse(550, '5.1.1 unknown')
  world.clock.advance(1000)
  await arrives(world)
  await morning(world, '2026-11-22T07:00:00.000Z')
  await world.deps.db.updateTable('alert_subscribers').set({ next_at: '2026-11-22T07:00:00.000Z' }).execute()
  await morning(world, '2026-11-23T08:00:00.000Z')
  expect(await left(world)).toEqual({ subscribers: 0, alerts: 0, tokens: 0, mails: 0 })
  expect((await world.browser().get(path)).status).toBe(410)
})

it('one that fails keeps no other back and is tried the next day', async () => {
  const all = await begin()
  const { world, server } = all
  await follow(all, '')
  await follow(all, '?q=lire', 'weekly', 'paul@example.net')
  world.clock.advance(1000)
  await arrives(world)
  const broken = world.deps.db.updateTable('alert_subscribers').where('email', '=', LISE)
  await broken.set({ locale: 'no-such', next_at: '2026-11-01T00:00:00.000Z' }).execute()
  await morning(world, '2026-11-29T07:00:00.000Z')
  expect(server.arrived.at(-1)!.to).toEqual(['paul@example.net'])
  expect(world.logged.join()).toContain('the new offers of an address could not be found')
  expect(world.logged.join()).not.toMatch(/lise@|paul@/i)
  const rows = await world.deps.db.selectFrom('alert_subscribers').select(['email', 'next_at']).execute()
  expect(rows.find(({ email }) => email === LISE)!.next_at).toBe('2026-11-30T07:00:00.000Z')
})

it('belongs to the data of whoever has that mailbox here, and goes with them', async () => {
  const all = await begin()
  const { world } = all
  await follow(all, '?q=lire', 'weekly', 'chloe@example.org')
  await world.browser().post('/offers/follow', { email: 'chloe@example.org', rhythm: 'daily', search: '' })
  const chloe = (await findPerson(world.deps.db, world.id('chloe')))!
  let json = ''
  for await (const piece of personAsJson(world.deps, chloe)) json += piece
  expect(json).toContain('"table":"alert_subscribers"')
  expect(json).toContain('"query":"?q=lire"')
  await erasePerson(world.deps, chloe, null)
  expect(await left(world)).toMatchObject({ subscribers: 0, alerts: 0, tokens: 0 })
})

it('nobody is flooded: after five mails to a mailbox nothing leaves, and the page is the same', async () => {
  const { world, server } = await begin()
  for (let n = 0; n < 7; n++) {
    const b = world.browser()
    await b.post('/offers/follow', { email: LISE, rhythm: 'weekly', search: `?q=mot${n}` })
    expect(b.url).toBe('/offers/follow/sent')
  }
  await world.browser().post('/offers/follow', { email: 'x@example.net', rhythm: 'weekly', search: '', topic: 'spam' })
  await world.settle()
  expect(server.arrived.map(({ to }) => to)).toEqual(Array.from({ length: 5 }, () => [LISE]))
})

it('a form with faults keeps the search', async () => {
  const { world } = await begin()
  const b = world.browser()
  await b.get('/offers/follow?cause=education')
  b.fill('Votre adresse e-mail', 'lise')
  await b.press('Recevoir les nouveaux coups de main')
  expect(b.status).toBe(422)
  expect(b.document.querySelector('[name=search]')!.getAttribute('value')).toBe('?cause=education')
  expect(b.text).toContain('Éducation')
})

const anywhere = async ({ deps }: World, text: string) => {
  const tables = await sql<{ name: string }>`select name from sqlite_schema where type = 'table'`.execute(deps.db)
  const found: string[] = []
  for (const { name } of tables.rows) {
    const { rows } = await sql`select * from ${sql.table(name)}`.execute(deps.db)
    if (JSON.stringify(rows).toLowerCase().includes(text)) found.push(name)
  }
  return found
}

it('J21: a site that cannot send says so, and keeps what was typed on the page alone', async () => {
  const world = await startApp({ kind: 'both' })
  await arrives(world, { title: 'Lire' })
  const { public_id: id } = await world.deps.db.selectFrom('listings').select('public_id').executeTakeFirstOrThrow()
  const b = world.browser()
  await b.get(`/offers/${id}/forward`)
  b.fill('L’adresse e-mail de votre proche', 'ami@example.net').fill('Votre prénom', 'Yvon')
  await b.press('Envoyer')
  expect([b.status, b.text.includes('n’envoie pas encore de messages')]).toEqual([422, true])
  expect(b.value('Votre prénom')).toBe('Yvon')
  expect(await anywhere(world, 'ami@example.net')).toEqual([])
})

it('J21: an offer is sent to a friend, whose address is nowhere afterwards', async () => {
  const { world, server } = await begin()
  await arrives(world, { title: 'Lire' })
  const { public_id: id } = await world.deps.db.selectFrom('listings').select('public_id').executeTakeFirstOrThrow()
  const b = world.browser()
  await b.get(`/offers/${id}`)
  await b.follow('Envoyer à un proche')
  b.fill('L’adresse e-mail de votre proche', 'ami@example.net')
    .fill('Votre prénom', 'Yvon')
    .fill('Un mot', 'Viens sur www.arnaque.example')
  await b.press('Envoyer')
  expect([b.status, b.text.includes('sans adresse de site')]).toEqual([422, true])
  for (const name of ['Gagnez sur casino-x.com', 'Yvon bit.ly/gagner']) {
    b.fill('Un mot', 'On y va ensemble ?').fill('Votre prénom', name)
    await b.press('Envoyer')
    expect([name, b.status, Object.keys(b.errors())]).toEqual([name, 422, ['Votre prénom']])
  }
  b.fill('Votre prénom', 'Yvon')
  await b.press('Envoyer')
  expect([b.url, b.text.includes('C’est envoyé')]).toEqual([`/offers/${id}`, true])
  await world.settle()
  expect(server.arrived.map(({ to }) => to)).toEqual([['ami@example.net']])
  const { text = '', subject = '' } = server.arrived[0]!.mail
  expect(subject).toContain('Yvon pense à vous')
  expect(text).toContain('On y va ensemble')
  expect(text).toContain(`http://localhost:3000/offers/${id}\n`)
  expect(await anywhere(world, 'ami@example.net')).toEqual([])
  expect(world.logged.join()).not.toContain('ami@')
  // Also when there is no such mailbox, and for programs and crowds.
  server.refuse(550)
  await b.post(`/offers/${id}/forward`, { email: 'faux@example.net', name: 'Yvon', word: '' })
  await world.settle()
  expect(await anywhere(world, 'faux@example.net')).toEqual([])
  server.refuse(undefined)
  await b.post(`/offers/${id}/forward`, { email: 'ami@example.net', name: 'Yvon', word: '', topic: 'x' })
  for (let n = 0; n < 8; n++)
    await b.post(`/offers/${id}/forward`, { email: `a${n}@example.net`, name: 'Yvon', word: '' })
  expect(b.status).toBe(429)
  await world.settle()
  expect(server.arrived.length).toBeLessThan(9)
})
