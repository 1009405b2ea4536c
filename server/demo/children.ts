// SPDX-License-Identifier: AGPL-3.0-or-later
import { spawn, type ChildProcess } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { readConfig, type Config } from '../../config/env.ts'
import { nodeEnv, nodeOptions } from '../../config/node/options.mjs'

/** `replies`: the Maildir of its answers by mail. */
export type Place = { key: string; port: number; url: string; dataDir: string; replies: string }

/** The domain of its mail addresses. */
export const domainOf = ({ key }: Pick<Place, 'key'>): string => `${key}.demo.example`
export type Child = { place: Place; stop(): Promise<void> }

const MAIN = join(import.meta.dirname, '../main.ts')

export function environmentOf(
  place: Place,
  all: readonly Place[],
  smtpUrl: string,
  now?: string,
): Record<string, string> {
  const { FEDERATION_ALLOW_HOSTS } = process.env
  const known = all.map(({ port }) => `localhost:${port}`)
  return {
    PUBLIC_URL: place.url,
    PORT: String(place.port),
    HOST: '127.0.0.1',
    DATA_DIR: place.dataDir,
    SMTP_URL: smtpUrl,
    MAIL_FROM: `ne-pas-repondre@${domainOf(place)}`,
    MAIL_REPLIES: `reponses@${domainOf(place)}`,
    MAIL_REPLIES_DIR: place.replies,
    // Another instance on this machine can take part when it is named here.
    FEDERATION_ALLOW_HOSTS: [...known, ...(FEDERATION_ALLOW_HOSTS ? [FEDERATION_ALLOW_HOSTS] : [])].join(','),
    LOG_LEVEL: 'warn',
    // Everybody signs in with the same password there.
    SECOND_FACTOR: 'offered',
    // While a month is lived, nobody waits a minute for an answer.
    ...(now && { NOW: now, UNDO_SECONDS: '0' }),
  }
}

export function configOf(place: Place, all: readonly Place[], smtpUrl: string): Config {
  const reading = readConfig(environmentOf(place, all, smtpUrl))
  if (!reading.ok) throw new Error(reading.faults.join('\n'))
  return reading.config
}

/** @throws with its output when it does not answer within a minute. */
export async function startChild(place: Place, environment: Record<string, string>): Promise<Child> {
  await refuseTaken(place.port)
  const { PATH, HOME } = process.env
  const child = spawn(process.execPath, [...nodeOptions, MAIN], {
    env: { PATH, HOME, ...nodeEnv, ...environment },
    // The channel closes however this process ends; the child then stops and frees its port.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Ctrl-C would reach the whole group, but this process stops the children itself.
    detached: true,
  })
  let printed = ''
  const keep = (chunk: Buffer) => {
    printed = (printed + chunk.toString()).slice(-4000)
    if (process.env.DEMO_VERBOSE) process.stderr.write(`[${place.key}] ${chunk}`)
  }
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  let isAwaited = false
  const stop = () => {
    isAwaited = true
    return stopChild(child, ended)
  }
  try {
    await answering(place, child)
  } catch (error) {
    await stop()
    throw new Error(`${(error as Error).message}\n${printed}`, { cause: error })
  }
  child.once('exit', (code, signal) => {
    if (isAwaited) return
    console.error(
      `mainforte: ${place.url} has stopped (${signal ?? code}); Ctrl-C, then the same command, starts it again`,
    )
  })
  return { place, stop }
}

/** Another program that answers there would be taken for the child. @throws when something listens there. */
export async function refuseTaken(port: number): Promise<void> {
  const probe = createServer()
  await new Promise<void>((resolve, reject) => {
    probe.once('error', () => reject(new Error(`port ${port} is taken by another program; choose others with --port`)))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve()))
  })
}

async function answering(place: Place, child: ChildProcess): Promise<void> {
  const until = Date.now() + 60_000
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${place.key} did not start:`)
    const answer = await fetch(`http://127.0.0.1:${place.port}/readyz`).catch(() => undefined)
    if (answer?.ok) return
    if (Date.now() > until) throw new Error(`${place.key} does not answer:`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

async function stopChild(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  const impatience = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await ended
  clearTimeout(impatience)
}
