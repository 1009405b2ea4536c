// SPDX-License-Identifier: AGPL-3.0-or-later
// Our files without their types, by what stands in them. Run by itself, this makes those that are missing; a server only
// reads them (loader.mjs), because the program of Node that takes types out is 14 MB for as long as the server lives.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(import.meta.url)
const root = join(dirname(program), '..', '..')
const folder = join(root, 'node_modules', '.cache', 'without-types')
const stampFile = join(folder, 'stamp')

export const keptFor = (text) => join(folder, createHash('sha256').update(text).digest('hex'))

function sources() {
  return ['config', 'db', 'federation', 'server'].flatMap((name) =>
    readdirSync(join(root, name), { recursive: true })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts') && !file.includes('node_modules'))
      .map((file) => join(root, name, file)),
  )
}

/** Another text once a file is new, has changed or is gone. */
function stampNow() {
  const lines = sources().map((file) => {
    const { size, mtimeMs } = statSync(file)
    return `${file} ${size} ${mtimeMs}`
  })
  return createHash('sha256').update(lines.join('\n')).digest('hex')
}

/** @returns false where a file has to be made, or made anew. */
export const areKept = () => existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stampNow()

/** The arguments with which Node makes them. */
export const makeTypes = ['--disable-warning=ExperimentalWarning', program]

/** Where nothing can be written nothing is kept, and Node takes the types out at each start. */
function make() {
  const current = new Set([stampFile])
  mkdirSync(folder, { recursive: true })
  for (const file of sources()) {
    const text = readFileSync(file, 'utf8')
    const kept = keptFor(text)
    current.add(kept)
    if (existsSync(kept)) continue
    // Whole, or not at all; another start may be at it too.
    const begun = `${kept}.${process.pid}`
    writeFileSync(begun, nodeModule.stripTypeScriptTypes(text))
    renameSync(begun, kept)
  }
  const others = readdirSync(folder).filter((name) => !name.includes('.') && !current.has(join(folder, name)))
  for (const name of others) rmSync(join(folder, name), { force: true })
  writeFileSync(stampFile, stampNow())
}

if (process.argv[1] === program) {
  try {
    make()
  } catch (error) {
    // A fault of the disk or of its rights.
    if (error.syscall === undefined) throw error
  }
}
