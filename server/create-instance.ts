// SPDX-License-Identifier: AGPL-3.0-or-later
// Composition: deps → app → federation → queues → listen → stop. Nothing global: several instances can live in one
// process.
import type { RequestListener, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type Database from 'better-sqlite3'
import type { Express } from 'express'
import type { Config } from '../config/env.ts'
import { createFederation, type Federation } from '../federation/create-federation.ts'
import { addressOf, createApp } from './app.ts'
import { createServer } from './base/http.ts'
import type { Consumer } from './consumers.ts'
import type { Deps } from './deps.ts'
import { healthRouter, securityText } from './health.ts'
import { startJobs, type Timetable } from './jobs.ts'
import { createPost, type Post } from './mail/post.ts'
import { createNotices } from './notices/notices.ts'
import { openDeps, type Replacements } from './open-deps.ts'
import { writeShown } from './statistics/shown.ts'

export type Instance = {
  deps: Deps
  federation: Federation | undefined
  /** Runs every queue until nothing waits: mails, notices, federation. */
  settle(): Promise<void>
  listen(): Promise<{ url: string; port: number }>
  /** Finishes what is under way (at most 8 s), then closes everything. */
  stop(): Promise<void>
}

/** Whoever does not finish the head of a request is not waited for: with the next look, ten seconds at most. */
const PATIENCE = { headersTimeout: 8_000, connectionsCheckingInterval: 2_000 }

/**
 * Opens (or makes) the data folder and prepares one instance. It does not listen yet.
 * @throws with a sentence for the operator when the folder, the database or the settings do not fit.
 */
export async function createInstance(config: Config, replace: Replacements = {}): Promise<Instance> {
  const { deps, connection } = await openDeps(config, replace)
  const post = createPost(deps)
  const notices = createNotices(deps)
  const federation = config.federation ? await createFederation(deps) : undefined
  const beforePages = [healthRouter(deps), securityText(deps), ...(federation ? [federation.router] : [])]
  const app = createApp(deps, beforePages)
  return run(deps, connection, { app, post, notices, federation })
}

function run(
  deps: Deps,
  connection: Database.Database,
  parts: { app: ReturnType<typeof createApp>; post: Post; notices: Consumer; federation: Federation | undefined },
): Instance {
  const { app, post, notices, federation } = parts
  let server: Server | undefined
  let timetable: Timetable | undefined
  const drain = async () => {
    await notices.drain()
    await post.drain()
  }
  return {
    deps,
    federation,
    async settle() {
      await drain()
      await federation?.settle()
      await drain()
    },
    async listen() {
      server = createServer(PATIENCE, frontDoor(app, federation))
      server.keepAliveTimeout = 65_000
      await new Promise<void>((resolve, reject) => {
        server!.once('error', (error) => reject(sayTaken(error, deps.config.port)))
        server!.listen(deps.config.port, deps.config.host, resolve)
      })
      // The port is ours, so the process that had it before is gone, whichever way.
      post.takeUp()
      timetable = startJobs(deps, [
        { name: 'queues', when: '*/15 * * * * *', run: drain },
        // A kill loses at most the counts of a minute.
        { name: 'counts', when: '* * * * *', run: () => writeShown(deps) },
      ])
      federation?.start()
      void drain()
      const { port } = server.address() as AddressInfo
      return { url: deps.config.publicUrl, port }
    },
    async stop() {
      timetable?.stop()
      const closed = closeServer(server)
      await Promise.all([closed, federation?.stop(closed)])
      await writeShown(deps)
      await notices.stop()
      await post.stop()
      deps.places.close()
      tidy(deps, connection)
      await deps.db.destroy()
    },
  }
}

/** What a host sees who starts it twice. */
function sayTaken(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code !== 'EADDRINUSE') return error
  const words = `port ${port} is taken; is Mainforte running already? Otherwise choose another PORT`
  return new Error(words, { cause: error })
}

/** Keeps the planner's figures fresh. A full or read-only disk must not keep us from closing. */
function tidy(deps: Deps, connection: Database.Database): void {
  try {
    if (connection.open) connection.pragma('optimize')
  } catch (error) {
    deps.log.warn('the database could not be tidied up', { error: String(error) })
  }
}

/** Activities of other servers do not pass through Express: what pages need before they are shown costs as much again. */
function frontDoor(app: Express, federation: Federation | undefined): RequestListener {
  const from = addressOf(app)
  if (!federation) return app
  return (req, res) => {
    if (federation.isInboxRequest(req)) void federation.receive(req, res, from(req))
    else app(req, res)
  }
}

async function closeServer(server: Server | undefined): Promise<void> {
  if (!server?.listening) return
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  server.closeIdleConnections()
  const patience = setTimeout(() => server.closeAllConnections(), 8_000)
  await closed
  clearTimeout(patience)
}
