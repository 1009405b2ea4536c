// SPDX-License-Identifier: AGPL-3.0-or-later
// An activity for many inboxes. Its deliveries are written a few at a time, each time in a transaction of its own, so
// that thousands of followers keep nobody waiting; a process that was killed goes on where it was. None is sent before
// all are written: an inbox that several followers share is then met once, and order is kept.
import {
  deleteFanOut,
  findFanOut,
  insertFanOut,
  saveFanOutFailure,
  listFollowerInboxes,
  updateFanOut,
  type FanOut,
} from '../db/queries/fed-fanouts.ts'
import { isFileFault } from '../db/open.ts'
import { later } from '../server/base/clock.ts'
import { faultOf } from '../server/base/fault.ts'
import { WAITS } from '../server/consumers.ts'
import type { Deps } from '../server/deps.ts'
import { waitAfter, type BackOff } from '../server/queue/back-off.ts'
import { transact, type Handle } from '../server/web/transact.ts'
import { enqueue } from './enqueue.ts'
import type { PeerPolicy } from './policy.ts'

/** Deliveries that are written at a time: some milliseconds, and one commit. */
const AT_ONCE = 100
/** Followers that are read at a time: many may share an inbox. */
const MOST_READ = 400

/** As for events (server/consumers.ts): what is published later waits meanwhile. */
const BACK_OFF: BackOff = { waits: WAITS, tries: WAITS.length + 1 }

type Parts = { deps: Deps; policy: PeerPolicy }
type Failed = { seq: number; attempts: number }

/** Begins in the transaction of what is published; `continueFanOut` does the rest. */
export async function beginFanOut(tx: Handle, parts: Parts, fanOut: FanOut): Promise<void> {
  // What is published later arrives later: it waits for one that is under way.
  const rest = (await findFanOut(tx)) ? fanOut : await writeNext(tx, parts, fanOut)
  if (rest) await insertFanOut(tx, rest)
}

/**
 * Writes the next few deliveries of the activity that was begun first. One that goes on failing is parked, and the next
 * ones go on; it is tried again at the next start of the server.
 * @returns false when nothing can be written now.
 */
export async function continueFanOut(parts: Parts): Promise<boolean> {
  const next = await findFanOut(parts.deps.db)
  if (!next || (next.not_before ?? '') > parts.deps.clock.iso()) return false
  const work = async (tx: Handle) => {
    const known = await findFanOut(tx)
    if (!known) return
    const rest = await writeNext(tx, parts, known)
    await (rest ? updateFanOut(tx, known.seq, rest) : deleteFanOut(tx, known.seq))
  }
  try {
    await transact(parts.deps, work, { wakes: false })
    return true
  } catch (error) {
    // A locked file or a full disk is nobody's fault: everything waits and is tried again.
    if (isFileFault(error)) throw error
    return postpone(parts.deps, next, faultOf(error))
  }
}

/** @returns true when it is parked, so that the next one can begin. */
async function postpone({ db, clock, log }: Deps, fanOut: Failed, fault: string): Promise<boolean> {
  const attempts = fanOut.attempts + 1
  const wait = waitAfter(attempts, BACK_OFF)
  const isParked = wait === undefined
  const now = clock.iso()
  log.error('the deliveries of an activity could not be written', { attempts, parked: isParked, fault })
  const next = isParked ? { not_before: null, parked_at: now } : { not_before: later(now, wait), parked_at: null }
  await saveFanOutFailure(db, fanOut.seq, { attempts, ...next })
  return isParked
}

/** @returns what is left to do, undefined for nothing. */
async function writeNext(tx: Handle, parts: Parts, fanOut: FanOut): Promise<FanOut | undefined> {
  const named = fanOut.inboxes.slice(0, AT_ONCE)
  const inboxes = new Set(named)
  const left = fanOut.inboxes.slice(AT_ONCE)
  let { followed, after } = fanOut
  if (followed !== null && left.length === 0) {
    const read = await listFollowerInboxes(tx, { followed, after, most: MOST_READ })
    const taken = takeWhileFew(read, inboxes)
    after = taken.at(-1)?.at ?? after
    if (taken.length === read.length && read.length < MOST_READ) followed = null
  }
  await enqueue(tx, parts, { activityId: fanOut.activity_id, orderKey: fanOut.order_key }, [...inboxes])
  return left.length > 0 || followed !== null ? { ...fanOut, inboxes: left, followed, after } : undefined
}

/** The first followers, as far as their inboxes are few; adds those inboxes to `inboxes`. */
function takeWhileFew<Follower extends { inbox: string }>(followers: Follower[], inboxes: Set<string>): Follower[] {
  const most = inboxes.size + AT_ONCE
  const end = followers.findIndex(({ inbox }) => inboxes.add(inbox).size > most)
  if (end < 0) return followers
  inboxes.delete(followers[end]!.inbox)
  return followers.slice(0, end)
}
