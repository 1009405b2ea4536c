// SPDX-License-Identifier: AGPL-3.0-or-later
// A mailbox that does not exist is told to whoever can act (public 20).
import { afterEach, expect, it } from '@jest/globals'
import { findPerson } from '../../db/queries/people.ts'
import { MINUTE } from '../../server/base/clock.ts'
import { enqueueMail } from '../../server/mail/queue.ts'
import { transact } from '../../server/web/transact.ts'
import { fullWorld } from '../support/full-world.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { openSmtp, type TestSmtp } from '../support/smtp.ts'

const servers: TestSmtp[] = []
afterEach(async () => {
  await stopApps()
  for (const server of servers.splice(0)) await server.stop()
})

async function withSmtp(): Promise<{ world: World; server: TestSmtp }> {
  const server = await openSmtp()
  servers.push(server)
  return { server, world: await startApp({ env: { SMTP_URL: server.url } }) }
}
const fold = (text = '') => text.replaceAll(/[\u00a0\u202f]/g, ' ')
const notices = async (world: World) =>
  (await world.mails()).filter(({ template }) => template.endsWith('/undelivered'))

it('public 20: an invitation that is refused for good is on the card, and the team is told once, with the telephone', async () => {
  const { world, server } = await withSmtp()
  const b = await world.signIn('bastien')
  server.refuse(550)
  const noe = {
    given_name: 'Noé',
    family_name: 'Inventé',
    email: 'noe@example.net',
    phone: '03 80 11 22 33',
    locale: 'fr',
  }
  await b.post('/work/people/new', noe)
  const card = b.url
  expect(b.text).not.toContain('n’est pas arrivé')
  await world.settle()
  server.refuse(undefined)
  await b.get(card)
  expect(b.text).toContain('Notre message à Noé n’est pas arrivé')
  world.clock.advance(2 * MINUTE)
  await world.settle()
  expect((await notices(world)).map(({ to }) => to)).toEqual(['bastien@example.org'])
  const { mail } = server.arrived.at(-1)!
  expect(fold(mail.subject)).toBe('Noé Inventé ne reçoit pas nos messages')
  expect(mail.text).toContain('noe@example.net')
  const id = (
    await world.deps.db.selectFrom('people').selectAll().where('given_name', '=', 'Noé').executeTakeFirstOrThrow()
  ).id
  expect(mail.text).toContain(`/work/people/${id}`)
  // A second refusal on the same day is on the card only.
  server.refuse(550)
  await b.get(card)
  await b.press('L’envoyer de nouveau')
  await world.settle()
  expect(await notices(world)).toHaveLength(1)
  // Corrected: what arrives takes the notice off the card.
  server.refuse(undefined)
  await b.post(`${card}/contact`, { ...noe, email: 'noe.bon@example.net' })
  await world.settle()
  await b.get(card)
  expect(b.text).not.toContain('n’est pas arrivé')
})

it('public 20: an application with an address that does not exist: the applicant can read it, the team gets the telephone', async () => {
  const { world } = await fullWorld()
  const { db } = world.deps
  const offer = await db.selectFrom('offers').select('id').where('state', '=', 'published').executeTakeFirstOrThrow()
  const visitor = world.browser()
  const person = { given_name: 'Lea', family_name: 'Inventée', email: 'lea@example.net', phone: '02 61 91 33 07' }
  await visitor.post(`/offers/${offer.id}/apply`, { ...person, ticks: 'licence_b', age: 'on' })
  expect(visitor.text).not.toContain('cette adresse ne marche pas')
  const server = await openSmtp()
  servers.push(server)
  const mail = await db.selectFrom('mails').selectAll().where('to_email', '=', person.email).executeTakeFirstOrThrow()
  expect(mail.about).toMatch(/^application:/)
  server.refuse(550)
  Object.assign(world.deps.config, { smtpUrl: server.url })
  await world.settle()
  await db.updateTable('mails').set({ state: 'queued', attempts: 0 }).where('id', '=', mail.id).execute()
  await world.settle()
  await visitor.get(visitor.url)
  expect(visitor.text).toContain('Le message n’est pas arrivé à lea@example.net')
  const [notice] = await notices(world)
  expect([notice!.to, fold(notice!.subject)]).toEqual([
    'bastien@example.org',
    'Lea Inventée ne reçoit pas nos messages : Servir la soupe',
  ])
  expect(fold(notice!.text)).toMatch(/Appelez, s’il vous plaît : 02 61 91 33 07\n[^]*\/work\/applications\/new\?offer=/)
})

it('P13: a mailbox that refuses a notice is on the card of its person, and the team is told once', async () => {
  const { world, server } = await withSmtp()
  const { deps } = world
  const amina = (await findPerson(deps.db, world.id('amina')))!
  const link = 'http://localhost:3000/partners/1'
  const write = (n: number) =>
    transact(deps, (tx) =>
      enqueueMail(tx, deps, {
        dedupe: `test:${n}`,
        to: amina.email,
        name: 'Amina Benali',
        locale: 'fr',
        template: 'hours/returned',
        notice: { kind: 'hours', link, line: `Ligne ${n}`, of: amina },
        params: {},
      }),
    )
  await write(1)
  await write(2)
  server.refuse(550)
  world.clock.advance(2 * MINUTE)
  await world.settle()
  server.refuse(undefined)
  world.clock.advance(20 * MINUTE)
  await world.settle()
  const b = await world.signIn('bastien')
  await b.get(`/work/people/${amina.id}`)
  expect(b.text).toContain('Notre message à Amina n’est pas arrivé')
  const told = server.arrived.filter(({ mail }) => fold(mail.subject).includes('ne reçoit pas nos messages'))
  expect(told.map(({ to }) => to)).toEqual([['bastien@example.org']])
  expect(fold(told[0]!.mail.text)).toContain('Un message pour Amina Benali n’a pas pu arriver')
  await write(3)
  world.clock.advance(20 * MINUTE)
  await world.settle()
  await b.get(`/work/people/${amina.id}`)
  expect(b.text).not.toContain('n’est pas arrivé')
})
