// SPDX-License-Identifier: AGPL-3.0-or-later
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type Database from 'better-sqlite3'
import type { Config } from '../config/env.ts'
import { copyBefore, migrate } from '../db/migrate.ts'
import { DATABASE_FILE, openConnection, openDb } from '../db/open.ts'
import { findFact, saveFact } from '../db/queries/association.ts'
import { systemClock, type Clock } from './base/clock.ts'
import { createIds } from './base/ids.ts'
import { createLog, type Log } from './base/log.ts'
import { createSecrets, type Secrets } from './base/secrets.ts'
import type { Deps, Directory, LookUp, ReadText } from './deps.ts'
import { emptyMemory } from './memory.ts'
import { createOfferSearch } from './offer-search/offer-search.ts'
import { createCommits, type Commits } from './queue/commits.ts'
import { gazetteerOf, sharedI18n, sharedTaxonomies, sharedViews } from './shared.ts'
import { createI18n } from './text/i18n.ts'

/** Replaced by tests, and by the demonstration (the clock). */
export type Replacements = {
  clock?: Clock
  log?: Log
  connection?: Database.Database
  /** Gives one that reads beside it; without this, one is opened. */
  openBeside?: (() => Database.Database) | undefined
  /** How the queues are woken. */
  commits?: Commits
  onMissingText?: (key: string) => void
}

/** No queue runs yet. @throws with a sentence for the operator when the folder, database or settings do not fit. */
export async function openDeps(
  config: Config,
  replace: Replacements = {},
): Promise<{ deps: Deps; connection: Database.Database }> {
  const clock = replace.clock ?? systemClock(config.now)
  const log = replace.log ?? createLog(config.logLevel, config.logFormat, clock)
  const connection = replace.connection ?? openDataFolder(config, clock)
  const db = openDb(connection, replace.openBeside)
  let secrets: Secrets
  try {
    await rememberAddress(db, config)
    secrets = await provenSecrets(db, config)
  } catch (error) {
    await db.destroy()
    throw error
  }
  const places = gazetteerOf(config.dataDir)
  const deps: Deps = {
    config,
    db,
    clock,
    log,
    newId: createIds(clock),
    places,
    ownPlaces: places,
    taxonomies: sharedTaxonomies(),
    secrets,
    commits: replace.commits ?? createCommits(),
    i18n: replace.onMissingText ? createI18n(replace.onMissingText) : sharedI18n(),
    views: sharedViews(),
    directory: createDirectory(),
    memory: emptyMemory(),
    offerSearch: createOfferSearch(db, { log }),
  }
  return { deps, connection }
}

function createDirectory(): Directory {
  let how: LookUp = async () => ({ ok: false, reason: 'partners.refused.federation_off' })
  let read: ReadText = async () => undefined
  return {
    readText: (url) => read(url),
    readWith: (readText) => void (read = readText),
    lookUp: (address) => how(address),
    answerWith: (lookUp) => void (how = lookUp),
  }
}

function openDataFolder(config: Config, clock: Clock): Database.Database {
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 })
  const file = join(config.dataDir, DATABASE_FILE)
  // After the first start, a missing database is an error, not a new start.
  const mark = join(config.dataDir, 'mainforte.created')
  // Created first, so that the files that SQLite puts beside it are closed to others too.
  if (!existsSync(mark) && !existsSync(file)) writeFileSync(file, '', { mode: 0o600, flag: 'wx' })
  const connection = openConnection(file, { mustExist: true })
  chmodSync(file, 0o600)
  try {
    migrate(connection, clock.iso(), copyBefore(config.dataDir, clock.iso()))
  } catch (error) {
    connection.close()
    throw error
  }
  if (!existsSync(mark)) writeFileSync(mark, clock.iso() + '\n', { mode: 0o600 })
  return connection
}

export const KEY_FILE = 'secret.key'

/** Partners know this instance by its URL, so it cannot change. */
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

/** With another key nothing sealed can be opened (actor, second factors, links), so a missing key is never replaced. */
async function provenSecrets(db: Deps['db'], config: Config): Promise<Secrets> {
  const known = await findFact(db, 'key_mark')
  const secret = config.secretKey ?? keptKey(config, known === undefined)
  const secrets = secret === undefined ? undefined : createSecrets(secret)
  if (!secrets || (known !== undefined && known !== secrets.mark())) {
    throw new Error(
      'SECRET_KEY is not the one this database was made with. Put back the file secret.key of this data folder (it is ' +
        'kept with its backups), or the SECRET_KEY (or SECRET_KEY_FILE) it was started with.',
    )
  }
  if (known === undefined) await saveFact(db, 'key_mark', secrets.mark())
  return secrets
}

function keptKey({ dataDir }: Config, mayMake: boolean): string | undefined {
  const file = join(dataDir, KEY_FILE)
  if (!existsSync(file)) {
    if (!mayMake) return undefined
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    const bytes = crypto.getRandomValues(new Uint8Array(48))
    // Complete from the first moment, also when the machine stops now.
    writeFileSync(`${file}.part`, Buffer.from(bytes).toString('base64url') + '\n', { mode: 0o600, flush: true })
    renameSync(`${file}.part`, file)
  }
  return readFileSync(file, 'utf8').trim()
}
