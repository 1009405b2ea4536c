// SPDX-License-Identifier: AGPL-3.0-or-later
// How is the machine's npm made to install exactly a lock file, whatever surrounds us?
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { follow, say, stop } from './run.mjs'

export { withLock } from './lock.mjs'

// Settings of an outer `npm run` or `npx` that would move or change our installation.
const foreign = /^npm_config_((local|global)_prefix|prefix|global|location|omit|include|production|only|dry_run)$/i

/** Runs `npm ci` in a folder, silent unless it fails. `node`: the one found; without it, the running one does. */
export async function npmCi(cwd, what, options = [], node = undefined) {
  say(`installing ${what}…`)
  const started = Date.now()
  const [program, first] = findNpm(node)
  // Nothing we use needs an install script.
  const args = [...first, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...options]
  const env = node ? modern(node.env(process.env)) : { ...process.env }
  for (const name of Object.keys(env)) if (foreign.test(name)) delete env[name]
  // Windows starts a .cmd file through its shell only.
  const shell = program.endsWith('.cmd')
  const child = spawn(program, args, { cwd, env, shell, stdio: ['ignore', 'pipe', 'pipe'] })
  const output = []
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (part) => output.push(part))
  const { code, signal } = await follow(child)
  if (signal) process.exit(130)
  if (code !== 0) {
    process.stderr.write(Buffer.concat(output))
    stop(`${what} could not be installed: npm ci ended with ${code}. Mend that, then run the same command again.`)
  }
  say(`installed in ${Math.round((Date.now() - started) / 1000)} s`)
}

/** An office network may sign with its own certificate, which the machine knows and Node alone does not. */
function modern(env) {
  return { ...env, NODE_OPTIONS: `${env.NODE_OPTIONS ?? ''} --use-system-ca`.trim() }
}

/** The npm that belongs to the Node found, else the one that started us, else the first in the path. */
function findNpm(node) {
  if (node?.npm) return [node.file, [node.npm]]
  const running = process.env.npm_execpath
  if (running?.endsWith('npm-cli.js') && existsSync(running)) return [process.execPath, [running]]
  const name = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const found = (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file))
  if (!found) stop('npm was not found. Install Node 24 together with npm, then run the same command again.')
  return [found, []]
}
