// SPDX-License-Identifier: AGPL-3.0-or-later
// What becomes of a delivery once there is an answer, or none: of the row, of the host, and of who lived at the inbox.
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
import { later } from '../server/base/clock.ts'
import type { Deps } from '../server/deps.ts'
import { recordEnded } from '../server/partners/commands.ts'
import type { Tx } from '../server/web/transact.ts'
import type { ApexDoor } from './apex.ts'
import type { Answer, Failure } from './fetch.ts'
import type { OurselvesDoor } from './ourselves.ts'
import type { Peers } from './peers.ts'
import { waitAfter } from '../server/queue/back-off.ts'
import { BACK_OFF, readRetryAfter, SHOWN_FOR, verdictOf } from './schedule.ts'
import { dropFollow, openVoice, type Voice } from './voice.ts'

type Parts = { deps: Deps; peers: Peers; ourselves: OurselvesDoor; apexDoor: ApexDoor }
export type Ended = { row: DeliveryRow; answer: Answer | Failure }

export const hasArrived = ({ answer }: Ended): boolean => answer.ok && verdictOf(answer.status) === 'arrived'

/** @returns notes all of them in one transaction; true when the rest of the program should hear of it. */
export function createSettlement(parts: Parts) {
  const { deps, peers } = parts

  return async function settle(tx: Tx, ended: readonly Ended[]): Promise<boolean> {
    const arrived = ended.filter(hasArrived)
    await deleteDeliveries(
      tx,
      arrived.map(({ row }) => row.id),
    )
    for (const host of new Set(arrived.map(({ row }) => row.host))) await peers.answered(tx, host, true)
    let isNews = false
    for (const one of ended) if (!arrived.includes(one)) isNews = (await settleFailure(tx, one)) || isNews
    return isNews
  }

  async function settleFailure(tx: Tx, { row, answer }: Ended): Promise<boolean> {
    const words = answer.ok ? `http ${answer.status}` : [answer.reason, answer.detail].join(' ').trim()
    deps.log.info('a delivery did not arrive', { host: row.host, why: words, attempt: row.attempts + 1 })
    if (!answer.ok) {
      if (answer.reason === 'blocked' || answer.reason === 'left_out') return dropped(tx, row)
      const isPassing = ['timeout', 'unreachable', 'too_large'].includes(answer.reason)
      return isPassing ? settleSilence(tx, row, words) : postpone(tx, row, words, undefined)
    }
    const asked = readRetryAfter(answer.headers['retry-after'], deps.clock.now())
    const verdict = verdictOf(answer.status)
    if (verdict === 'away') return settleSilence(tx, row, words, asked)
    if (verdict === 'gone') return forgetInbox(tx, row, words)
    const away = answer.status >= 500 ? await peers.broken(tx, row.host, words) : await heard(tx, row.host)
    if (asked) await peers.wantsRest(tx, row.host, asked)
    const tries = typeof verdict === 'object' ? verdict.tries : 1
    const wait = waitAfter(row.attempts + 1, { ...BACK_OFF, tries })
    return postpone(tx, row, words, wait === undefined ? undefined : Math.max(asked ?? 0, away ?? 0, wait))
  }

  /** Somebody stopped speaking with the host while this was on its way. */
  async function dropped(tx: Tx, row: DeliveryRow): Promise<false> {
    await deleteDeliveries(tx, [row.id])
    return false
  }

  async function heard(tx: Tx, host: string): Promise<undefined> {
    await peers.answered(tx, host, false)
  }

  /** No answer: that is the host's fault, not this message's; it waits until the host may be asked again. */
  async function settleSilence(tx: Tx, row: DeliveryRow, words: string, asked = 0): Promise<boolean> {
    const wait = await peers.silent(tx, row.host, words, asked)
    await postpone(tx, row, words, wait, row.attempts)
    return (await peers.isLost(tx, row.host)) && forgetHost(tx, row.host)
  }

  /**
   * @param wait milliseconds; undefined: it is given up, and shown to the operator.
   * @param attempts how many answers it has had; silence is none.
   */
  async function postpone(
    tx: Tx,
    row: DeliveryRow,
    words: string,
    wait: number | undefined,
    attempts = row.attempts + 1,
  ): Promise<false> {
    const outcome = { attempts, last_error: words }
    const now = deps.clock.iso()
    const next =
      wait === undefined
        ? { state: 'failed' as const, ends_at: later(now, SHOWN_FOR) }
        : { state: 'waiting' as const, not_before: later(now, wait) }
    await settleDelivery(tx, row.id, { ...outcome, ...next })
    if (next.state === 'waiting') await holdYounger(tx, row, next.not_before)
    return false
  }

  /** The inbox says that it is gone for good: nobody there follows us, and what bound us to a partner has ended. */
  async function forgetInbox(tx: Tx, row: DeliveryRow, words: string): Promise<boolean> {
    await peers.answered(tx, row.host, false)
    await failInbox(tx, row.inbox, words, later(deps.clock.iso(), SHOWN_FOR))
    const voice = await openVoice(parts, tx)
    for (const uri of await listBoundActors(tx, parts.ourselves.addresses.id, row.host, row.inbox)) {
      if (voice) await endFollows(tx, voice, uri)
      await recordEnded(tx, deps, uri)
    }
    return true
  }

  /** A server that has been away for months has no followers any more. What binds us to a partner, people decide. */
  async function forgetHost(tx: Tx, host: string): Promise<boolean> {
    const voice = await openVoice(parts, tx)
    for (const uri of voice ? await listBoundActors(tx, voice.me, host) : []) {
      if (voice && !(await findLiveAffiliation(tx, uri))) await endFollows(tx, voice, uri)
    }
    return true
  }

  async function endFollows(tx: Tx, voice: Voice, uri: string): Promise<void> {
    for (const follow of [await findFollow(tx, uri, voice.me), await findFollow(tx, voice.me, uri)]) {
      if (follow?.state === 'accepted' || follow?.state === 'asked') await dropFollow(voice, tx, follow, 'undone')
    }
  }
}
