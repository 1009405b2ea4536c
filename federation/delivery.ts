// SPDX-License-Identifier: AGPL-3.0-or-later
// Takes what we say to the inboxes: at least once, in order per object, few at a time per host, for days if need be.
import {
  claimDeliveries,
  deleteDelivery,
  failInbox,
  releaseLeases,
  settleDelivery,
  type Claimed,
} from '../db/queries/fed-deliveries.ts'
import { listFollowersAt } from '../db/queries/fed-activities.ts'
import { later, MINUTE } from '../server/base/clock.ts'
import { turns } from '../server/base/turns.ts'
import type { Deps } from '../server/deps.ts'
import { transact, type Tx } from '../server/web/transact.ts'
import type { Answer, Door, Failure } from './fetch.ts'
import type { OurselvesDoor } from './ourselves.ts'
import type { Peers } from './peers.ts'
import { MAX_TRIES, readRetryAfter, waitAfter } from './schedule.ts'
import { dropFollow, openVoice } from './voice.ts'
import type { ApexDoor } from './apex.ts'
import { ACTIVITY_TYPE } from './vocabulary.ts'

type Parts = { deps: Deps; door: Door; peers: Peers; ourselves: OurselvesDoor; apexDoor: ApexDoor }

const AT_ONCE = 8
const PER_HOST = 2
const LEASE = 2 * MINUTE
/** A row of a host that never answers is given up after a month, tries or not. */
const OLDEST = 30 * 24 * 60 * MINUTE
/** "No" for now, perhaps: our key may not have been readable a moment ago. Two more tries. */
const DOUBTFUL = new Set([401, 403, 404])
const LATER = new Set([408, 425, 429])

export function createDelivery(parts: Parts) {
  const { deps, door, peers, ourselves } = parts
  const underWay = new Map<string, number>()
  const running = new Set<Promise<void>>()
  let ready: Claimed[] = []
  let stopped = false

  const drain = turns(run, (error) => deps.log.error('the delivery stopped', { error: String(error) }))

  async function run(): Promise<void> {
    for (;;) {
      if (ready.length === 0 && running.size < AT_ONCE && !stopped) ready = await claim()
      while (ready.length > 0 && running.size < AT_ONCE && !stopped) start(ready.shift()!)
      if (running.size === 0) break
      await Promise.race(running)
    }
  }

  function claim(): Promise<Claimed[]> {
    const now = deps.clock.iso()
    const take = { now, leaseUntil: later(now, LEASE), most: 4 * AT_ONCE, perHost: PER_HOST, underWay }
    return deps.db.transaction().execute((tx) => claimDeliveries(tx, take))
  }

  function start(row: Claimed): void {
    underWay.set(row.host, (underWay.get(row.host) ?? 0) + 1)
    const work: Promise<void> = deliver(row)
      .catch((error: unknown) => deps.log.error('a delivery could not be noted', { id: row.id, error: String(error) }))
      .finally(() => {
        const left = (underWay.get(row.host) ?? 1) - 1
        if (left > 0) underWay.set(row.host, left)
        else underWay.delete(row.host)
        running.delete(work)
      })
    running.add(work)
  }

  async function deliver(row: Claimed): Promise<void> {
    const signer = await ourselves.key()
    const headers = { 'content-type': ACTIVITY_TYPE, accept: `${ACTIVITY_TYPE}, application/json` }
    const answer = await door.ask(row.inbox, { method: 'POST', body: row.body, headers, signer })
    // Broken off by our own end: nobody's fault, and free for the next process.
    if (stopped && !answer.ok) return
    await transact(deps, (tx) => settle(tx, row, answer))
  }

  async function settle(tx: Tx, row: Claimed, answer: Answer | Failure): Promise<void> {
    if (!answer.ok) return settleFailure(tx, row, answer)
    const { status } = answer
    await peers.answered(tx, row.host, status < 300)
    if (status >= 200 && status < 300) return deleteDelivery(tx, row.id)
    const words = `http ${status}`
    deps.log.info('a delivery was refused', { host: row.host, status, attempt: row.attempts + 1 })
    if (status === 410) return forgetInbox(tx, row.inbox, words)
    const retries = status >= 500 || LATER.has(status) ? MAX_TRIES : DOUBTFUL.has(status) ? 3 : 1
    const asked = readRetryAfter(answer.headers['retry-after'], deps.clock.now())
    await postpone(
      tx,
      row,
      words,
      row.attempts + 1 < retries ? Math.max(asked ?? 0, waitAfter(row.attempts)) : undefined,
    )
  }

  /** No answer: that is the host's fault, not this message's; it waits until the host may be asked again. */
  async function settleFailure(tx: Tx, row: Claimed, { reason, detail }: Failure): Promise<void> {
    // Somebody stopped speaking with it while this was on its way.
    if (reason === 'blocked' || reason === 'left_out') return deleteDelivery(tx, row.id)
    const words = detail ? `${reason} ${detail}` : reason
    const isPassing = reason === 'timeout' || reason === 'unreachable'
    if (!isPassing && reason !== 'too_large') return postpone(tx, row, words, undefined)
    const wait = await peers.silent(tx, row.host, words)
    const isOld = Date.parse(deps.clock.iso()) - Date.parse(row.created_at) > OLDEST
    await postpone(tx, row, words, isOld ? undefined : wait)
  }

  async function postpone(tx: Tx, row: Claimed, words: string, wait: number | undefined): Promise<void> {
    const attempts = row.attempts + 1
    const state = wait === undefined ? 'failed' : 'waiting'
    await settleDelivery(tx, row.id, {
      state,
      attempts,
      not_before: later(deps.clock.iso(), wait ?? 0),
      last_error: words,
    })
  }

  /** The inbox says that it is gone for good: its owners follow us no more, and nothing else is sent there. */
  async function forgetInbox(tx: Tx, inbox: string, words: string): Promise<void> {
    await failInbox(tx, inbox, words)
    const voice = await openVoice(parts, tx)
    if (!voice) return
    for (const follow of await listFollowersAt(tx, voice.me, inbox)) await dropFollow(voice, tx, follow, 'undone')
  }

  return {
    drain,
    /** Call once before the first drain: nothing is under way in a process that has just started. */
    releaseAll: () => deps.db.transaction().execute((tx) => releaseLeases(tx)),
    async stop() {
      stopped = true
      await drain()
    },
  }
}

export type Delivery = ReturnType<typeof createDelivery>
