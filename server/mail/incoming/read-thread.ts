// SPDX-License-Identifier: AGPL-3.0-or-later
// A thread, because a mail of many parts takes longer to read than a request may wait. Started by reader.ts.
import { parentPort, workerData } from 'node:worker_threads'
import { readMail, type Setting } from './read-mail.ts'

parentPort!.on('message', (bytes: Uint8Array) => {
  readMail(bytes, workerData as Setting).then(
    (mail) => parentPort!.postMessage(mail),
    () => parentPort!.postMessage(null),
  )
})
