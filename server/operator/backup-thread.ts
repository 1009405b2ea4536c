// SPDX-License-Identifier: AGPL-3.0-or-later
// The copy of a large database takes seconds; here nobody waits for them. Started by nightly.ts.
import { parentPort, workerData } from 'node:worker_threads'
import { writeBackup } from './backup.ts'

const { dataDir, file } = workerData as { dataDir: string; file: string }
writeBackup(dataDir, file)
parentPort?.postMessage('made')
