// SPDX-License-Identifier: AGPL-3.0-or-later
// A thread, because a large log takes a while to be written into the file. Started by nightly.ts.
import { parentPort, workerData } from 'node:worker_threads'
import { openConnection } from '../../db/open.ts'

const { file } = workerData as { file: string }
const connection = openConnection(file, { mustExist: true })
connection.pragma('wal_checkpoint(TRUNCATE)')
connection.close()
parentPort?.postMessage('emptied')
