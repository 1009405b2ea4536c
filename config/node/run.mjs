// SPDX-License-Identifier: AGPL-3.0-or-later
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { text } from './texts.js'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
export const version = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version

/** On stderr, because stdout belongs to the program we start. */
export function say(message, exitCode) {
  process.stderr.write(`mainforte: ${message}\n`)
  if (exitCode !== undefined) process.exitCode = exitCode
}

export function stop(message) {
  say(message, 1)
  process.exit(1)
}

/** Forwards our signals. @returns the exit code; when a signal ends the program, the same one ends the launcher. */
export async function run(file, args, options) {
  const { code, signal } = await follow(spawn(file, args, { stdio: 'inherit', ...options }))
  if (signal) {
    process.kill(process.pid, signal)
    // Some systems deliver the signal late, or not at all.
    setTimeout(() => process.exit(128 + (constants.signals[signal] ?? 0)), 1000)
    await new Promise(() => {})
  }
  process.exitCode = code
  return code
}

/** Forwards our signals to the child meanwhile. `code` is 127 when it could not start. */
export function follow(child) {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
  const forward = (signal) => child.kill(signal)
  for (const signal of signals) process.on(signal, forward)
  const abandoned = watchNpm(() => child.kill('SIGTERM'))
  return new Promise((resolve) => {
    const done = (code, signal) => {
      for (const each of signals) process.off(each, forward)
      clearInterval(abandoned)
      resolve({ code, signal })
    }
    child.once('error', (error) => {
      say(text('cli.launch.not_started', { program: child.spawnfile, why: error.code }))
      done(127, null)
    })
    child.once('exit', done)
  })
}

/**
 * npm passes a signal to the shell between it and us, which dies without forwarding it: without this, stopping
 * `npm start` from another program would leave the server running.
 */
function watchNpm(ended) {
  if (!process.env.npm_lifecycle_event) return undefined
  const before = ancestors()
  return setInterval(() => ancestors() !== before && ended(), 500)
}

function ancestors() {
  const shell = process.ppid
  try {
    const [, name, parent] = /^\d+ \((.*)\) \S (\d+)/s.exec(readFileSync(`/proc/${shell}/stat`, 'latin1')) ?? []
    return name === 'sh' ? `${shell} of ${parent}` : `${shell}`
  } catch {
    return `${shell}`
  }
}
