// SPDX-License-Identifier: AGPL-3.0-or-later
// Ports that are known before anybody listens on them: instances that are to know each other need that. A process of
// the tests takes a hundred of them for itself, below those the system gives away, so that neither two files side by
// side nor two runs of the suite on one machine ever meet.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const FIRST = 21_000
const BLOCKS = 110
const EACH = 100

/** The port of that number, 0 to 99, among those of this process. */
export const portAt = (offset: number): number => base + offset

/** A file names who has the block; one whose process is gone is free again. */
function takeBlock(): number {
  for (let block = 0; block < BLOCKS; block++) {
    const file = join(tmpdir(), `mainforte-test-ports-${block}`)
    for (let tries = 0; tries < 2; tries++) {
      try {
        writeFileSync(file, String(process.pid), { flag: 'wx' })
        return FIRST + EACH * block
      } catch {
        const owner = ownerOf(file)
        if (owner === process.pid) return FIRST + EACH * block
        if (owner === undefined || isAlive(owner)) break
        rmSync(file, { force: true })
      }
    }
  }
  throw new Error(`every block of ports is taken; old files are ${join(tmpdir(), 'mainforte-test-ports-*')}`)
}

/** Undefined while the file is being written, or when it is gone by now. */
function ownerOf(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8')) || undefined
  } catch {
    return undefined
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

const base = takeBlock()
