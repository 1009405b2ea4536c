// SPDX-License-Identifier: AGPL-3.0-or-later
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { follow, say, stop } from './run.mjs'
import { text } from './texts.js'

export { withLock } from './lock.mjs'

// Settings of an outer `npm run` or `npx` that would change where or what we install.
const foreign = /^npm_config_((local|global)_prefix|prefix|global|location|omit|include|production|only|dry_run)$/i

/** Prints npm's output and ends the process when npm fails. `node`: undefined for the running one. */
export async function npmCi(cwd, what, options = [], node = undefined) {
  say(text('cli.launch.install.begins', { what }))
  const started = Date.now()
  // Nothing we use needs an install script.
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...options]
  const { code, out, err } = await runNpm(cwd, args, node)
  if (code !== 0) {
    process.stderr.write(err)
    process.stderr.write(out)
    stop(text('cli.launch.install.again', { what, code: `${code}` }))
  }
  say(text('cli.launch.install.done', { seconds: `${Math.round((Date.now() - started) / 1000)}` }))
}

/** @returns `{ code, out, err }`; a signal that ends npm ends this process too. */
export async function runNpm(cwd, args, node = undefined) {
  const [program, first] = findNpm(node)
  const env = node ? modern(node.env(process.env)) : { ...process.env }
  for (const name of Object.keys(env)) if (foreign.test(name)) delete env[name]
  // Windows starts a .cmd file through its shell only.
  const shell = program.endsWith('.cmd')
  const child = spawn(program, [...first, ...args], { cwd, env, shell, stdio: ['ignore', 'pipe', 'pipe'] })
  const printed = { out: [], err: [] }
  child.stdout.on('data', (part) => printed.out.push(part))
  child.stderr.on('data', (part) => printed.err.push(part))
  // Some output may still arrive after `exit`.
  const closed = once(child, 'close').catch(() => {})
  const { code, signal } = await follow(child)
  if (signal) process.exit(130)
  await closed
  return { code, out: Buffer.concat(printed.out).toString(), err: Buffer.concat(printed.err).toString() }
}

/** An office network may use its own certificate authority, which the system knows and Node alone does not. */
function modern(env) {
  return { ...env, NODE_OPTIONS: `${env.NODE_OPTIONS ?? ''} --use-system-ca`.trim() }
}

function findNpm(node) {
  if (node?.npm) return [node.file, [node.npm]]
  const running = process.env.npm_execpath
  if (running?.endsWith('npm-cli.js') && existsSync(running)) return [process.execPath, [running]]
  const name = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  const found = (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((file) => existsSync(file))
  if (!found) stop(text('cli.launch.install.no_npm'))
  return [found, []]
}
