// SPDX-License-Identifier: AGPL-3.0-or-later
// A large database is checked for minutes; here nobody waits for it. Started by nightly.ts.
import { parentPort, workerData } from 'node:worker_threads'
import { openReader } from '../../db/open.ts'
import { listIntegrityFaults, type Check } from '../../db/queries/operator.ts'

const { file, check } = workerData as { file: string; check: Check }
const db = openReader(file)
const faults = await listIntegrityFaults(db, check)
await db.destroy()
parentPort?.postMessage(faults)
