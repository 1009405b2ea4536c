// SPDX-License-Identifier: AGPL-3.0-or-later
// A thread, because the copy of a large database takes seconds. Started by nightly.ts.
import { parentPort, workerData } from 'node:worker_threads'
import { textsFor } from '../../config/node/texts.js'
import { writeBackup } from './backup.ts'

const { dataDir, file } = workerData as { dataDir: string; file: string }
// Its fault goes to the log, which is in English.
writeBackup(dataDir, file, textsFor({ LANG: 'en' }))
parentPort?.postMessage('made')
