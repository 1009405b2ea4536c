// SPDX-License-Identifier: AGPL-3.0-or-later
// Instances that must know each other need ports before they listen. Each test process has a block of a hundred.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const FIRST = 21_000
const BLOCKS = 110
const EACH = 100

/** @param offset 0 to 99, in the block of this process. */
export const portAt = (offset: number): number => base + offset

/** A file names the owner of a block; when its process is gone, the block is free. */
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
