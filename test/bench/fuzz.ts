// SPDX-License-Identifier: AGPL-3.0-or-later
// Sends ten thousand faulty activities to a running centre one after the other, and counts those that did harm.
import fc from 'fast-check'
import { stopApps } from '../support/app.ts'
import { anyFault } from '../support/faults.ts'
import { openGround } from '../support/fuzz-ground.ts'
import { stopPeers } from '../support/peer.ts'
import type { Figure } from './run.ts'

const ACTIVITIES = 10_000

export async function fuzzFigures(): Promise<Figure[]> {
  const unhandled: string[] = []
  const note = (error: unknown) => void unhandled.push(String(error))
  process.on('unhandledRejection', note)
  const seed = Math.floor(Math.random() * 2 ** 31)
  const ground = await openGround()
  const answers = new Map<number, number>()
  let faults = 0
  const from = performance.now()
  try {
    for (const fault of fc.sample(anyFault, { numRuns: ACTIVITIES, seed })) {
      const { status, wrong } = await ground.sendOne(fault)
      answers.set(status, (answers.get(status) ?? 0) + 1)
      faults += wrong.length
      if (wrong.length > 0) console.error(JSON.stringify({ seed, wrong, fault }))
    }
  } finally {
    ground.close()
    await stopApps()
    await stopPeers()
    process.off('unhandledRejection', note)
  }
  for (const error of unhandled) console.error(JSON.stringify({ seed, unhandled: error }))
  const counted = [...answers].toSorted().map(([status, count]) => `${status}: ${count}`)
  const seconds = Math.round((performance.now() - from) / 1000)
  const how = `${ACTIVITIES} mutations of valid activities, signed in both forms, seed ${seed}, ${seconds} s; answers ≥ 500, unhandled rejections, rows changed or addresses asked by refused ones, messages parked by a fault of ours; answered ${counted.join(', ')}`
  return [{ name: 'fuzz_10000_faults', value: faults + unhandled.length, unit: 'faults', note: how }]
}
