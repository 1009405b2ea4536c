// SPDX-License-Identifier: AGPL-3.0-or-later
// Runs `npm ci` when node_modules does not match the lock file.
import { copyFileSync, existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './run.mjs'
import { text } from './texts.js'

const lockFile = join(root, 'package-lock.json')
const modules = join(root, 'node_modules')
// A copy of the installed lock file. npm ci empties node_modules first, so it never outlives the packages.
const stampFile = join(modules, '.mainforte')
// npm writes it last.
const npmRecord = join(modules, '.package-lock.json')

/**
 * `tools`: with the packages that only developers need. `production`: leave them out of a first installation; they are
 * never removed later. @returns true when something was missing.
 */
export async function installPackages(node, tools, production = process.env.NODE_ENV === 'production') {
  if (isInstalled(tools)) return false
  // Imported here, because every start loads the imports above and few starts install.
  const { npmCi, withLock } = await import('./npm.mjs')
  await withLock(async () => {
    if (isInstalled(tools)) return
    const light = !tools && (existsSync(npmRecord) ? !hasTools() : production)
    await npmCi(root, text('cli.launch.install.packages'), [light ? '--omit=dev' : '--include=dev'], node)
    stamp()
  })
  return true
}

function isInstalled(tools) {
  if (!existsSync(npmRecord) || (tools && !hasTools())) return false
  if (existsSync(stampFile) && readFileSync(stampFile).equals(readFileSync(lockFile))) return true
  // npm itself, run by hand, writes both files together in no fixed order.
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
    // The folder belongs to another user: the next start checks again.
  }
}
