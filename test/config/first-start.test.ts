// SPDX-License-Identifier: AGPL-3.0-or-later
// The first start of a version strips the types of each file; the stripper does not stay in memory.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from '@jest/globals'
import { portAt } from '../support/ports.ts'
import { startProcess, stopProcesses, type Process } from '../support/processes.ts'

const folder = mkdtempSync(join(tmpdir(), 'mainforte-cache-'))
afterAll(async () => {
  await stopProcesses()
  rmSync(folder, { recursive: true })
})

const start = (offset: number, cache: string) =>
  startProcess({
    name: 'first-start',
    kind: 'association',
    port: portAt(offset),
    knows: [],
    empty: true,
    env: { NODE_COMPILE_CACHE: cache },
  })
/** What the process was started with, or began again with. */
const beganAgain = ({ pid }: Process) => readFileSync(`/proc/${pid}/environ`, 'utf8').includes('STARTED_AGAIN=')

const onLinux = process.platform === 'linux' ? it : it.skip
onLinux('with an empty cache it begins again, in the same process; the next start does not', async () => {
  const cache = join(folder, 'cache')
  const one = await start(70, cache)
  expect(beganAgain(one)).toBe(true)
  expect((await one.browser().get('/')).status).toBeLessThan(400)
  expect(await one.stop()).toBe(0)
  await one.start()
  expect([beganAgain(one), await one.stop()]).toEqual([false, 0])
})

onLinux('without a cache that can be written it starts once', async () => {
  const file = join(folder, 'file')
  writeFileSync(file, '')
  const one = await start(71, join(file, 'cache'))
  expect([beganAgain(one), await one.stop()]).toEqual([false, 0])
})
