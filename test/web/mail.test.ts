// SPDX-License-Identifier: AGPL-3.0-or-later
import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, expect, it } from '@jest/globals'
import { record } from '../../db/queries/events.ts'
import { HOUR, MINUTE, later } from '../../server/base/clock.ts'
import { startMailCatcher } from '../../server/demo/mail-catcher.ts'
import type { MailRequest } from '../../server/mail/compose.ts'
import { enqueueMail } from '../../server/mail/queue.ts'
import { transact } from '../../server/web/transact.ts'
import { startApp, stopApps, type World } from '../support/app.ts'
import { until } from '../support/processes.ts'
import { openSmtp, type TestSmtp } from '../support/smtp.ts'

const servers: { stop(): Promise<void> }[] = []
afterEach(async () => {
  await stopApps()
  for (const server of servers.splice(0)) await server.stop()
})

async function smtp(port?: number): Promise<TestSmtp> {
  const server = await openSmtp(port)
  servers.push(server)
  return server
}

async function withMail(url: string, env: Record<string, string> = {}): Promise<World> {
  return startApp({ env: { SMTP_URL: url, ...env } })
}

const mailRequest = (more: Partial<MailRequest> = {}): MailRequest => ({
  dedupe: 'test:1',
  to: 'chloe@example.org',
  name: 'Chloé Tremblay',
  locale: 'fr',
  template: 'accounts/password-changed',
  params: { name: 'Chloé', when: 'aujourd’hui', link: 'http://localhost:3000/password/forgot' },
  ...more,
})
async function write(world: World, more?: Partial<MailRequest>): Promise<void> {
  await transact(world.deps, (tx) => enqueueMail(tx, world.deps, mailRequest(more)))
  await world.settle()
}
const rows = (world: World) => world.deps.db.selectFrom('mails').selectAll().orderBy('id').execute()

it('a mail that an event causes leaves at once, not at the next round of the queues', async () => {
  const server = await smtp()
  const world = await startApp({ env: { SMTP_URL: server.url }, starts: false })
  await transact(world.deps, (tx) =>
    record(tx, { type: 'person.password_changed', at: world.clock.iso(), subject: world.id('chloe'), details: {} }),
  )
  await until(() => server.arrived.length === 1, 'the mail waits')
})

it('delivers a mail once, in text and HTML, in the name of the association and in the language of its reader', async () => {
  const server = await smtp()
  const world = await withMail(server.url, { MAIL_FROM: 'Ancien nom <bonjour@jardins.example>' })
  await write(world)
  await write(world)
  await write(world, { dedupe: 'test:2', locale: 'en' })
  expect(server.arrived).toHaveLength(2)
  const [french, english] = server.arrived
  const [row] = await rows(world)
  expect(french!.from).toBe('bonjour@jardins.example')
  expect(french!.to).toEqual(['chloe@example.org'])
  expect(french!.mail.from).toMatchObject({ name: 'Les Jardins du Canal', address: 'bonjour@jardins.example' })
  expect(french!.mail.to).toMatchObject([{ name: 'Chloé Tremblay', address: 'chloe@example.org' }])
  expect(french!.mail.messageId).toBe(`<${row!.id}@localhost>`)
  const header = (mail: typeof french, name: string) => mail!.mail.headers.find(({ key }) => key === name)?.value
  expect(header(french, 'content-language')).toBe('fr')
  expect(header(english, 'content-language')).toBe('en')
  expect(header(french, 'auto-submitted')).toBe('auto-generated')
  // An answer reaches people (public 21).
  expect(french!.mail.replyTo).toEqual([{ name: 'Les Jardins du Canal', address: 'contact@example.org' }])
  expect(french!.mail.text).toContain('Chloé')
  expect(french!.mail.html).toMatch(/<html lang="fr"/)
  expect(french!.mail.html).not.toMatch(/<script|<img[^>]+http/)
  expect(english!.mail.subject).not.toBe(french!.mail.subject)
})

it('keeps the subject and the date of a mail that left, and nothing of its text', async () => {
  const server = await smtp()
  const world = await withMail(server.url)
  await write(world)
  expect(await rows(world)).toMatchObject([
    { state: 'sent', body_text: '', body_html: '', last_error: null, attempts: 1 },
  ])
})

