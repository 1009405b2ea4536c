// SPDX-License-Identifier: AGPL-3.0-or-later
// Reads the events in order, once each: the effect and the cursor change in the same transaction. An event that keeps
// failing is parked, and the next ones go on.
import * as queries from '../db/queries/event-consumers.ts'
import { isFileFault } from '../db/open.ts'
import { later } from './base/clock.ts'
import { faultOf } from './base/fault.ts'
import type { Deps } from './deps.ts'
import { readEvent, type Event, type EventRow, type EventType } from './model/events.ts'
import { createYielding } from './queue/event-loop.ts'
import { singleFlight } from './queue/single-flight.ts'
import { transact, type Tx } from './web/transact.ts'

export const CONSUMERS = ['batches', 'notices', 'federation'] as const
export type ConsumerName = (typeof CONSUMERS)[number]

export function runningConsumers({ federation }: { federation: boolean }): readonly ConsumerName[] {
  return CONSUMERS.filter((name) => name !== 'federation' || federation)
}

export type Consumer = {
  /** Resolves when nothing due is left. */
  drain(): Promise<void>
  stop(): Promise<void>
}

/** `more`: what an event causes is not all written yet. The handler is called again, in a transaction of its own. */
export type Handled = void | 'more'
/** SQL and pure code only. Types without a handler are skipped. */
export type Handlers = { readonly [T in EventType]?: (tx: Tx, event: Event<T>) => Promise<Handled> }

type Around = {
  /** Runs before the transaction; its errors do not count against an event. */
  prepare?: () => Promise<void>
  /** Goes on with what an earlier event began. Called before each event; false when nothing is left of it. */
  goOn?: () => Promise<boolean>
}

/** Milliseconds before the second to the fifth try: under a minute, because later events wait to keep their order. */
export const WAITS = [1_000, 4_000, 15_000, 30_000] as const

/** In one round. `position`: how far it has read; `saved`: the cursor in the database, where it goes on after a kill. */
type Reader = { deps: Deps; name: ConsumerName; handlers: Handlers; position: number; saved: number } & Required<Around>
/** `attempts`: failures before. */
type Try = { seq: number; attempts: number }

export function consumer(
  deps: Deps,
  name: ConsumerName,
  handlers: Handlers,
  { prepare = async () => {}, goOn = async () => false }: Around = {},
): Consumer {
  const reader: Reader = { deps, name, handlers, prepare, goOn, position: 0, saved: 0 }
  const yieldLoop = createYielding()
  let stopped = false
  let timer: NodeJS.Timeout | undefined

  async function readAll(): Promise<void> {
    clearTimeout(timer)
    // Most commits leave nothing for this consumer.
    if (!(await queries.hasWork(deps.db, name)) && !(await goOn())) return
    reader.saved = reader.position = await queries.findCursor(deps.db, name)
    while (!stopped && (await step(reader))) await yieldLoop()
    // Once for all events without a handler that were passed over.
    if (reader.position > reader.saved) await write(reader, (tx) => queries.moveCursor(tx, name, reader.position))
    const next = stopped ? undefined : await queries.nextTryAt(deps.db, name)
    if (next === undefined) return
    // At least 100 ms, also when the clock stands still.
    const wait = Math.max(100, Date.parse(next) - deps.clock.now().getTime())
    timer = setTimeout(() => void drain(), wait).unref()
  }

  const drain = singleFlight(readAll, (error) =>
    deps.log.error('the events could not be read', { consumer: name, fault: faultOf(error) }),
  )
  const removeListener = deps.commits.onWake(() => void drain())
  return {
    drain,
    async stop() {
      stopped = true
      clearTimeout(timer)
      removeListener()
      await drain()
    },
  }
}

/** @returns false when nothing is due. */
async function step(reader: Reader): Promise<boolean> {
  if (await reader.goOn()) return true
  const { deps, name, handlers, position } = reader
  const retry = await queries.findDueRetry(deps.db, name, { cursor: position, now: deps.clock.iso() })
  if (retry) {
    await attempt(reader, await queries.findEvent(deps.db, retry.seq), retry)
    return true
  }
  const end = await queries.endOfLook(deps.db, position)
  if (end === undefined) return false
  const row = await queries.findNext(deps.db, { after: position, until: end }, Object.keys(handlers))
  if (!row) {
    reader.position = end
    return true
  }
  const before = await queries.findWaiting(deps.db, name, row.seq)
  if (before && before.not_before > deps.clock.iso()) return false
  await attempt(reader, row, { seq: row.seq, attempts: before?.attempts ?? 0 })
  return true
}

/** @param row undefined when the event was deleted after it was parked: then there is nothing to do. */
async function attempt(reader: Reader, row: EventRow | undefined, now: Try): Promise<void> {
  const read = row && readEvent(row)
  if (read && !read.ok) return park(reader, now, `unreadable ${read.fault}`)
  await reader.prepare()
  try {
    await moveOn(reader, now, async (tx) => {
      if (read && (await handle(reader, tx, read.event)) === 'more') return 'more'
      await queries.deleteFailure(tx, reader.name, now.seq)
    })
  } catch (error) {
    // A locked file or a full disk is not the event's fault: everything waits and is tried again.
    if (isFileFault(error)) throw error
    await postpone(reader, now, faultOf(error))
  }
}

async function handle({ handlers }: Reader, tx: Tx, event: Event): Promise<Handled> {
  const handler = handlers[event.type] as ((tx: Tx, event: Event) => Promise<Handled>) | undefined
  return handler?.(tx, event)
}

async function postpone(reader: Reader, now: Try, fault: string): Promise<void> {
  const { deps, name } = reader
  const wait = WAITS[now.attempts]
  if (wait === undefined) return park(reader, now, fault)
  const attempts = now.attempts + 1
  deps.log.warn('an event could not be handled yet', { consumer: name, seq: now.seq, attempts, fault })
  const not_before = later(deps.clock.iso(), wait)
  const failure = { consumer: name, seq: now.seq, fault, attempts, not_before, parked_at: null }
  await write(reader, (tx) => queries.saveFailure(tx, failure))
}

async function park(reader: Reader, now: Try, fault: string): Promise<void> {
  const { deps, name } = reader
  const attempts = now.attempts + 1
  const at = deps.clock.iso()
  deps.log.error('an event is parked', { consumer: name, seq: now.seq, attempts, fault })
  await moveOn(reader, now, (tx) =>
    queries.saveFailure(tx, { consumer: name, seq: now.seq, fault, attempts, not_before: at, parked_at: at }),
  )
}

/** Unless there is more to do for this event. One that is tried again may lie before the cursor already. */
async function moveOn(reader: Reader, { seq }: Try, work: (tx: Tx) => Promise<Handled>): Promise<void> {
  const handled = await write(reader, async (tx) => {
    if ((await work(tx)) === 'more') return 'more'
    if (seq > reader.saved) await queries.moveCursor(tx, reader.name, seq)
    return undefined
  })
  if (handled === 'more') return
  reader.saved = Math.max(reader.saved, seq)
  reader.position = Math.max(reader.position, seq)
}

/** Does not wake the queues; they also run every 15 seconds (jobs.ts). */
function write<T>({ deps }: Reader, work: (tx: Tx) => Promise<T>): Promise<T> {
  return transact(deps, work, { wakes: false })
}
