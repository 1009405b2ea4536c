// SPDX-License-Identifier: AGPL-3.0-or-later
// Databases that tests begin with, made once per worker (runtime.ts): most tests take less time than making one.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate } from '../../db/migrate.ts'
import { openConnection } from '../../db/open.ts'

let empty: Buffer | undefined

/** The bytes of one without rows. Made as a file, because one from memory is turned to WAL wherever it is opened. */
export function emptyDatabase(at: string): Buffer {
  return (empty ??= inFolder((file) => {
    const connection = openConnection(file)
    connection.pragma('synchronous = OFF')
    migrate(connection, at)
    connection.close()
  }))
}

function inFolder(make: (file: string) => void): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'mainforte-kept-'))
  try {
    const file = join(folder, 'empty.sqlite')
    make(file)
    return readFileSync(file)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** `at`: what its clock showed. `ids`: of the people of the cast. `more`: what whoever made it wants to know again. */
export type KeptWorld<More> = { bytes: Buffer; at: string; ids: Record<string, string>; more: More }
const worlds = new Map<string, Promise<KeptWorld<unknown>>>()

/** The same for the same name, made by the first who asks. */
export function keptWorld<More>(name: string, make: () => Promise<KeptWorld<More>>): Promise<KeptWorld<More>> {
  const known = worlds.get(name) as Promise<KeptWorld<More>> | undefined
  const world = known ?? make()
  worlds.set(name, world)
  if (!known) world.catch(() => worlds.delete(name))
  return world
}
