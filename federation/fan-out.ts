// SPDX-License-Identifier: AGPL-3.0-or-later
// An activity for many inboxes. Its deliveries are written a few at a time, each time in a transaction of its own, so
// that thousands of followers keep nobody waiting; a process that was killed goes on where it was. None is sent before
// all are written: an inbox that several followers share is then met once, and order is kept.
import {
  deleteFanOut,
  findFanOut,
  insertFanOut,
  listFollowerInboxes,
  updateFanOut,
  type FanOut,
} from '../db/queries/fed-fanouts.ts'
import type { Deps } from '../server/deps.ts'
import { transact, type Handle } from '../server/web/transact.ts'
import { enqueue } from './enqueue.ts'
import type { PeerPolicy } from './policy.ts'

/** Deliveries that are written at a time: some milliseconds, and one commit. */
const AT_ONCE = 100
/** Followers that are read at a time: many may share an inbox. */
const MOST_READ = 400

type Parts = { deps: Deps; policy: PeerPolicy }

/** Begins in the transaction of what is published; `continueFanOut` does the rest. */
export async function beginFanOut(tx: Handle, parts: Parts, fanOut: FanOut): Promise<void> {
  // What is published later arrives later: it waits for one that is under way.
  const rest = (await findFanOut(tx)) ? fanOut : await writeNext(tx, parts, fanOut)
  if (rest) await insertFanOut(tx, rest)
}

/** Writes the next few deliveries of the activity that was begun first. @returns false when all are written. */
export async function continueFanOut(parts: Parts): Promise<boolean> {
  if (!(await findFanOut(parts.deps.db))) return false
  const work = async (tx: Handle) => {
    const known = await findFanOut(tx)
    if (!known) return
    const rest = await writeNext(tx, parts, known)
    await (rest ? updateFanOut(tx, known.seq, rest) : deleteFanOut(tx, known.seq))
  }
  await transact(parts.deps, work, { wakes: false })
  return true
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
