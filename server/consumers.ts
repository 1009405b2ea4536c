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

/** In one round. */
type Reader = {
  deps: Deps
  name: ConsumerName
  handlers: Handlers
  /** How far it has read. */
  position: number
  /** The cursor in the database, where it goes on after a kill. */
  saved: number
  /** What comes next, and how far that looked. */
  ahead: EventRow[]
  until: number
  /** Can others lie behind it? */
  hasMore: boolean
  /** Do some events wait for their next try? */
  hasFailures: boolean
} & Required<Around>
/** `attempts`: failures before, of those that are still known. */
type Try = { seq: number; attempts: number; hasFailed: boolean }

export function consumer(
  deps: Deps,
  name: ConsumerName,
  handlers: Handlers,
  { prepare = async () => {}, goOn = async () => false }: Around = {},
): Consumer {
  const yieldLoop = createYielding()
  let stopped = false
  let timer: NodeJS.Timeout | undefined

  async function readAll(): Promise<void> {
    clearTimeout(timer)
    const { cursor, hasNew, hasFailures } = await queries.findWork(deps.db, name)
    // Most commits leave nothing for this consumer.
    if (!hasNew && !hasFailures && !(await goOn())) return
    const begun = { position: cursor, saved: cursor, until: cursor, ahead: [], hasMore: true, hasFailures }
    const reader: Reader = { deps, name, handlers, prepare, goOn, ...begun }
    while (!stopped && (await step(reader))) await yieldLoop()
    // Once for all events without a handler that were passed over.
    if (reader.position > reader.saved) await write(reader, (tx) => queries.moveCursor(tx, name, reader.position))
    const next = stopped || !reader.hasFailures ? undefined : await queries.nextTryAt(deps.db, name)
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
  const { deps, name } = reader
  if (reader.position === reader.until) await look(reader)
  const now = deps.clock.iso()
  const retry = reader.hasFailures && (await queries.findDueRetry(deps.db, name, { cursor: reader.position, now }))
  if (retry) {
    await attempt(reader, await queries.findEvent(deps.db, retry.seq), { ...retry, hasFailed: true })
    return true
  }
  const [row] = reader.ahead
  if (!row) {
    reader.position = reader.until
    return reader.hasMore
  }
  const before = reader.hasFailures ? await queries.findWaiting(deps.db, name, row.seq) : undefined
  if (before && before.not_before > now) return false
  await attempt(reader, row, { seq: row.seq, attempts: before?.attempts ?? 0, hasFailed: before !== undefined })
  return true
}

async function look(reader: Reader): Promise<void> {
  const { deps, name, handlers, position } = reader
  const found = await queries.readNext(deps.db, name, position, Object.keys(handlers))
  Object.assign(reader, found satisfies Partial<Reader>)
}

/** @param row undefined when the event was deleted after it was parked: then there is nothing to do. */
async function attempt(reader: Reader, row: EventRow | undefined, now: Try): Promise<void> {
  const read = row && readEvent(row)
  if (read && !read.ok) return park(reader, now, `unreadable ${read.fault}`)
  await reader.prepare()
  try {
    await moveOn(reader, now, async (tx) => {
      if (read && (await handle(reader, tx, read.event)) === 'more') return 'more'
      if (now.hasFailed) await queries.deleteFailure(tx, reader.name, now.seq)
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
  reader.hasFailures = true
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
  if (reader.ahead[0]?.seq === seq) reader.ahead.shift()
}

/** Does not wake the queues; they also run every 15 seconds (jobs.ts). */
function write<T>({ deps }: Reader, work: (tx: Tx) => Promise<T>): Promise<T> {
  return transact(deps, work, { wakes: false })
}
