// SPDX-License-Identifier: AGPL-3.0-or-later
// A process that answers visitors without a session from the same database file, which it never writes, and passes all
// other requests on. Started by server/web-processes/start.ts, with the path of the socket of the one that writes.
import { join } from 'node:path'
import { readConfig, type Config } from '../../config/env.ts'
import { DATABASE_FILE, openReadingConnection } from '../../db/open.ts'
import { addressOf, createApp } from '../app.ts'
import { closeServer, createHttpServer, listen } from '../http-server.ts'
import type { NotedVisit } from '../memory.ts'
import { openDeps } from '../open-deps.ts'
import { countRequests } from '../requests.ts'
import { createPassOn } from './pass-on.ts'
import { isPublicRequest } from './public-requests.ts'

const [socket = ''] = process.argv.slice(2)
const STOP_PATIENCE_MS = 6_000
/** Milliseconds; a kill loses the counts of so long. */
const FORWARD_EVERY = 1_000

/** @returns what ends it, once the requests under way are answered. */
async function run(config: Config): Promise<() => Promise<void>> {
  const connection = openReadingConnection(join(config.dataDir, DATABASE_FILE))
  const { deps } = await openDeps(config, { connection })
  let visits: NotedVisit[] = []
  deps.memory.counts.forward = (visit) => void visits.push(visit)
  const forward = () => {
    if (visits.length > 0) process.send?.(visits)
    visits = []
  }
  setInterval(forward, FORWARD_EVERY)
  const [app, passOn, isPublic] = [createApp(deps), createPassOn(socket), isPublicRequest(deps)]
  const requests = countRequests((req, res) => (isPublic(req) ? app(req, res) : passOn(req, res)), addressOf(app))
  const server = await listen(createHttpServer(requests.handle), config)
  // The one that writes was ready first, and nobody waits for the index yet.
  await deps.offerSearch.prepare()
  return async () => {
    await Promise.all([closeServer(server, STOP_PATIENCE_MS), requests.finish(STOP_PATIENCE_MS)])
    forward()
    process.disconnect()
  }
}

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => {})
process.on('disconnect', () => process.exit(0))
const reading = readConfig(process.env)
if (!reading.ok) process.exit(1)
const running = run(reading.config)
// The one that writes gets the signals too, and its only message is to stop.
process.on('message', () => void running.then((stop) => stop()))
running.catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
})
