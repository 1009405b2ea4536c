// SPDX-License-Identifier: AGPL-3.0-or-later
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'

/**
 * One server for a data folder: two would send every mail twice. The lock is one of the operating system, held by a
 * connection of SQLite, so that it ends with the process however that ends.
 * @returns what releases it. @throws with a sentence for the operator when another server holds it.
 */
export function lockDataFolder(dataDir: string): () => void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const file = join(dataDir, 'server.lock')
  writeFileSync(file, '', { mode: 0o600, flag: 'a' })
  const connection = new Database(file, { timeout: 0 })
  try {
    connection.pragma('journal_mode = MEMORY')
    connection.pragma('locking_mode = EXCLUSIVE')
    // In exclusive mode the lock of a first write is kept.
    connection.exec('BEGIN EXCLUSIVE; COMMIT')
  } catch (error) {
    connection.close()
    if (!/^SQLITE_(BUSY|LOCKED)/.test(String((error as { code?: unknown }).code))) throw error
    throw new Error(
      `another Mainforte server uses ${dataDir}; stop it first, or give this one a DATA_DIR of its own (un autre serveur ` +
        'utilise ce dossier)',
      { cause: error },
    )
  }
  return () => void connection.close()
}
