// SPDX-License-Identifier: AGPL-3.0-or-later
// A thread, because a large log takes a while to be written into the file. Started by nightly.ts.
import { parentPort, workerData } from 'node:worker_threads'
import { emptyWriteAheadLog } from '../../db/condition.ts'

const { file } = workerData as { file: string }
emptyWriteAheadLog(file)
parentPort?.postMessage('emptied')
