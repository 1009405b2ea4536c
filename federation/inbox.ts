// SPDX-License-Identifier: AGPL-3.0-or-later
// What was let in is given its meaning: in order per actor, once, and a message that cannot be understood stops nobody.
import {
  listWaiting,
  listWaitingOf,
  listWaitingOfPartners,
  settleActivity,
  type ActivityRow,
  type Outcome as Settlement,
} from '../db/queries/fed-activities.ts'
import { later, MINUTE } from '../server/base/clock.ts'
import { faultOf } from '../server/base/fault.ts'
import { nudging, turns } from '../server/queue/turns.ts'
import { createYielding } from '../server/queue/event-loop.ts'
import { HttpError } from '../server/web/errors.ts'
import { transact, type Tx } from '../server/web/transact.ts'
import { MOST_FETCHES, type Budget } from './fetch.ts'
import { createKeeping } from './inbox/keeping.ts'
import { NotNow, type Outcome } from './inbox/meaning.ts'
import { createReading, type ReadingParts } from './inbox/reading.ts'
import type { Ourselves } from './ourselves.ts'
import type { Peers } from './peers.ts'
import { openPlaces } from './places.ts'

/** Actors whose letters are read at a time; one letter after the other. */
const AT_ONCE = 4
/** So many of one actor are read in one turn, before others have theirs. */
const IN_A_ROW = 50
/** In a rush each letter that is to be understood lets others pass for a moment: the sender waits, it need not. */
const YIELD_MS = 100
const WAITS = [5_000, 30_000, 2 * MINUTE, 10 * MINUTE]

type Settled = { row: ActivityRow; outcome: Settlement }

export function createInbox(all: ReadingParts & { peers: Peers }) {
  const { deps } = all
  const read = createReading(all)
  const keeping = createKeeping(all, () => void drain())
  const { nudge, look, more } = nudging()
  const places = openPlaces({ atOnce: AT_ONCE, perOne: 1 }, nudge)
  const yieldLoop = createYielding()
  /** What ended a turn badly (a disk that is full, say): the whole inbox rests until it is rung for again. */
  const faults: unknown[] = []
  let stopped = false
  const inTurns = turns(run, (error) => deps.log.error('the inbox stopped', { error: faultOf(error) }))

  /** Gives everything that is due its meaning; resolves when nothing due is left. */
  function drain(): Promise<void> {
    nudge()
    return inTurns()
  }

  async function run(): Promise<void> {
    faults.length = 0
    places.forget()
    for (;;) {
      look()
      if (faults.length > 0) throw faults[0]
      if (!stopped) await begin()
      if (places.isEmpty()) break
      await more()
    }
  }

  /** Those who have waited longest; when there is no room for strangers, there still is some for partners. */
  async function begin(): Promise<void> {
    for (const actor of await nextOf(listWaiting)) if (places.free() > 0) start(actor)
    if (places.free() > 0) return
    for (const actor of await nextOf(listWaitingOfPartners)) if (places.freeForPartners() > 0) start(actor)
  }

  async function nextOf(list: typeof listWaiting): Promise<string[]> {
    const rows = await list(deps.db, { now: deps.clock.iso(), except: places.busy(), most: AT_ONCE * 4 })
    return rows.map(({ actor }) => actor)
  }

  /** With whom a letter takes long (a home is asked that does not answer), waits on beside the others. */
  function start(actor: string): void {
    const place = places.take(actor)
    understandAll(actor, place.again)
      .catch((error: unknown) => faults.push(error))
      .finally(() => {
        place.end(true)
        nudge()
      })
  }

  /** What one actor says, in the order in which it came, up to the first that has to wait. */
  async function understandAll(actor: string, beginLetter: () => void): Promise<void> {
    const ours = await all.ourselves.read()
    // What has no effect is written down with the next that has one, or at the end: a commit for each would cost most.
    const settled: Settled[] = []
    for (const row of await listWaitingOf(deps.db, actor, IN_A_ROW)) {
      if (stopped || (row.not_before !== null && row.not_before > deps.clock.iso())) break
      if (keeping.isRush()) await new Promise((done) => setTimeout(done, YIELD_MS))
      await yieldLoop()
      beginLetter()
      if (!(await understand(row, ours, settled))) break
    }
    if (settled.length > 0) await transact(deps, (tx) => settleAll(tx, settled), { wakes: false })
  }

  /** @returns false when those after it have to wait. */
  async function understand(row: ActivityRow, ours: Ourselves | undefined, settled: Settled[]): Promise<boolean> {
    const budget: Budget = { left: MOST_FETCHES - row.fetches }
    try {
      const effect = await read(row, ours, budget)
      if (effect.outcome) {
        settled.push({ row, outcome: settlementOf(effect.outcome, fetchesOf(budget)) })
        return true
      }
      // Its effect may be an answer.
      await all.apexDoor.load()
      await transact(deps, async (tx) => {
        await settleAll(tx, settled)
        await settleActivity(tx, row.seq, settlementOf(await effect(tx), fetchesOf(budget)))
      })
      settled.length = 0
      return true
    } catch (error) {
      await postpone(row, error, fetchesOf(budget))
      return false
    }
  }

  async function postpone(row: ActivityRow, error: unknown, fetches: number): Promise<void> {
    const attempts = row.attempts + 1
    const wait = WAITS[attempts - 1]
    const reason = error instanceof NotNow || error instanceof HttpError ? error.message : `fault: ${faultOf(error)}`
    const outcome = { attempts, fetches, error: reason.slice(0, 300) }
    deps.log.warn('an activity could not be understood', {
      seq: row.seq,
      type: row.type,
      attempts,
      reason: reason.slice(0, 200),
    })
    await settleActivity(
      deps.db,
      row.seq,
      wait === undefined
        ? { ...outcome, state: 'parked' }
        : { ...outcome, state: 'waiting', not_before: later(deps.clock.iso(), wait) },
    )
  }

  return {
    keep: keeping.keep,
    drain,
    async stop() {
      stopped = true
      await drain()
    },
  }
}

const fetchesOf = ({ left }: Budget): number => MOST_FETCHES - Math.max(0, left)

/** A letter that would have cost too many requests is not lost: the operator sees it, and may give it another life. */
function settlementOf(outcome: Outcome, fetches: number): Settlement {
  if (outcome === 'done') return { state: 'done', fetches }
  const { ignored: error } = outcome
  return { state: error === 'budget_spent' ? 'parked' : 'ignored', error, fetches }
}

async function settleAll(tx: Tx, settled: Settled[]): Promise<void> {
  const yieldLoop = createYielding()
  for (const { row, outcome } of settled) {
    await settleActivity(tx, row.seq, outcome)
    await yieldLoop()
  }
}
