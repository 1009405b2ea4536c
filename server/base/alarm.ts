// SPDX-License-Identifier: AGPL-3.0-or-later
// The alarm clock of the process: node-cron, once, however many instances there are.
import { setImmediate } from 'node:timers/promises'
import { schedule, type ScheduledTask } from 'node-cron'
import { once } from './once.ts'

export const RING_SECONDS = 15
const RINGS_A_MINUTE = 60 / RING_SECONDS
/** What a busy machine misses is made up for at the next ring, so it is no news. */
const QUIET = { noOverlap: true, suppressMissedWarning: true }

/** Called every 15 seconds; `isMinute` is true at every fourth call. It may not throw. */
export type Listener = (isMinute: boolean) => void
export type Alarm = {
  /** @returns stops the calls. */
  onRing(listener: Listener): () => void
}

/** Rings while anybody listens. Between two listeners the event loop is given back. */
export function createAlarm(): Alarm {
  const listeners = new Set<Listener>()
  let task: ScheduledTask | undefined
  let rings = 0
  const ring = async () => {
    const isMinute = rings++ % RINGS_A_MINUTE === 0
    for (const listener of listeners) {
      listener(isMinute)
      await setImmediate()
    }
  }
  return {
    onRing(listener) {
      listeners.add(listener)
      task ??= schedule(`*/${RING_SECONDS} * * * * *`, ring, QUIET)
      return () => {
        listeners.delete(listener)
        if (listeners.size > 0) return
        void task?.destroy()
        task = undefined
      }
    },
  }
}

export const processAlarm = once(createAlarm)
