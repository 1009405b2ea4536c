#!/usr/bin/env node
// SPDX-License-Identifier: AGPL-3.0-or-later
// Which Node runs which file? The one door to every command: any Node from 18 on may open it.
// Plain JavaScript without a dependency, because nothing is installed yet when it runs for the first time.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describeNode, findNode } from './node/find.mjs'
import { nodeEnv, nodeOptions } from './node/options.mjs'
import { installPackages } from './node/packages.mjs'
import { root, run, say, version } from './node/run.mjs'

const file = (...path) => join(root, ...path)
const tool = (...path) => file('node_modules', ...path)

// A setting already in the environment wins over the file.
const settings = existsSync(file('.env')) ? [`--env-file=${file('.env')}`] : []
const jest = tool('jest', 'bin', 'jest.js')

/** Each command: what Node gets, and `tools` when it needs what only developers install. */
const commands = {
  start: (args) => ({
    args: [...nodeOptions, ...settings, file('server', 'main.ts'), ...args],
    env: { ...nodeEnv, ...process.env },
  }),
  doctor: (args) => ({ args: [...settings, file('server', 'cli.ts'), 'doctor', ...args] }),
  demo: (args) => ({ tools: true, args: [file('server', 'demo', 'run.ts'), ...args] }),
  dev: (args) => ({
    tools: true,
    cwd: root,
    args: [...settings, ...watched(), file('server', 'main.ts'), ...args],
    env: { DATA_DIR: file('data', 'dev'), LOG_LEVEL: 'debug', ...process.env },
  }),
  test: (args) => ({ tools: true, cwd: root, args: [jest, ...args], env: { ...process.env, NODE_ENV: 'test' } }),
  browser: (args) => ({ tools: true, cwd: root, args: [file('test', 'browser', 'run.ts'), ...args] }),
  bench: (args) => ({ tools: true, cwd: root, args: [file('test', 'bench', 'run.ts'), ...args] }),
}

/** What `check` does, in this order; each step runs even when one before it failed. */
const steps = [
  ['format', [tool('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn', '.']],
  ['lint', [tool('oxlint', 'bin', 'oxlint'), '--quiet']],
  ['types', [tool('typescript', 'bin', 'tsc'), '--noEmit', '-p', '.']],
  ['tests', [jest]],
]

const [name = '--help', ...rest] = process.argv.slice(2)
if (name === '--version') console.log(`mainforte ${version}, ${describeNode()}`)
else if (name === 'check') await check(rest)
else await launch(Object.hasOwn(commands, name) ? commands[name](rest) : operator(name, rest))

async function launch({ args, tools = false, cwd = process.cwd(), env = process.env }) {
  const node = await findNode()
  await installPackages(node, tools)
  await run(node.file, args, { cwd, env: node.env(env) })
}

/** Everything else is a command of the operator: backup, create-admin… */
function operator(command, args) {
  return { args: [...settings, file('server', 'cli.ts'), command, ...args] }
}

/** Formatting, lint, types and all tests. `--no-tests` leaves the tests out, for who has just run them. */
async function check(options) {
  const unknown = options.filter((option) => option !== '--no-tests')
  if (unknown.length > 0) return say(`check knows only --no-tests, not ${unknown.join(' ')}`, 2)
  const node = await findNode()
  await installPackages(node, true)
  const env = node.env({ ...process.env, NODE_ENV: 'test' })
  const failed = []
  for (const [step, args] of steps) {
    if (step === 'tests' && options.length > 0) continue
    if ((await run(node.file, args, { cwd: root, env })) !== 0) failed.push(step)
  }
  if (failed.length > 0) say(`check failed: ${failed.join(', ')}`, 1)
  else say('check passed')
}

/** Templates, texts and styles are not imported, so the folders are watched instead of the modules. */
function watched() {
  const folders = ['config', 'db', 'server', 'federation', 'views']
  return ['--watch-preserve-output', ...folders.map((folder) => `--watch-path=${file(folder)}`)]
}
