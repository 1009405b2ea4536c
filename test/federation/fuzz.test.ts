// SPDX-License-Identifier: AGPL-3.0-or-later
// Three hundred faulty activities, different ones in each run; ten thousand in `npm run bench -- fuzz_10000_faults`.
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { stopApps } from '../support/app.ts'
import { anyFault } from '../support/faults.ts'
import { openGround, type Ground } from '../support/fuzz-ground.ts'
import { stopPeers } from '../support/peer.ts'

let ground: Ground
beforeAll(async () => {
  ground = await openGround()
})
afterAll(async () => {
  ground.close()
  await stopApps()
  await stopPeers()
})

it('whatever is wrong with an activity, it is no fault of ours, and one that is refused moves nothing', async () => {
  const seen = new Map<number, number>()
  const property = fc.asyncProperty(anyFault, async (fault) => {
    const { status, wrong } = await ground.sendOne(fault)
    seen.set(status, (seen.get(status) ?? 0) + 1)
    expect(wrong).toEqual([])
  })
  await fc.assert(property, { numRuns: 300 })
  for (const status of [202, 400, 401]) expect(seen.get(status) ?? 0).toBeGreaterThan(10)
  expect(ground.world.logged.filter((line) => / error /i.test(line))).toEqual([])
})
