// SPDX-License-Identifier: AGPL-3.0-or-later
import type { AddressInfo, Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer } from 'smtp-server'

export type Arrived = { from: string; to: string[]; raw: string; mail: Email }
export type TestSmtp = {
  url: string
  port: number
  arrived: Arrived[]
  /** The next recipients are refused with this code and text; undefined ends that. */
  refuse(code: number | undefined, text?: string): void
  /** It breaks every connection off when that many mails have arrived, and takes no other. */
  leaveAfter(mails: number): void
  readonly connections: number
  stop(): Promise<void>
}

export async function openSmtp(port = 0): Promise<TestSmtp> {
  const arrived: Arrived[] = []
  let refusal: number | undefined
  let said = ''
  let connections = 0
  let most = Infinity
  const sockets = new Set<Socket>()
  const smtp = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    logger: false,
    onConnect(_session, done) {
      connections += 1
      done()
    },
    onMailFrom(_address, _session, done) {
      if (arrived.length < most) return done()
      smtp.server.close()
      sockets.forEach((socket) => socket.destroy())
    },
    onRcptTo({ address }, _session, done) {
      if (refusal === undefined) return done()
      done(Object.assign(new Error(`${said}: ${address}`), { responseCode: refusal }))
    },
    onData(stream, session, done) {
      const { mailFrom, rcptTo } = session.envelope
      void buffer(stream).then(async (bytes) => {
        const from = mailFrom ? mailFrom.address : ''
        const to = rcptTo.map(({ address }) => address)
        arrived.push({ from, to, raw: bytes.toString('utf8'), mail: await PostalMime.parse(bytes) })
        done()
      })
    },
  })
  smtp.on('error', () => {})
  smtp.server.on('connection', (socket) => sockets.add(socket))
  await new Promise<void>((resolve) => smtp.listen(port, '127.0.0.1', () => resolve()))
  const at = (smtp.server.address() as AddressInfo).port
  return {
    url: `smtp://127.0.0.1:${at}?ignoreTLS=true`,
    port: at,
    arrived,
    refuse(code, text = 'no such mailbox') {
      refusal = code
      said = text
    },
    leaveAfter(mails) {
      most = mails
    },
    get connections() {
      return connections
    },
    stop: () => new Promise<void>((resolve) => smtp.close(() => resolve())),
  }
}
