// SPDX-License-Identifier: AGPL-3.0-or-later
// An SMTP server on loopback that keeps every mail, and a page that lists them. For the demonstration and tests.
import { randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import Handlebars from 'handlebars'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import { dateFormat } from '../base/intl.ts'

/** `replyTo`: the address to which an answer goes. */
export type CaughtMail = {
  at: string
  from: string
  to: string
  subject: string
  text: string
  html: string
  id: string
  replyTo: string
}
/** The Maildir of an address for answers; undefined when an answer goes to a person. */
type FolderOf = (address: string) => string | undefined
export type MailCatcher = {
  smtpUrl: string
  mails(): readonly CaughtMail[]
  /** @param folderOf with it, a mail can be answered on the page. */
  showOn(port: number, folderOf?: FolderOf): Promise<string>
  stop(): Promise<void>
}

const PAGE = Handlebars.compile(readFileSync(join(import.meta.dirname, 'mail-catcher.hbs'), 'utf8'))

function withLinks(text: string) {
  return text.split(/(https?:\/\/[^\s<>"]+)/).map((part) => (/^https?:/.test(part) ? { link: part } : { text: part }))
}

/** As the addressee of the mail would, by their mail program. */
async function answer(req: IncomingMessage, res: ServerResponse, mails: readonly CaughtMail[], folderOf: FolderOf) {
  const isOurs = ['same-origin', 'none', undefined].includes(req.headers['sec-fetch-site'] as string | undefined)
  const typed = new URLSearchParams(isOurs ? (await buffer(req)).toString() : '')
  const mail = mails.find(({ id }) => id === typed.get('mail'))
  const folder = mail && folderOf(mail.replyTo)
  if (folder) deliver(folder, mail, typed.get('text') ?? '')
  res.writeHead(303, { location: folder ? '/?sent' : '/' }).end()
}

function deliver(folder: string, { to, replyTo, id, text }: CaughtMail, words: string): void {
  const name = `${Date.now()}.${randomUUID()}.demo`
  const quoted = text.split('\n').map((line) => `> ${line}`)
  const lines = [
    `From: ${to}`,
    `To: ${replyTo}`,
    `Message-ID: <${randomUUID()}@demo.example>`,
    `In-Reply-To: ${id}`,
    'Content-Type: text/plain; charset=utf-8',
    '',
    words,
    '',
    ...quoted,
  ]
  for (const box of ['tmp', 'new']) mkdirSync(join(folder, box), { recursive: true })
  writeFileSync(join(folder, 'tmp', name), lines.join('\n'))
  renameSync(join(folder, 'tmp', name), join(folder, 'new', name))
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
              id: mail.messageId ?? '',
              replyTo: mail.replyTo?.[0]?.address ?? '',
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
    async showOn(at, folderOf = () => undefined) {
      page = createServer((req, res) => {
        if (req.url === '/mails.json')
          return void res.setHeader('content-type', 'application/json').end(JSON.stringify(mails))
        if (req.method === 'POST') return void answer(req, res, mails, folderOf).catch(() => res.writeHead(500).end())
        res.setHeader('content-type', 'text/html; charset=utf-8')
        const shown = mails.map((one) => ({
          ...one,
          parts: withLinks(one.text),
          isAnswered: folderOf(one.replyTo) !== undefined,
        }))
        res.end(PAGE({ mails: shown, isSent: req.url === '/?sent' }))
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
