// SPDX-License-Identifier: AGPL-3.0-or-later
// A thread, because writing a mail in its encodings takes longer than the request that caused it. Started by smtp.ts.
import { parentPort, workerData } from 'node:worker_threads'
import { createTransport } from 'nodemailer'
import { isAboutThisMail, type SmtpFault, type ToSend } from './smtp.ts'

const transport = createTransport({
  url: (workerData as { url: string }).url,
  // One connection for one mail after the other: a new one for each takes several times as long as its mail.
  pool: true,
  maxConnections: 1,
  connectionTimeout: 10_000,
  greetingTimeout: 10_000,
  socketTimeout: 20_000,
  disableFileAccess: true,
  disableUrlAccess: true,
} as object)

/** One mail after the other; once the server is away, what else was given in the same round is not tried. */
function sendInOrder(port: NonNullable<typeof parentPort>): void {
  let before: Promise<void> = Promise.resolve()
  let awayIn = -1
  const send = async ({ id, round, mail }: ToSend): Promise<void> => {
    if (round <= awayIn) return port.postMessage({ id, isUntried: true })
    try {
      await transport.sendMail(mail)
      port.postMessage({ id })
    } catch (error) {
      // As text: of a fault of nodemailer's own, only the message would arrive.
      const { message, code, command, response, responseCode } = error as SmtpFault & Error
      if (!isAboutThisMail(error)) awayIn = round
      port.postMessage({ id, fault: { message, code, command, response, responseCode } })
    }
  }
  port.on('message', (toSend: ToSend) => {
    before = before.then(() => send(toSend))
  })
}

sendInOrder(parentPort!)
