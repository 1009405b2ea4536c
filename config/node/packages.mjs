// SPDX-License-Identifier: AGPL-3.0-or-later
// Does node_modules hold what the lock file says? If not, runs `npm ci`.
import { copyFileSync, existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './run.mjs'

const lockFile = join(root, 'package-lock.json')
const modules = join(root, 'node_modules')
// A copy of the lock file that was installed. npm ci empties node_modules first, so it never outlives the packages.
const stampFile = join(modules, '.mainforte')
// npm writes it last of all.
const npmRecord = join(modules, '.package-lock.json')

/**
 * `tools`: also what only developers need (tests, demo, benchmarks). `production`: leave that out of a first
 * installation; it is never taken away again. Tells whether anything was missing.
 */
export async function installPackages(node, tools, production = process.env.NODE_ENV === 'production') {
  if (isInstalled(tools)) return false
  // Every start pays for what is imported above, and few install.
  const { npmCi, withLock } = await import('./npm.mjs')
  await withLock(async () => {
    if (isInstalled(tools)) return
    const light = !tools && (existsSync(npmRecord) ? !hasTools() : production)
    await npmCi(root, 'the packages', [light ? '--omit=dev' : '--include=dev'], node)
    stamp()
  })
  return true
}

function isInstalled(tools) {
  if (!existsSync(npmRecord) || (tools && !hasTools())) return false
  if (existsSync(stampFile) && readFileSync(stampFile).equals(readFileSync(lockFile))) return true
  // Installed with npm by hand? npm writes both files together, in no fixed order.
  if (statSync(npmRecord).mtimeMs + 2000 < statSync(lockFile).mtimeMs) return false
  stamp()
  return true
}

function hasTools() {
  return existsSync(join(modules, 'typescript', 'package.json'))
}

function stamp() {
  try {
    copyFileSync(lockFile, stampFile)
  } catch {
    // The folder belongs to somebody else: the next start looks again.
  }
}
