// SPDX-License-Identifier: AGPL-3.0-or-later
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { readConfig } from '../../config/env.ts'
import { DATABASE_FILE } from '../../db/open.ts'
import { createInstance } from '../../server/create-instance.ts'
import { fillThings } from '../browser/things.ts'
import { createBrowser, type Browser } from './browser.ts'
import { emptyDatabase } from './kept-databases.ts'
import { PASSWORD, fillWorld, type Name } from './world.ts'

const ROOT = join(import.meta.dirname, '../..')
const open: Process[] = []
/** Only the path to programs, and what makes them start quickly. */
export const CHILD_ENV = {
  LANG: 'en_CA.UTF-8',
  PATH: process.env['PATH'] ?? '',
  NODE_COMPILE_CACHE: join(ROOT, 'node_modules/.cache/mainforte'),
  NODE_OPTIONS: `--import=${pathToFileURL(join(ROOT, 'config/node/resolve.mjs')).href}`,
}

export type ProcessOptions = {
  name: string
  kind: 'association' | 'centre' | 'both'
  port: number
  knows: string[]
  env?: Record<string, string>
  empty?: boolean
  /** With what a centre has after some weeks of federation. */
  things?: boolean
}

export type Process = {
  readonly name: string
  readonly url: string
  readonly host: string
  readonly actor: string
  readonly dataDir: string
  /** To pages of its things that no page links to. */
  readonly mailedPaths: readonly string[]
  readonly output: string
  /** Milliseconds until it answered, at the last start. */
  readonly startMs: number
  readonly pid: number | undefined
  start(): Promise<void>
  /** SIGKILL: nothing can be finished. */
  kill(): Promise<void>
  /** SIGTERM: what is under way is finished. Resolves with the exit code. */
  stop(): Promise<number | null>
  browser(language?: string): Browser
  signIn(name: Name): Promise<Browser>
}

export async function startProcess(options: ProcessOptions): Promise<Process> {
  const dataDir = mkdtempSync(join(tmpdir(), `mainforte-${options.name}-`))
  const url = `http://127.0.0.1:${options.port}`
  const env = {
    ...CHILD_ENV,
    NODE_ENV: 'test',
    PUBLIC_URL: url,
    HOST: '127.0.0.1',
    PORT: String(options.port),
    DATA_DIR: dataDir,
    FEDERATION_ALLOW_HOSTS: options.knows.join(','),
    LOG_LEVEL: 'info',
    ...options.env,
  }
  const mailedPaths = options.empty ? [] : await seed(options, env)
  let child: ChildProcess | undefined
  let output = ''
  let startMs = 0
  const me: Process = {
    name: options.name,
    url,
    host: `127.0.0.1:${options.port}`,
    actor: `${url}/actor`,
    dataDir,
    mailedPaths,
    get output() {
      return output
    },
    get startMs() {
      return startMs
    },
    get pid() {
      return child?.pid
    },
    async start() {
      const from = performance.now()
      child = spawn(process.execPath, ['server/main.ts'], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] })
      child.stdout?.on('data', (text: Buffer) => (output += text.toString()))
      child.stderr?.on('data', (text: Buffer) => (output += text.toString()))
      const isOver = () => child?.exitCode !== null || child?.signalCode !== null
      await until(() => answers(url), undefined, isOver).catch(() => {
        const how = child?.exitCode ?? child?.signalCode ?? 'no answer'
        throw new Error(`${options.name} did not start (${how}):\n${output.slice(-2000)}`)
      })
      startMs = performance.now() - from
    },
    async kill() {
      await end(child, 'SIGKILL')
    },
    async stop() {
      return end(child, 'SIGTERM')
    },
    browser: (language = 'fr') => createBrowser(url, url, language),
    async signIn(name) {
      const browser = me.browser()
      await browser.postOnly('/sign-in', { login: `${name}@example.org`, password: PASSWORD })
      if (!browser.cookie) throw new Error(`${name} could not sign in at ${options.name}: ${browser.status}`)
      return browser
    },
  }
  open.push(me)
  await me.start()
  return me
}

/** Call in afterAll: ends every process and removes its folder. */
export async function stopProcesses(): Promise<void> {
  for (const one of open.splice(0)) {
    await one.kill()
    rmSync(one.dataDir, { recursive: true, force: true })
  }
}

/** Tries until it is so. @throws `otherwise` after `patience` milliseconds, which only end a run that hangs. */
export async function until<T>(
  look: () => Promise<T | false | undefined | null> | T | false | undefined | null,
  otherwise = 'it did not happen',
  giveUp: () => boolean = () => false,
  patience = 240_000,
): Promise<T> {
  const from = performance.now()
  for (;;) {
    const found = await look()
    if (found) return found
    if (giveUp() || performance.now() - from > patience) throw new Error(otherwise)
    await new Promise((done) => setTimeout(done, 100))
  }
}

/**
 * Fills its data folder before it starts; in this process, which has loaded the program already.
 * @returns paths that are only in mails.
 */
async function seed({ kind, things }: ProcessOptions, env: Record<string, string>): Promise<string[]> {
  const reading = readConfig({ ...env, LOG_LEVEL: 'silent' })
  if (!reading.ok) throw new Error(reading.faults.join('\n'))
  writeFileSync(join(reading.config.dataDir, DATABASE_FILE), emptyDatabase(new Date().toISOString()), { mode: 0o600 })
  const instance = await createInstance(reading.config)
  const ids = await fillWorld(instance.deps, { kind })
  const mailed = things ? await fillThings(instance.deps, ids.farid) : []
  await instance.stop()
  return mailed
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`)).ok
  } catch {
    return false
  }
}

function end(child: ChildProcess | undefined, signal: NodeJS.Signals): Promise<number | null> {
  if (!child || child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child?.exitCode ?? null)
  return new Promise((done) => {
    child.once('exit', (code) => done(code))
    child.kill(signal)
  })
}
