// SPDX-License-Identifier: AGPL-3.0-or-later
// Data folders of a large instance, made once from a seed and kept, because to make a million rows takes minutes.
import { constants, cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { readConfig } from '../../../config/env.ts'
import { migrations } from '../../../db/migrations/index.ts'
import { DATABASE_FILE } from '../../../db/open.ts'
import { openDeps } from '../../../server/open-deps.ts'
import { SIZE_NOW } from '../../support/size.ts'
import { fillWorld } from '../../support/world.ts'
import { freePort, start, stop } from '../instance.ts'

const CACHE = join(import.meta.dirname, '../../../node_modules/.cache/mainforte-bench')
/** The port differs at each run, the address may not. */
export const PUBLIC_URL = 'http://localhost:3000'

export type Running = {
  url: string
  file: string
  pid: number
  end(): Promise<void>
}

const settings = (dataDir: string, port: number) => ({
  PUBLIC_URL,
  PORT: String(port),
  DATA_DIR: dataDir,
  LOG_LEVEL: 'warn',
  SECOND_FACTOR: 'offered',
  NOW: SIZE_NOW,
})

type Fill = (connection: Database.Database) => Promise<void> | void

/**
 * A copy of a folder with the cast and what `fill` wrote; the caller removes it.
 * @param name of the folder; the same name means the same content until the schema changes.
 */
export async function copyFilled(name: string, fill: Fill): Promise<{ dataDir: string; env: Record<string, string> }> {
  const kept = join(CACHE, `${name}-${migrations.length}`)
  if (!existsSync(kept)) await make(kept, fill)
  const dataDir = mkdtempSync(join(tmpdir(), 'mainforte-bench-'))
  cpSync(kept, dataDir, { recursive: true, mode: constants.COPYFILE_FICLONE })
  return { dataDir, env: settings(dataDir, await freePort()) }
}

/** Starts an instance as `npm start` does, on such a copy. */
export async function startFilled(name: string, fill: Fill, change: Record<string, string> = {}): Promise<Running> {
  const { dataDir, env: usual } = await copyFilled(name, fill)
  const env = { ...usual, ...change }
  const url = `http://127.0.0.1:${env['PORT']}`
  const { child } = await start(env, url)
  return {
    url,
    file: join(dataDir, DATABASE_FILE),
    pid: child.pid!,
    async end() {
      await stop(child)
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** Under another name until it is whole. */
async function make(folder: string, fill: Fill): Promise<void> {
  const unfinished = `${folder}.part`
  rmSync(unfinished, { recursive: true, force: true })
  mkdirSync(unfinished, { recursive: true })
  const reading = readConfig(settings(unfinished, 3000))
  if (!reading.ok) throw new Error(reading.faults.join('\n'))
  const { deps } = await openDeps(reading.config)
  await fillWorld(deps, { kind: 'both' })
  await deps.db.destroy()
  const connection = new Database(join(unfinished, DATABASE_FILE))
  connection.pragma('synchronous = OFF')
  connection.pragma('cache_size = -256000')
  await fill(connection)
  connection.pragma('wal_checkpoint(TRUNCATE)')
  connection.close()
  renameSync(unfinished, folder)
}
