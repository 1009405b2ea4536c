// SPDX-License-Identifier: AGPL-3.0-or-later
import { listBoundActors } from '../db/queries/fed-actors.ts'
import {
  deleteDeliveries,
  deleteFailedOfKind,
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
import { BACK_OFF, isRefusalOfKind, MOST_UNANSWERED, readRetryAfter, verdictOf } from './retries.ts'

type Parts = { deps: Deps; peers: Peers; ownActor: OwnActor; apex: Apex }
/** `kind`: what it does to what (`Update Event`). `answersBefore`: of its host, when the request began. */
export type Ended = { row: DeliveryRow; answer: Answer | Failure; kind: string; answersBefore: number }

/** For failed deliveries. */
export const SHOWN_FOR = 90 * DAY
/** Faults of the host, not of this activity. */
const PASSING = new Set(['timeout', 'unreachable', 'too_large'])
/** Of proxies that had no answer from the server behind them. */
const UNANSWERED = new Set([502, 504])
const MOST_REMEMBERED = 10_000

export const hasArrived = ({ answer }: Ended): boolean => answer.ok && verdictOf(answer.status) === 'arrived'

export class Settlement {
  readonly #parts: Parts
  readonly #deps: Deps
  readonly #peers: Peers
  /** By delivery: how often its host had answered anything when it last got no answer. */
  readonly #unanswered = new Map<number, number>()

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
    for (const [host, ones] of Map.groupBy(arrived, ({ row }) => row.host))
      await this.#peers.answered(tx, host, true, new Set(ones.map(({ kind }) => kind)))
    let isNews = false
    const yieldLoop = createYielding()
    for (const one of ended) {
      if (!arrived.includes(one)) isNews = (await this.#settleFailure(tx, one)) || isNews
      await yieldLoop()
    }
    return isNews
  }

  async #settleFailure(tx: Tx, ended: Ended): Promise<boolean> {
    const { row, answer } = ended
    const words = answer.ok ? `http ${answer.status}` : [answer.reason, answer.detail].join(' ').trim()
    this.#deps.log.info('a delivery did not arrive', { host: row.host, why: words, attempt: row.attempts + 1 })
    if (answer.ok) return this.#settleAnswer(tx, ended, answer, words)
    if (PASSING.has(answer.reason)) return this.#settleNoAnswer(tx, ended, words)
    // The operator has blocked the host in the meantime.
    if (answer.reason === 'blocked' || answer.reason === 'left_out') await deleteDeliveries(tx, [row.id])
    else await this.#postpone(tx, row, { words, wait: undefined })
    return false
  }

  async #settleAnswer(tx: Tx, ended: Ended, answer: Answer, words: string): Promise<boolean> {
    const { row } = ended
    const asked = readRetryAfter(answer.headers['retry-after'], this.#deps.clock.now())
    const verdict = verdictOf(answer.status)
    if (verdict === 'away') return this.#settleNoAnswer(tx, ended, words, asked)
    if (verdict === 'gone') return this.#forgetInbox(tx, row, words)
    let away: number | undefined
    if (answer.status >= 500) away = await this.#peers.broken(tx, row.host, words)
    else await this.#peers.answered(tx, row.host, false)
    if (asked) await this.#peers.wantsRest(tx, row.host, asked)
    const wait = waitAfter(row.attempts + 1, { ...BACK_OFF, tries: typeof verdict === 'object' ? verdict.tries : 1 })
    const next = wait === undefined ? undefined : Math.max(asked ?? 0, away ?? 0, wait)
    await this.#postpone(tx, row, { words, wait: next })
    if (wait === undefined && isRefusalOfKind(answer.status)) await this.#noteRefusal(tx, ended)
    return false
  }

  /** After some of one kind in a row, none of it is sent there any more, and one line takes the place of the list. */
  async #noteRefusal(tx: Tx, { row, kind }: Ended): Promise<void> {
    if (await this.#peers.refused(tx, row.host, kind)) await deleteFailedOfKind(tx, row.host, kind)
  }

  /** The fault of the host, so no try is counted for the activity; unless the host has answered others meanwhile. */
  async #settleNoAnswer(tx: Tx, ended: Ended, words: string, asked = 0): Promise<boolean> {
    const { row } = ended
    if (this.#isOwnFault(ended)) return this.#settleUnanswered(tx, ended, words)
    const wait = await this.#peers.noAnswer(tx, row.host, words, asked)
    await this.#postpone(tx, row, { words, wait, attempts: row.attempts })
    return (await this.#peers.isLost(tx, row.host)) && this.#forgetHost(tx, row.host)
  }

  /** True when the activity was written whole, and the host has answered something else since it was last asked. */
  #isOwnFault({ row, answer, answersBefore }: Ended): boolean {
    if (answer.ok ? !UNANSWERED.has(answer.status) : !answer.isSent) return false
    const before = this.#unanswered.get(row.id) ?? answersBefore
    const now = this.#peers.answersOf(row.host)
    if (this.#unanswered.size >= MOST_REMEMBERED) this.#unanswered.clear()
    this.#unanswered.set(row.id, now)
    return now > before
  }

  async #settleUnanswered(tx: Tx, ended: Ended, words: string): Promise<boolean> {
    const wait = waitAfter(ended.row.attempts + 1, { ...BACK_OFF, tries: MOST_UNANSWERED })
    await this.#postpone(tx, ended.row, { words, wait })
    if (wait === undefined) await this.#noteRefusal(tx, ended)
    return false
  }

  /** `wait`: milliseconds; undefined gives up. `attempts`: tries that count; a host without answer costs none. */
  async #postpone(
    tx: Tx,
    row: DeliveryRow,
    { words, wait, attempts = row.attempts + 1 }: { words: string; wait: number | undefined; attempts?: number },
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
