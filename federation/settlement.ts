// SPDX-License-Identifier: AGPL-3.0-or-later
import { listBoundActors } from '../db/queries/fed-actors.ts'
import {
  deleteDeliveries,
  failInbox,
  holdYounger,
  settleDelivery,
  type DeliveryRow,
} from '../db/queries/fed-deliveries.ts'
import { findFollow } from '../db/queries/fed-activities.ts'
import { findLiveAffiliation } from '../db/queries/fed-relations.ts'
import { DAY, later } from '../server/base/clock.ts'
import type { Deps } from '../server/deps.ts'
import { recordEnded } from '../server/partners/commands/receive.ts'
import { waitAfter } from '../server/queue/back-off.ts'
import { createYielding } from '../server/queue/event-loop.ts'
import type { Tx } from '../server/web/transact.ts'
import type { Apex } from './apex.ts'
import type { Answer, Failure } from './http-client.ts'
import type { OwnActor } from './own-actor.ts'
import type { Peers } from './peers.ts'
import { dropFollow, openPublisher, type Publisher } from './publisher.ts'
import { BACK_OFF, readRetryAfter, verdictOf } from './retries.ts'

type Parts = { deps: Deps; peers: Peers; ownActor: OwnActor; apex: Apex }
export type Ended = { row: DeliveryRow; answer: Answer | Failure }

/** For failed deliveries. */
export const SHOWN_FOR = 90 * DAY
/** Faults of the host, not of this activity. */
const PASSING = new Set(['timeout', 'unreachable', 'too_large'])

export const hasArrived = ({ answer }: Ended): boolean => answer.ok && verdictOf(answer.status) === 'arrived'

export class Settlement {
  readonly #parts: Parts
  readonly #deps: Deps
  readonly #peers: Peers

  constructor(parts: Parts) {
    this.#parts = parts
    this.#deps = parts.deps
    this.#peers = parts.peers
  }

  /** @returns true when other queues may have new work. */
  async settle(tx: Tx, ended: readonly Ended[]): Promise<boolean> {
    const arrived = ended.filter(hasArrived)
    await deleteDeliveries(
      tx,
      arrived.map(({ row }) => row.id),
    )
    for (const host of new Set(arrived.map(({ row }) => row.host))) await this.#peers.answered(tx, host, true)
    let isNews = false
    const yieldLoop = createYielding()
    for (const one of ended) {
      if (!arrived.includes(one)) isNews = (await this.#settleFailure(tx, one)) || isNews
      await yieldLoop()
    }
    return isNews
  }

  async #settleFailure(tx: Tx, { row, answer }: Ended): Promise<boolean> {
    const words = answer.ok ? `http ${answer.status}` : [answer.reason, answer.detail].join(' ').trim()
    this.#deps.log.info('a delivery did not arrive', { host: row.host, why: words, attempt: row.attempts + 1 })
    if (answer.ok) return this.#settleAnswer(tx, row, answer, words)
    if (PASSING.has(answer.reason)) return this.#settleNoAnswer(tx, row, words)
    // The operator has blocked the host in the meantime.
    if (answer.reason === 'blocked' || answer.reason === 'left_out') await deleteDeliveries(tx, [row.id])
    else await this.#postpone(tx, row, words, undefined)
    return false
  }

  async #settleAnswer(tx: Tx, row: DeliveryRow, answer: Answer, words: string): Promise<boolean> {
    const asked = readRetryAfter(answer.headers['retry-after'], this.#deps.clock.now())
    const verdict = verdictOf(answer.status)
    if (verdict === 'away') return this.#settleNoAnswer(tx, row, words, asked)
    if (verdict === 'gone') return this.#forgetInbox(tx, row, words)
    let away: number | undefined
    if (answer.status >= 500) away = await this.#peers.broken(tx, row.host, words)
    else await this.#peers.answered(tx, row.host, false)
    if (asked) await this.#peers.wantsRest(tx, row.host, asked)
    const wait = waitAfter(row.attempts + 1, { ...BACK_OFF, tries: typeof verdict === 'object' ? verdict.tries : 1 })
    await this.#postpone(tx, row, words, wait === undefined ? undefined : Math.max(asked ?? 0, away ?? 0, wait))
    return false
  }

  /** The fault of the host, so no try is counted for the activity. */
  async #settleNoAnswer(tx: Tx, row: DeliveryRow, words: string, asked = 0): Promise<boolean> {
    const wait = await this.#peers.noAnswer(tx, row.host, words, asked)
    await this.#postpone(tx, row, words, wait, row.attempts)
    return (await this.#peers.isLost(tx, row.host)) && this.#forgetHost(tx, row.host)
  }

  /** @param wait milliseconds; undefined gives up. @param attempts answers so far; a host without answer costs none. */
  async #postpone(
    tx: Tx,
    row: DeliveryRow,
    words: string,
    wait: number | undefined,
    attempts = row.attempts + 1,
  ): Promise<void> {
    const now = this.#deps.clock.iso()
    const next =
      wait === undefined
        ? { state: 'failed' as const, ends_at: later(now, SHOWN_FOR) }
        : { state: 'waiting' as const, not_before: later(now, wait) }
    await settleDelivery(tx, row.id, { attempts, last_error: words, ...next })
    if (next.state === 'waiting') await holdYounger(tx, row, next.not_before)
  }

  /** For a 410: follows and relations of the actors with this inbox end. */
  async #forgetInbox(tx: Tx, row: DeliveryRow, words: string): Promise<boolean> {
    await this.#peers.answered(tx, row.host, false)
    await failInbox(tx, row.inbox, words, later(this.#deps.clock.iso(), SHOWN_FOR))
    const publisher = await openPublisher(this.#parts, tx)
    for (const uri of await listBoundActors(tx, this.#parts.ownActor.addresses.id, row.host, row.inbox)) {
      if (publisher) await endFollows(tx, publisher, uri)
      await recordEnded(tx, this.#deps, uri)
    }
    return true
  }

  /** A relation with a partner is ended by people only, so its follows stay. */
  async #forgetHost(tx: Tx, host: string): Promise<boolean> {
    const publisher = await openPublisher(this.#parts, tx)
    if (!publisher) return true
    for (const uri of await listBoundActors(tx, publisher.me, host))
      if (!(await findLiveAffiliation(tx, uri))) await endFollows(tx, publisher, uri)
    return true
  }
}

async function endFollows(tx: Tx, publisher: Publisher, uri: string): Promise<void> {
  for (const follow of [await findFollow(tx, uri, publisher.me), await findFollow(tx, publisher.me, uri)]) {
    if (follow?.state === 'accepted' || follow?.state === 'asked') await dropFollow(publisher, tx, follow, 'undone')
  }
}
