// SPDX-License-Identifier: AGPL-3.0-or-later
// Several instances in one process, none of which listens: the cost of each further one.
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { createServer, request, type RequestListener } from 'node:http'
import { createInterface } from 'node:readline'
import { readConfig } from '../../config/env.ts'
import { createInstance, type Instance } from '../../server/create-instance.ts'
import { pause, prepare, residentMb } from './instance.ts'
import type { Figure } from './run.ts'

const SECOND = 2
const LAST = 20
const AT_REST_MS = 200
type Step = { mb: number; ms: number }

/** For the 2nd to the 20th instance, in a process of their own. */
export async function instancesFigures(): Promise<Figure[]> {
  const child = spawn(process.execPath, ['--expose-gc', import.meta.filename], { stdio: ['ignore', 'pipe', 'inherit'] })
  const steps: Step[] = []
  for await (const line of createInterface({ input: child.stdout })) steps.push(JSON.parse(line) as Step)
  const [first, last] = [steps[SECOND - 2], steps[LAST - 1]]
  if (!first || !last) throw new Error('the instances did not start')
  const further = steps.slice(SECOND - 1)
  const note = `instances ${SECOND} to ${LAST} of one process behind one HTTP server, each with two pages read, mean`
  return [
    { name: 'instance_extra_mb', value: round((last.mb - first.mb) / further.length), unit: 'MB', note },
    {
      name: 'instance_extra_ms',
      value: round(further.reduce((sum, { ms }) => sum + ms, 0) / further.length),
      unit: 'ms',
      note: `${note}; from createInstance to the second page`,
    },
  ]
}

const round = (value: number) => Math.round(value * 100) / 100

async function run(): Promise<void> {
  const byHost = new Map<string, RequestListener>()
  const instances: { instance: Instance; dataDir: string }[] = []
  const server = createServer((req, res) => byHost.get(req.headers.host ?? '')?.(req, res))
  const port = await new Promise<number>((done) =>
    server.listen(0, '127.0.0.1', () => done((server.address() as { port: number }).port)),
  )
  for (let number = 1; number <= LAST; number++) {
    const { env, url, dataDir } = await prepare({ LOG_LEVEL: 'silent' })
    const reading = readConfig(env)
    if (!reading.ok) throw new Error(reading.faults.join('\n'))
    const from = performance.now()
    const instance = await createInstance(reading.config)
    instance.start()
    const { host } = new URL(url)
    byHost.set(host, instance.handle)
    instances.push({ instance, dataDir })
    for (const path of ['/', '/offers']) await read(port, host, path)
    const ms = performance.now() - from
    for (let round = 0; round < 3; round++) {
      await pause(AT_REST_MS)
      globalThis.gc?.()
    }
    console.log(JSON.stringify({ mb: residentMb(process.pid), ms } satisfies Step))
  }
  for (const { instance, dataDir } of instances) {
    await instance.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
  server.close()
}

function read(port: number, host: string, path: string): Promise<void> {
  return new Promise((done, fail) => {
    request({ host: '127.0.0.1', port, path, headers: { host }, agent: false }, (res) => {
      if (res.statusCode !== 200) fail(new Error(`${path} answered ${res.statusCode}`))
      res.resume().on('end', () => done())
    })
      .on('error', fail)
      .end()
  })
}

if (process.argv[1] === import.meta.filename) await run()
