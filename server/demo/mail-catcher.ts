// SPDX-License-Identifier: AGPL-3.0-or-later
// An SMTP server on loopback that keeps every mail, and a page that lists them. For the demonstration and tests.
import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import Handlebars from 'handlebars'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import { dateFormat } from '../base/intl.ts'

export type CaughtMail = { at: string; from: string; to: string; subject: string; text: string; html: string }
export type MailCatcher = {
  smtpUrl: string
  mails(): readonly CaughtMail[]
  showOn(port: number): Promise<string>
  stop(): Promise<void>
}

const PAGE = Handlebars.compile(readFileSync(join(import.meta.dirname, 'mail-catcher.hbs'), 'utf8'))

function withLinks(text: string) {
  return text.split(/(https?:\/\/[^\s<>"]+)/).map((part) => (/^https?:/.test(part) ? { link: part } : { text: part }))
}

/** Listens on 127.0.0.1, by default on a free port. Nothing is sent on. */
export async function startMailCatcher(smtpPort = 0): Promise<MailCatcher> {
  const mails: CaughtMail[] = []
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    onData(stream, _session, done) {
      buffer(stream)
        .then((bytes) => PostalMime.parse(bytes))
        .then(
          (mail) => {
            mails.unshift({
              at: dateFormat('fr-CA', { dateStyle: 'short', timeStyle: 'medium' }).format(new Date()),
              from: [mail.from?.name, mail.from?.address].filter(Boolean).join(' '),
              to: (mail.to ?? []).map(({ address }) => address ?? '').join(', '),
              subject: mail.subject ?? '',
              text: mail.text ?? '',
              html: mail.html ?? '',
            })
            done()
          },
          (error: Error) => done(error),
        )
    },
  })
  // A sender that is stopped closes its connection early and sends the mail again later.
  smtp.on('error', () => {})
  await new Promise<void>((resolve) => smtp.listen(smtpPort, '127.0.0.1', () => resolve()))
  const { port } = smtp.server.address() as AddressInfo
  let page: Server | undefined
  return {
    smtpUrl: `smtp://127.0.0.1:${port}?ignoreTLS=true`,
    mails: () => mails,
    async showOn(at) {
      page = createServer((req, res) => {
        if (req.url === '/mails.json')
          return void res.setHeader('content-type', 'application/json').end(JSON.stringify(mails))
        res.setHeader('content-type', 'text/html; charset=utf-8')
        res.end(PAGE({ mails: mails.map((one) => ({ ...one, parts: withLinks(one.text) })) }))
      })
      await new Promise<void>((resolve, reject) => {
        page!.once('error', reject)
        page!.listen(at, '127.0.0.1', () => resolve())
      })
      return `http://localhost:${(page.address() as AddressInfo).port}`
    },
    async stop() {
      page?.closeAllConnections()
      page?.close()
      await new Promise<void>((resolve) => smtp.close(() => resolve()))
    },
  }
}
