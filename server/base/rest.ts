// SPDX-License-Identifier: AGPL-3.0-or-later
// An instance that has nothing to do gives memory back to the machine, which it shares with others.
import { performance } from 'node:perf_hooks'

const LOOK_EVERY_MS = 1_000
/** Part of the time, from 0 to 1, below which the process counts as at rest, and above which it has made a mess. */
const AT_REST = 0.05
const PAUSE_MS = 5 * 60_000

/**
 * Collects garbage once when work is over: V8 alone keeps what a start or a busy hour left for as long as nobody needs
 * room. Does nothing when Node was started without --expose-gc (config/launch.mjs gives it).
 * @returns stops it.
 */
export function tidyAtRest(): () => void {
  const { gc } = globalThis
  if (!gc) return () => {}
  let before = performance.eventLoopUtilization()
  let isUntidy = true
  let tidiedAt = -PAUSE_MS
  const timer = setInterval(() => {
    const now = performance.eventLoopUtilization()
    const isAtRest = performance.eventLoopUtilization(now, before).utilization < AT_REST
    before = now
    isUntidy ||= !isAtRest
    if (!isUntidy || !isAtRest || performance.now() - tidiedAt < PAUSE_MS) return
    gc({ type: 'major', execution: 'sync', flavor: 'last-resort' })
    isUntidy = false
    tidiedAt = performance.now()
    // The collection itself was work.
    before = performance.eventLoopUtilization()
  }, LOOK_EVERY_MS).unref()
  return () => clearInterval(timer)
}