it('loses nothing while the server is away: each try waits longer, and the first good one delivers', async () => {
  const server = await smtp()
  await server.stop()
  const world = await withMail(server.url)
  await write(world)
  const state = async () =>
    (await rows(world)).map(({ state, attempts, last_error }) => [state, attempts, !!last_error])
  expect(await state()).toEqual([['queued', 1, true]])

  await world.settle()
  expect(await state()).toEqual([['queued', 1, true]])
  let tries = 1
  for (const wait of [1 * MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR]) {
    world.clock.advance(wait - 1000)
    await world.settle()
    expect(await state()).toEqual([['queued', tries, true]])
    world.clock.advance(1000)
    await world.settle()
    expect(await state()).toEqual([['queued', ++tries, true]])
  }

  const again = await smtp(server.port)
  world.clock.advance(6 * HOUR)
  await world.settle()
  expect(again.arrived).toHaveLength(1)
  expect(await state()).toEqual([['sent', tries + 1, false]])
})

it('gives a mail up after three days, shows it, and sends it when the operator asks', async () => {
  const server = await smtp()
  await server.stop()
  const world = await withMail(server.url)
  await write(world)
  for (let days = 0; days < 12; days += 1) {
    world.clock.advance(24 * HOUR)
    await world.settle()
  }
  expect(await rows(world)).toMatchObject([{ state: 'failed', attempts: 9 }])

  const again = await smtp(server.port)
  const b = await world.signIn('amina')
  await b.get('/operator/mails')
  expect(b.text).toContain('chloe@example.org')
  expect(b.text).toContain('9 essais')
  await b.press('Réessayer Votre mot de passe a changé')
  expect(b.text).toContain('Nous réessayons maintenant.')
  await world.settle()
  expect(again.arrived).toHaveLength(1)
})

it('connects once to a server that is away, however many mails wait', async () => {
  const server = await smtp()
  await server.stop()
  const world = await withMail(server.url)
  await transact(world.deps, async (tx) => {
    for (let count = 0; count < 12; count += 1)
      await enqueueMail(tx, world.deps, mailRequest({ dedupe: `test:${count}` }))
  })
  await world.settle()
  const tried = (await rows(world)).filter(({ attempts }) => attempts > 0)
  expect(tried.length).toBeLessThan(4)
  const again = await smtp(server.port)
  world.clock.advance(MINUTE)
  await world.settle()
  expect(again.arrived).toHaveLength(12)
})

it('sends in order, and puts back untried what it had in hand when the server goes away in the middle', async () => {
  const server = await smtp()
  server.leaveAfter(15)
  const world = await withMail(server.url)
  const dedupes = Array.from({ length: 30 }, (_one, at) => `test:${at + 10}`)
  await transact(world.deps, async (tx) => {
    for (const dedupe of dedupes) await enqueueMail(tx, world.deps, mailRequest({ dedupe, name: dedupe }))
  })
  await world.settle()
  const name = ({ mail }: (typeof server.arrived)[number]) => mail.to?.[0]?.name
  expect(server.arrived.map(name)).toEqual(dedupes.slice(0, 15))
  const waiting = (await rows(world)).filter(({ state }) => state === 'queued')
  expect(waiting.map(({ dedupe }) => dedupe)).toEqual(dedupes.slice(15))
  expect(waiting.filter(({ attempts }) => attempts > 0).length).toBeLessThan(4)
  expect(waiting.every(({ lease_until }) => lease_until === null)).toBe(true)
  const again = await smtp(server.port)
  world.clock.advance(MINUTE)
  await world.settle()
  expect(again.arrived.map(name).toSorted()).toEqual(dedupes.slice(15))
})

it('takes a refusal of the server as final, shows its words without the address, and goes on with the others', async () => {
  const server = await smtp()
  const world = await withMail(server.url)
  server.refuse(550)
  await write(world)
  server.refuse(undefined)
  await write(world, { dedupe: 'test:2', to: 'bastien@example.org' })
  expect(server.arrived.map(({ to }) => to)).toEqual([['bastien@example.org']])
  const [refused] = await rows(world)
  expect(refused).toMatchObject({ state: 'failed', attempts: 1 })
  expect(refused!.last_error).toContain('no such mailbox')
  expect(refused!.last_error).not.toContain('chloe@example.org')
})

it('tries a mail again that the server refuses only for the moment', async () => {
  const server = await smtp()
  const world = await withMail(server.url)
  server.refuse(451)
  await write(world)
  expect(await rows(world)).toMatchObject([{ state: 'queued', attempts: 1 }])
  server.refuse(undefined)
  world.clock.advance(MINUTE)
  await world.settle()
  expect(server.arrived).toHaveLength(1)
})

