// SPDX-License-Identifier: AGPL-3.0-or-later
// Several instances can run in one process, behind one HTTP server: nothing is global.
import type { RequestListener, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import type { Express } from 'express'
import type { Config } from '../config/env.ts'
import { createFederation, type Federation } from '../federation/create-federation.ts'
import { addressOf, createApp } from './app.ts'
import { sendHeldChanges } from './applications/commands/changed.ts'
import type { Consumer } from './consumers.ts'
import type { Deps } from './deps.ts'
import { lockDataFolder } from '../db/folder-lock.ts'
import { healthRouter, securityText } from './health.ts'
import { closeServer, createHttpServer, listen } from './http-server.ts'
import { sendHeldAnswers } from './moderation/commands/held.ts'
import { startJobs, type Timetable } from './jobs.ts'
import { createPost, type Post } from './mail/sender.ts'
import { createNotices } from './notices/notices.ts'
import { createBatches } from './partners/batches.ts'
import { openDeps, type Replacements } from './open-deps.ts'
import { keepFigures } from './operator/nightly.ts'
import { eraseAgain } from './privacy/erase.ts'
import { countRequests } from './requests.ts'
import { writeCounts } from './statistics/count.ts'
import { restoreOwnPlaces } from './towns/commands.ts'

export type Instance = {
  deps: Deps
  federation: Federation | undefined
  /** For a program with its own HTTP server, which sets the time limits of connections and calls `start`. */
  handle: RequestListener
  /** Starts queues, timetable and federation. No other process may have the data folder. */
  start(): void
  /** Opens its own server at HOST and PORT, then calls `start`. */
  listen(): Promise<{ url: string; port: number }>
  /** Runs every queue until nothing waits: mails, notices, federation. */
  settle(): Promise<void>
  /** Answers 503 from now on, waits for requests and work under way (at most 8 s), then closes everything. */
  stop(): Promise<void>
}

const STOP_PATIENCE_MS = 8_000

/** Does not listen yet. @throws with a sentence for the operator when the folder, database or settings do not fit. */
export async function createInstance(config: Config, replace: Replacements = {}): Promise<Instance> {
  const release = replace.connection ? () => {} : lockDataFolder(config.dataDir)
  try {
    return await create(config, replace, release)
  } catch (error) {
    release()
    throw error
  }
}

async function create(config: Config, replace: Replacements, release: () => void): Promise<Instance> {
  const { deps } = await openDeps(config, replace)
  await keepFigures(deps)
  await eraseAgain(deps)
  await restoreOwnPlaces(deps)
  const post = createPost(deps)
  const batches = createBatches(deps)
  const notices = createNotices(deps)
  const federation = config.federation ? await createFederation(deps) : undefined
  const beforePages = [healthRouter(deps), securityText(deps), ...(federation ? [federation.router] : [])]
  const app = createApp(deps, beforePages)
  return run(deps, { app, post, batches, notices, federation, release })
}

function run(
  deps: Deps,
  parts: {
    app: ReturnType<typeof createApp>
    post: Post
    batches: Consumer
    notices: Consumer
    federation: Federation | undefined
    release: () => void
  },
): Instance {
  const { app, post, batches, notices, federation, release } = parts
  const from = addressOf(app)
  const requests = countRequests(answerer(app, federation), (req) =>
    federation?.isInboxRequest(req) ? undefined : from(req),
  )
  let server: Server | undefined
  let timetable: Timetable | undefined
  const drain = async () => {
    await batches.drain()
    await notices.drain()
    await post.drain()
  }
  // The mail that an event causes is written by the notices, and only then is there something to send.
  const removeListener = deps.commits.onWake(() => void notices.drain().then(() => post.drain()))
  const start = () => {
    post.takeOverLeases()
    timetable = startJobs(deps, [
      { name: 'queues', at: 'ring', run: drain },
      { name: 'held answers', at: 'ring', run: () => sendHeldAnswers(deps) },
      { name: 'held changes', at: 'ring', run: () => sendHeldChanges(deps) },
      // A kill loses the counts of at most one minute.
      { name: 'counts', at: 'minute', run: () => writeCounts(deps) },
      ...(federation ? [{ name: 'logos of partners', at: 'minute', run: () => federation.keepLogos() } as const] : []),
    ])
    federation?.start()
    void drain()
    // Whatever goes wrong with it is said to the first who searches.
    deps.offerSearch.prepare().catch(() => {})
  }
  return {
    deps,
    federation,
    handle: requests.handle,
    start,
    async settle() {
      await drain()
      await federation?.settle()
      await drain()
    },
    async listen() {
      server = await listen(createHttpServer(requests.handle), deps.config)
      start()
      const { port } = server.address() as AddressInfo
      return { url: deps.config.publicUrl, port }
    },
    async stop() {
      const worked = Promise.race([timetable?.stop(), wait(STOP_PATIENCE_MS, undefined, { ref: false })])
      const answered = Promise.all([closeServer(server, STOP_PATIENCE_MS), requests.finish(STOP_PATIENCE_MS)]).then(
        () => {},
      )
      await Promise.all([answered, federation?.stop(answered)])
      await worked
      await writeCounts(deps)
      removeListener()
      await batches.stop()
      await notices.stop()
      await post.stop()
      await deps.db.destroy()
      release()
    },
  }
}

/** Activities do not pass through Express, because the work for pages would double their cost. */
function answerer(app: Express, federation: Federation | undefined): RequestListener {
  const from = addressOf(app)
  if (!federation) return app
  return (req, res) => {
    if (federation.isInboxRequest(req)) void federation.receive(req, res, from(req))
    else app(req, res)
  }
}
