// SPDX-License-Identifier: AGPL-3.0-or-later
// A thread, because the copy of a large database takes seconds. Started by nightly.ts.
import { parentPort, workerData } from 'node:worker_threads'
import { writeBackup } from './backup.ts'

const { dataDir, file } = workerData as { dataDir: string; file: string }
writeBackup(dataDir, file)
parentPort?.postMessage('made')