it('takes up a mail that a killed process had in hand once it has started again, under the same name', async () => {
  const server = await smtp()
  // As after a kill: claimed, perhaps sent, never settled.
  const before = (deps: World['deps']) =>
    transact(deps, async (tx) => {
      await enqueueMail(tx, deps, mailRequest())
      const lease_until = later(deps.clock.iso(), 2 * MINUTE)
      await tx.updateTable('mails').set({ state: 'sending', attempts: 1, lease_until }).execute()
    })
  const world = await startApp({ env: { SMTP_URL: server.url }, before })
  await world.settle()
  expect(server.arrived).toHaveLength(1)
  const [row] = await rows(world)
  expect(server.arrived[0]!.mail.messageId).toBe(`<${row!.id}@localhost>`)
  expect(row).toMatchObject({ state: 'sent', attempts: 2 })
})

it('leaves a mail to whoever has it in hand until the lease is over', async () => {
  const server = await smtp()
  const world = await withMail(server.url)
  await world.settle()
  const lease_until = later(world.clock.iso(), 2 * MINUTE)
  await transact(world.deps, async (tx) => {
    await enqueueMail(tx, world.deps, mailRequest())
    await tx.updateTable('mails').set({ state: 'sending', attempts: 1, lease_until }).execute()
  })
  await world.settle()
  expect(server.arrived).toHaveLength(0)
  world.clock.advance(2 * MINUTE)
  await world.settle()
  expect(server.arrived).toHaveLength(1)
})

it('cannot be made to write headers of its own', async () => {
  const server = await smtp()
  const world = await withMail(server.url)
  const evil = 'Chloé\r\nBcc: evil@example.net\r\n\r\nBonjour'
  await world.deps.db
    .updateTable('association')
    .set({ name: evil.slice(0, 60) })
    .execute()
  await write(world, { name: evil, params: { ...mailRequest().params, name: evil, site: evil } })
  await write(world, { dedupe: 'test:2', to: 'chloe@example.org\r\nBcc: evil@example.net' })
  for (const { raw, to, mail } of server.arrived) {
    const head = raw.split('\r\n\r\n')[0]!
    expect(head).not.toMatch(/^bcc:/im)
    expect(to.every((address) => !address.includes('evil'))).toBe(true)
    expect(mail.bcc ?? []).toEqual([])
  }
  expect(server.arrived.length).toBeGreaterThan(0)
})

it('keeps mails to be read when no mail server is set', async () => {
  const world = await startApp()
  await write(world)
  expect(await rows(world)).toMatchObject([{ state: 'kept', attempts: 0 }])
  expect((await rows(world))[0]!.body_text).toContain('Chloé')
})

it('sends what was kept once there is a mail server and the operator asks', async () => {
  const server = await smtp()
  const world = await withMail(server.url)
  await transact(world.deps, async (tx) => {
    await enqueueMail(tx, world.deps, mailRequest())
    await tx.updateTable('mails').set({ state: 'kept' }).execute()
  })
  const b = await world.signIn('amina')
  await b.get('/operator/mails?show=kept')
  await b.press('Tout réessayer')
  await world.settle()
  expect(server.arrived).toHaveLength(1)
})

it('arrives in the demonstration also after another sender was killed in the middle of a mail', async () => {
  const post = await startMailCatcher()
  servers.push(post)
  const { port, hostname } = new URL(post.smtpUrl)
  const dying = connect(Number(port), hostname)
  await once(dying, 'data')
  dying.write('EHLO here\r\nMAIL FROM:<a@example.org>\r\n')
  await once(dying, 'data')
  dying.resetAndDestroy()
  await write(await withMail(post.smtpUrl))
  expect(post.mails().map(({ to }) => to)).toEqual(['chloe@example.org'])
})

it('an answer that cannot be written on the page of the demonstration ends nothing else', async () => {
  const post = await startMailCatcher()
  servers.push(post)
  await write(await withMail(post.smtpUrl))
  const page = await post.showOn(0, () => '/dev/null')
  const body = new URLSearchParams({ mail: post.mails()[0]!.id, text: 'Bonjour' })
  expect((await fetch(`${page}/answers`, { method: 'POST', body })).status).toBe(500)
  expect((await fetch(page)).status).toBe(200)
})
