// SPDX-License-Identifier: AGPL-3.0-or-later
// The timer of the process: one node-cron task for all its instances.
import { setImmediate } from 'node:timers/promises'
import { schedule, type ScheduledTask } from 'node-cron'
import { once } from './once.ts'

export const RING_SECONDS = 15
const RINGS_A_MINUTE = 60 / RING_SECONDS
/** A call that a busy machine missed is made up for at the next one, so it is not logged. */
const QUIET = { noOverlap: true, suppressMissedWarning: true }

/** Called every 15 seconds; `isMinute` is true at every fourth call. It must not throw. */
export type Listener = (isMinute: boolean) => void
export type Alarm = {
  /** @returns a function that stops the calls. */
  onRing(listener: Listener): () => void
}

/** Runs while there are listeners. The event loop is released between two listeners. */
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
