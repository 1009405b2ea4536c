// SPDX-License-Identifier: AGPL-3.0-or-later
// Composition: config → database → deps → app → federation → queues → listen → stop. Nothing global: several instances
// can live in one process.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type Database from 'better-sqlite3'
import { v7 } from 'uuid'
import type { Config } from '../config/env.ts'
import { copyBefore, migrate } from '../db/migrate.ts'
import { openConnection, openDb } from '../db/open.ts'
import { findFact, saveFact } from '../db/queries/association.ts'
import { openGazetteer } from '../db/reference/places.ts'
import { loadTaxonomies } from '../db/reference/taxonomies.ts'
import { createFederation, type Federation } from '../federation/create-federation.ts'
import { createApp } from './app.ts'
import { createBell } from './base/bell.ts'
import { systemClock, type Clock } from './base/clock.ts'
import { createLog, type Log } from './base/log.ts'
import { createSecrets } from './base/secrets.ts'
import type { Deps } from './deps.ts'
import { healthRouter } from './health.ts'
import { startJobs, type Timetable } from './jobs.ts'
import { createPost, type Post } from './mail/post.ts'
import { createNotices } from './notices/notices.ts'
import type { Consumer } from './consumers.ts'
import { createI18n } from './web/i18n.ts'
import { createViews } from './web/render.ts'

export type Instance = {
  deps: Deps
  federation: Federation | undefined
  /** Runs every queue until nothing waits: mails, notices, federation. */
  settle(): Promise<void>
  listen(): Promise<{ url: string; port: number }>
  /** Finishes what is under way (at most 8 s), then closes everything. */
  stop(): Promise<void>
}

/** What tests may replace: the clock, the log, and a ready database in memory. */
export type Replacements = {
  clock?: Clock
  log?: Log
  connection?: Database.Database
  onMissingText?: (key: string) => void
}

/**
 * Opens (or makes) the data folder and prepares one instance. It does not listen yet.
 * @throws with a sentence for the operator when the folder, the database or the settings do not fit.
 */
export async function createInstance(config: Config, replace: Replacements = {}): Promise<Instance> {
  const clock = replace.clock ?? systemClock(config.now)
  const log = replace.log ?? createLog(config.logLevel, config.logFormat, clock)
  const connection = replace.connection ?? openDataFolder(config, clock)
  const db = openDb(connection)
  await rememberAddress(db, config)
  const deps: Deps = {
    config,
    db,
    clock,
    log,
    newId: () => v7({ msecs: clock.now().getTime() }),
    places: openGazetteer(),
    taxonomies: loadTaxonomies(),
    secrets: createSecrets(secretKey(config)),
    bell: createBell(),
    i18n: createI18n(replace.onMissingText),
    views: createViews(),
    directory: undefined,
  }
  const post = createPost(deps)
  const notices = createNotices(deps)
  const federation = config.federation ? await createFederation(deps) : undefined
  const app = createApp(deps, [healthRouter(deps), ...(federation ? [federation.router] : [])])
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
      server = createServer(app)
      server.keepAliveTimeout = 65_000
      await new Promise<void>((resolve, reject) => {
        server!.once('error', reject)
        server!.listen(deps.config.port, deps.config.host, resolve)
      })
      timetable = startJobs(deps, [{ name: 'queues', when: '*/15 * * * * *', run: drain }])
      federation?.start()
      void drain()
      const { port } = server.address() as AddressInfo
      return { url: deps.config.publicUrl, port }
    },
    async stop() {
      timetable?.stop()
      await closeServer(server)
      await federation?.stop()
      await notices.stop()
      await post.stop()
      deps.places.close()
      if (connection.open) connection.pragma('optimize')
      await deps.db.destroy()
    },
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

function openDataFolder(config: Config, clock: Clock): Database.Database {
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 })
  const file = join(config.dataDir, 'mainforte.sqlite')
  // Once there was a database here, a missing one is a fault, not a fresh start.
  const mark = join(config.dataDir, 'mainforte.created')
  const connection = openConnection(file, { mustExist: existsSync(mark) })
  migrate(connection, clock.iso(), copyBefore(config.dataDir, clock.iso()))
  if (!existsSync(mark)) writeFileSync(mark, clock.iso() + '\n', { mode: 0o600 })
  return connection
}

function secretKey(config: Config): string {
  if (config.secretKey) return config.secretKey
  const file = join(config.dataDir, 'secret.key')
  if (!existsSync(file)) {
    mkdirSync(config.dataDir, { recursive: true, mode: 0o700 })
    const bytes = crypto.getRandomValues(new Uint8Array(48))
    writeFileSync(file, Buffer.from(bytes).toString('base64url') + '\n', { mode: 0o600, flag: 'wx' })
  }
  return readFileSync(file, 'utf8').trim()
}

/** The address is part of every name we gave to the outside; it cannot change quietly. */
async function rememberAddress(db: Deps['db'], config: Config): Promise<void> {
  const known = await findFact(db, 'public_url')
  if (known === undefined) return saveFact(db, 'public_url', config.publicUrl)
  if (known !== config.publicUrl) {
    throw new Error(
      `PUBLIC_URL is ${config.publicUrl}, but this instance was started as ${known}. Its partners know it under that ` +
        'address. Set PUBLIC_URL back, or start with an empty DATA_DIR.',
    )
  }
}
