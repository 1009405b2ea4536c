// SPDX-License-Identifier: AGPL-3.0-or-later
// WEB_PROCESSES: this process writes, and the others read. They share the port (Node's cluster); what they may not answer
// reaches this one through a socket that only its user can open.
import cluster, { type Worker } from 'node:cluster'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer } from '../base/http.ts'
import type { Instance } from '../create-instance.ts'
import { closeServer } from '../http-server.ts'
import type { NotedVisit } from '../memory.ts'
import { countVisit } from '../statistics/count.ts'
import { fromReader } from './pass-on.ts'

const READER = join(import.meta.dirname, 'reader.ts')
/** Milliseconds before a process that ended is replaced, so that one that cannot start costs little. */
const REPLACE_AFTER = 1_000
const STOP_PATIENCE_MS = 8_000

export type Readers = { stop(): Promise<void> }

/** @param count of processes beside this one. @throws when one of them cannot start; it has then said why. */
export async function startReaders(instance: Instance, count: number): Promise<Readers> {
  const { deps } = instance
  const folder = mkdtempSync(join(tmpdir(), 'mainforte-'))
  const socket = process.platform === 'win32' ? `\\\\.\\pipe\\mainforte-${process.pid}` : join(folder, 'main')
  const server = createServer(fromReader(instance.handle))
  // A connection is never closed while a reader may be about to use it again.
  server.keepAliveTimeout = 0
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(socket, resolve))
  let isStopping = false
  // Readers take connections by themselves, so that visitors do not wait while this process is busy.
  cluster.schedulingPolicy = cluster.SCHED_NONE
  cluster.setupPrimary({ exec: READER, args: [socket] })
  cluster.on('message', (_worker, visits: NotedVisit[]) => visits.forEach((visit) => countVisit(deps, visit)))
  cluster.on('exit', ({ process: { pid } }, code, signal) => {
    if (isStopping) return
    deps.log.error('a web process ended and is replaced', { pid, code, signal })
    setTimeout(() => isStopping || begin(instance).catch(() => {}), REPLACE_AFTER)
  })
  await Promise.all(Array.from({ length: count }, () => begin(instance)))
  instance.start()
  return {
    async stop() {
      isStopping = true
      await Promise.all(Object.values(cluster.workers ?? {}).map((worker) => worker && end(worker)))
      await Promise.all([instance.stop(), closeServer(server, STOP_PATIENCE_MS)])
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Resolves when it listens. */
async function begin({ deps: { config, clock } }: Instance): Promise<void> {
  const worker = cluster.fork(config.now ? { NOW: clock.iso() } : {})
  await new Promise<void>((resolve, reject) => {
    worker.once('listening', () => resolve())
    worker.once('exit', () => reject(new Error('a web process did not start')))
  })
}

async function end(worker: Worker): Promise<void> {
  const ended = new Promise<void>((resolve) => void worker.once('exit', () => resolve()))
  worker.send('stop')
  const patience = setTimeout(() => worker.kill('SIGKILL'), STOP_PATIENCE_MS)
  await ended
  clearTimeout(patience)
}
