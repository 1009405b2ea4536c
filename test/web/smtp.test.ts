// SPDX-License-Identifier: AGPL-3.0-or-later
// Mails are written and sent in a thread of their own: what it says of a fault, and what becomes of one that ends.
import { afterEach, expect, it } from '@jest/globals'
import { Smtp, Untried } from '../../server/mail/smtp.ts'
import { openSmtp, type TestSmtp } from '../support/smtp.ts'

const mail = { from: 'a@example.org', to: 'b@example.org', subject: 'Bonjour', text: 'À demain' }
let server: TestSmtp
let smtp: Smtp | undefined
afterEach(async () => {
  smtp?.close()
  await server.stop()
})

it('a refusal comes with its code, command and answer; the next mail goes', async () => {
  server = await openSmtp()
  smtp = new Smtp(server.url)
  server.refuse(550)
  const fault = { code: 'EENVELOPE', command: 'RCPT TO', responseCode: 550, response: expect.stringContaining('550') }
  await expect(smtp.send(mail)).rejects.toMatchObject(fault)
  server.refuse(undefined)
  await smtp.send(mail)
  expect(server.arrived.map(({ mail: { text } }) => text?.trim())).toEqual(['À demain'])
})

it('a server that is away is a fault without an answer; once it is there the next mail goes', async () => {
  server = await openSmtp()
  smtp = new Smtp(server.url)
  await server.stop()
  const fault = await smtp.send(mail).catch((error: unknown) => error)
  expect([fault, Object(fault).responseCode]).toEqual([expect.any(Error), undefined])
  server = await openSmtp(server.port)
  await smtp.send(mail)
  expect(server.arrived).toHaveLength(1)
})

it('several are given at once and arrive in order; where the server goes away, the others are not tried', async () => {
  server = await openSmtp()
  smtp = new Smtp(server.url)
  const subjects = ['un', 'deux', 'trois', 'quatre']
  await Promise.all(subjects.map((subject) => smtp!.send({ ...mail, subject })))
  expect(server.arrived.map(({ mail: { subject } }) => subject)).toEqual(subjects)
  server.leaveAfter(5)
  const outcomes = await Promise.allSettled(subjects.map((subject) => smtp!.send({ ...mail, subject })))
  const faults = outcomes.map((one) => (one.status === 'fulfilled' ? 'sent' : one.reason instanceof Untried))
  expect(faults).toEqual(['sent', false, true, true])
  const again = await openSmtp(server.port)
  await smtp.send(mail)
  expect(again.arrived).toHaveLength(1)
  await again.stop()
})

it('a thread that ends says so of the mail it had, and another begins', async () => {
  server = await openSmtp()
  smtp = new Smtp(server.url)
  const sent = smtp.send(mail)
  smtp.close()
  await expect(sent).rejects.toThrow('the thread that sends mails ended')
  await smtp.send(mail)
  expect(server.arrived).toHaveLength(1)
})

it('why a thread could not begin is said of the mail', async () => {
  server = await openSmtp()
  smtp = new Smtp('smtp://[')
  await expect(smtp.send(mail)).rejects.toThrow('Invalid URL')
})
