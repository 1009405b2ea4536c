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
  /** Types whose effect is only in the database, part by part: lost with a power failure, a part is done again. */
  repeatable?: readonly EventType[]
  /** Goes on with what an earlier event began. Called before each event; false when nothing is left of it. */
  goOn?: () => Promise<boolean>
}

/** Milliseconds before the second to the fifth try: under a minute, because later events wait to keep their order. */
export const WAITS = [1_000, 4_000, 15_000, 30_000] as const

type Reader = { deps: Deps; name: ConsumerName; handlers: Handlers } & Required<Around>
/** `attempts`: failures before; `cursor`: how far the consumer has read. */
type Try = { seq: number; attempts: number; cursor: number }

export function consumer(
  deps: Deps,
  name: ConsumerName,
  handlers: Handlers,
  { prepare = async () => {}, repeatable = [], goOn = async () => false }: Around = {},
): Consumer {
  const reader = { deps, name, handlers, prepare, repeatable, goOn }
  const yieldLoop = createYielding()
  let stopped = false
  let timer: NodeJS.Timeout | undefined

  async function readAll(): Promise<void> {
    clearTimeout(timer)
    // Most commits leave nothing for this consumer.
    if (!(await queries.hasWork(deps.db, name)) && !(await goOn())) return
    while (!stopped && (await step(reader))) await yieldLoop()
    const next = stopped ? undefined : await queries.nextTryAt(deps.db, name)
    if (next === undefined) return
    // At least 100 ms, also when the clock stands still.
    const wait = Math.max(100, Date.parse(next) - deps.clock.now().getTime())
    timer = setTimeout(() => void drain(), wait).unref()
  }

  const drain = singleFlight(readAll, (error) =>
    deps.log.error('the events could not be read', { consumer: name, fault: faultOf(error) }),
  )
  const removeListener = deps.commits.onCommit(() => void drain())
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
  const { deps, name, handlers } = reader
  const now = deps.clock.iso()
  const cursor = await queries.findCursor(deps.db, name)
  const retry = await queries.findDueRetry(deps.db, name, { cursor, now })
  if (retry) {
    const row = await queries.findEvent(deps.db, retry.seq)
    await attempt(reader, row, { ...retry, cursor })
    return true
  }
  const row = await queries.findNext(deps.db, cursor, Object.keys(handlers))
  if (!row) return passOver(reader, cursor)
  const before = await queries.findWaiting(deps.db, name, row.seq)
  if (before && before.not_before > now) return false
  await attempt(reader, row, { seq: row.seq, attempts: before?.attempts ?? 0, cursor })
  return true
}

/** Skips events without a handler. @returns false when there are none. */
async function passOver(reader: Reader, cursor: number): Promise<boolean> {
  const { deps, name, handlers } = reader
  if ((await queries.endOfLook(deps.db, cursor)) === undefined) return false
  await write(reader, async (tx) => {
    // An event with a handler may have arrived before this transaction began.
    if (await queries.findNext(tx, cursor, Object.keys(handlers))) return
    const end = await queries.endOfLook(tx, cursor)
    if (end !== undefined) await queries.moveCursor(tx, name, end)
  })
  return true
}

/** @param row undefined when the event was deleted after it was parked: then there is nothing to do. */
async function attempt(reader: Reader, row: EventRow | undefined, now: Try): Promise<void> {
  const read = row && readEvent(row)
  if (read && !read.ok) return park(reader, now, `unreadable ${read.fault}`)
  await reader.prepare()
  try {
    const isOnDisk = !read || !reader.repeatable.includes(read.event.type)
    const part = async (tx: Tx) => {
      if (read && (await handle(reader, tx, read.event)) === 'more') return
      await queries.deleteFailure(tx, reader.name, now.seq)
      await moveOn(reader, tx, now)
    }
    await write(reader, part, { isOnDisk })
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
  await write(reader, async (tx) => {
    await queries.saveFailure(tx, { consumer: name, seq: now.seq, fault, attempts, not_before: at, parked_at: at })
    await moveOn(reader, tx, now)
  })
}

/** An event that is tried again is before the cursor already. */
async function moveOn({ name }: Reader, tx: Tx, { seq, cursor }: Try): Promise<void> {
  if (seq > cursor) await queries.moveCursor(tx, name, seq)
}

/** Does not wake the queues; they also run every 15 seconds (jobs.ts). */
function write<T>({ deps }: Reader, work: (tx: Tx) => Promise<T>, { isOnDisk = true } = {}): Promise<T> {
  return transact(deps, work, { wakes: false, isOnDisk })
}
