#!/usr/bin/env node
// SPDX-License-Identifier: AGPL-3.0-or-later
// The entry of every command: chooses the Node and the file to run. Plain JavaScript without a dependency, for any Node
// from 18 on, because nothing is installed yet at the first start.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describeNode, findNode } from './node/find.mjs'
import { nodeEnv, nodeOptions, withoutTypes } from './node/options.mjs'
import { installPackages } from './node/packages.mjs'
import { follow, root, run, say, version } from './node/run.mjs'
import { text } from './node/texts.js'
import { areKept, makeTypes } from './node/types.mjs'

const file = (...path) => join(root, ...path)
const tool = (...path) => file('node_modules', ...path)

// A setting already in the environment wins over the file.
const settings = existsSync(file('.env')) ? [`--env-file=${file('.env')}`] : []
// Tests make many short-lived objects; with more memory for them, collecting takes half the time.
const jest = ['--max-semi-space-size=64', tool('jest', 'bin', 'jest.js')]

/** `tools`: the command needs packages that only developers install. */
const commands = {
  start: (args) => ({
    args: [...nodeOptions, ...settings, file('server', 'main.ts'), ...args],
    env: { ...nodeEnv, ...process.env },
  }),
  doctor: (args) => ({ args: [...withoutTypes, ...settings, file('server', 'cli.ts'), 'doctor', ...args] }),
  demo: (args) => ({ tools: true, args: [file('server', 'demo', 'run.ts'), ...args] }),
  dev: (args) => ({
    tools: true,
    cwd: root,
    args: [...settings, ...watched(), file('server', 'main.ts'), ...args],
    env: { DATA_DIR: file('data', 'dev'), LOG_LEVEL: 'debug', ...process.env },
  }),
  test: (args) => ({ tools: true, cwd: root, args: [...jest, ...args], env: testEnv() }),
  release: (args) => ({ tools: true, cwd: root, args: [file('config', 'release', 'run.ts'), ...args] }),
  browser: (args) => ({ tools: true, cwd: root, args: [file('test', 'browser', 'run.ts'), ...args] }),
  map: (args) => ({ tools: true, cwd: root, args: [file('test', 'house', 'map.ts'), ...args] }),
  bench: (args) => ({ tools: true, cwd: root, args: [file('test', 'bench', 'run.ts'), ...args] }),
  schema: (args) => ({ cwd: root, args: [file('db', 'tools', 'write-schema.ts'), ...args] }),
  migration: (args) => ({ cwd: root, args: [file('db', 'tools', 'begin-migration.ts'), ...args] }),
}

/**
 * The threads and commands that tests start read the cache too. What keeps the memory of a server small would take a
 * tenth of the processor.
 */
function testEnv() {
  return { NODE_COMPILE_CACHE: file('node_modules', '.cache', 'mainforte'), ...process.env, NODE_ENV: 'test' }
}

/** Each step of `check` runs even when one before it failed. */
const steps = [
  ['format', [tool('prettier', 'bin', 'prettier.cjs'), '--check', '--log-level', 'warn', '.']],
  ['lint', [tool('oxlint', 'bin', 'oxlint'), '--quiet']],
  ['types', [tool('typescript', 'bin', 'tsc'), '--noEmit', '-p', '.']],
  ['tests', jest],
]

const [name = '--help', ...rest] = process.argv.slice(2)
if (name === '--version') console.log(`mainforte ${version}, ${describeNode()}`)
else if (name === 'check') await check(rest)
else if (name === 'setup') await setUp(rest)
else if (name === 'audit') await auditPackages(rest)
else await launch(Object.hasOwn(commands, name) ? commands[name](rest) : operator(name, rest))

async function launch({ args, tools = false, cwd = process.cwd(), env = process.env }) {
  const node = await findNode()
  await installPackages(node, tools)
  await prepareTypes(node)
  await run(node.file, args, { cwd, env: node.env(env) })
}

async function prepareTypes(node) {
  if (!areKept()) await follow(spawn(node.file, makeTypes, { stdio: 'inherit' }))
}

/** Any other command is one of the operator: backup, create-admin… */
function operator(command, args) {
  return { args: [...withoutTypes, ...settings, file('server', 'cli.ts'), command, ...args] }
}

async function setUp(options) {
  if (options.includes('--help')) return console.log(text('cli.launch.setup.help'))
  const unknown = options.filter((option) => option !== '--production')
  if (unknown.length > 0) return say(text('cli.launch.setup.options', { options: unknown.join(' ') }), 2)
  const production = options.length > 0 || process.env.NODE_ENV === 'production'
  const node = await findNode()
  const wasMissing = await installPackages(node, !production, production)
  await prepareTypes(node)
  if (!wasMissing) say(text('cli.launch.setup.ready'))
}

async function auditPackages(options) {
  if (options.includes('--help')) return console.log(text('cli.launch.audit.help'))
  if (options.length > 0) return say(text('cli.launch.audit.no_option', { options: options.join(' ') }), 2)
  const { audit } = await import('./node/audit.mjs')
  await audit(await findNode())
}

async function check(options) {
  const unknown = options.filter((option) => option !== '--no-tests')
  if (unknown.length > 0) return say(text('cli.launch.check.options', { options: unknown.join(' ') }), 2)
  const node = await findNode()
  await installPackages(node, true)
  await prepareTypes(node)
  const env = node.env(testEnv())
  const failed = []
  for (const [step, args] of steps) {
    if (step === 'tests' && options.length > 0) continue
    if ((await run(node.file, args, { cwd: root, env })) !== 0) failed.push(step)
  }
  if (failed.length > 0) say(text('cli.launch.check.failed', { steps: failed.join(', ') }), 1)
  else say(text('cli.launch.check.passed'))
}

/** Templates, texts and styles are not imported, so the folders are watched instead of the modules. */
function watched() {
  const folders = ['config', 'db', 'server', 'federation', 'views']
  return ['--watch-preserve-output', ...folders.map((folder) => `--watch-path=${file(folder)}`)]
}
