// SPDX-License-Identifier: AGPL-3.0-or-later
// A thread, because writing a mail in its encodings takes longer than the request that caused it. Started by smtp.ts.
import { parentPort, workerData } from 'node:worker_threads'
import { createTransport, type SendMailOptions } from 'nodemailer'
import type { SmtpFault } from './smtp.ts'

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

parentPort!.on('message', (mail: SendMailOptions) => {
  transport.sendMail(mail).then(
    () => parentPort!.postMessage(null),
    // As text: of a fault of nodemailer's own, only the message would arrive.
    ({ message, code, command, response, responseCode }: SmtpFault & Error) =>
      parentPort!.postMessage({ message, code, command, response, responseCode }),
  )
})
