// SPDX-License-Identifier: AGPL-3.0-or-later
// The state of other servers: one that does not answer rests; when it answers, what waits for it is due at once.
import { findPeer, listAwayHosts, savePeer, type PeerRow } from '../db/queries/fed-actors.ts'
import { isWaitedFor, listPartnerHosts, releaseHost, type Refused } from '../db/queries/fed-deliveries.ts'
import { releaseWaiting } from '../db/queries/fed-activities.ts'
import { DAY, later, MINUTE } from '../server/base/clock.ts'
import type { Deps } from '../server/deps.ts'
import { isStoppable, MOST_REFUSED } from '../server/peers/refusals.ts'
import { waitAfter } from '../server/queue/back-off.ts'
import { transact, type Handle } from '../server/web/transact.ts'
import { BACK_OFF } from './retries.ts'

/** Without any answer for so long, a server is probed once a day. */
const DEAD_AFTER = 7 * DAY
/** Without any answer for so long, the followers on that server are dropped. */
const LOST_AFTER = 90 * DAY
const PATIENCE = 3
const QUICK = 5_000
const MAX_REMEMBERED = 10_000
const PARTNERS_KNOWN = 10_000
const HEALTHY = { state: 'ok' as const, failures: 0, first_failed_at: null, next_probe_at: null, last_error: null }

export class Peers {
  readonly #deps: Deps
  readonly #lastSeen = new Map<string, number>()
  /** By host: how often it has answered a delivery. */
  readonly #answers = new Map<string, number>()
  #partners: { hosts: ReadonlySet<string>; readAt: number } | undefined

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** Called with every commit of the inbox, so it reads once for all hosts. @returns true when something became due. */
  async seen(tx: Handle, hosts: string[]): Promise<boolean> {
    const away = new Set(await listAwayHosts(tx, hosts))
    for (const host of hosts) {
      if (this.#now - (this.#lastSeen.get(host) ?? 0) < MINUTE && !away.has(host)) continue
      await savePeer(tx, host, { ...(away.has(host) ? HEALTHY : {}), last_seen_at: this.#at })
      if (away.has(host)) await releaseHost(tx, host, this.#at)
      if (this.#lastSeen.size >= MAX_REMEMBERED) this.#lastSeen.clear()
      this.#lastSeen.set(host, this.#now)
    }
    return away.size > 0
  }

  /** As `seen` for a host that has just started: short waits end now too. */
  async started(host: string): Promise<void> {
    await transact(this.#deps, async (tx) => {
      const peer = await findPeer(tx, host)
      if (peer?.state === 'blocked') return
      // A host that asked us to wait (`Retry-After`) goes on resting.
      const rests = peer?.state === 'ok' ? { next_probe_at: peer.next_probe_at } : {}
      await savePeer(tx, host, { ...HEALTHY, ...rests, last_seen_at: this.#at })
      await releaseHost(tx, host, this.#at)
      await releaseWaiting(tx, host)
    })
  }

  answersOf(host: string): number {
    return this.#answers.get(host) ?? 0
  }

  #countAnswer(host: string): void {
    if (this.#answers.size >= MAX_REMEMBERED) this.#answers.clear()
    this.#answers.set(host, this.answersOf(host) + 1)
  }

  /**
   * One more of this kind was refused for good, or never answered.
   * @returns true when none of the kind is sent to the host any more.
   */
  async refused(tx: Handle, host: string, kind: string): Promise<boolean> {
    if (!isStoppable(kind)) return false
    const known = refusedBy(await findPeer(tx, host))
    const count = (known[kind]?.count ?? 0) + 1
    await savePeer(tx, host, { refused: JSON.stringify({ ...known, [kind]: { count, at: this.#at } }) })
    return count >= MOST_REFUSED
  }

  /**
   * Even a refusal shows that the host is there. Writes only changes, and the last delivery once a minute.
   * @param kinds of what it has taken.
   */
  async answered(tx: Handle, host: string, isDelivered: boolean, kinds?: ReadonlySet<string>): Promise<void> {
    this.#countAnswer(host)
    const peer = await findPeer(tx, host)
    if (peer?.state === 'blocked') return
    const at = this.#at
    const wasAway = isAway(peer)
    const hasRested = peer?.next_probe_at != null && peer.next_probe_at <= at
    const isTroubled = wasAway || peer?.first_failed_at != null || hasRested
    const isNews = isDelivered && (peer?.last_delivered_at ?? '') < later(at, -MINUTE)
    const taken = kinds && peer?.refused !== '{}' ? withoutKinds(peer, kinds) : undefined
    if (!isTroubled && !isNews && !taken) return
    await savePeer(tx, host, {
      ...(isTroubled ? HEALTHY : {}),
      ...(isDelivered ? { last_delivered_at: at } : {}),
      ...taken,
    })
    if (wasAway) await releaseHost(tx, host, at)
  }

  /** For a 5xx. @returns milliseconds until the next request when the host has answered nothing else for a week. */
  async broken(tx: Handle, host: string, error: string): Promise<number | undefined> {
    this.#countAnswer(host)
    const peer = await findPeer(tx, host)
    if (peer?.state === 'blocked') return undefined
    const since = peer?.first_failed_at ?? this.#at
    if (this.#ageOf(since) >= DEAD_AFTER) return this.noAnswer(tx, host, error)
    const wasAway = isAway(peer)
    if (wasAway || !peer?.first_failed_at)
      await savePeer(tx, host, { ...HEALTHY, first_failed_at: since, last_error: error })
    if (wasAway) await releaseHost(tx, host, this.#at)
    return undefined
  }

  /** @param asked milliseconds that a proxy asked us to wait. @returns milliseconds until it may be asked again. */
  async noAnswer(tx: Handle, host: string, error: string, asked = 0): Promise<number> {
    const peer = await findPeer(tx, host)
    const failures = (peer?.failures ?? 0) + 1
    const since = peer?.first_failed_at ?? this.#at
    const isDead = this.#ageOf(since) >= DEAD_AFTER
    const rests = isDead || failures >= PATIENCE
    const own = rests ? restAfter(failures - PATIENCE + 1) : QUICK * 4 ** (failures - 1)
    // A probe falls on the end of the week, so that it counts as away from that day on.
    const wait = Math.max(isDead ? DAY : Math.min(own, DEAD_AFTER - this.#ageOf(since)), asked)
    await savePeer(tx, host, {
      state: peer?.state === 'blocked' ? 'blocked' : isDead ? 'dead' : rests ? 'failing' : 'ok',
      failures,
      first_failed_at: since,
      next_probe_at: rests || asked > 0 ? later(this.#at, wait) : null,
      last_error: error,
    })
    return wait
  }

  /** For `Retry-After`: everything for the host waits. @param ms milliseconds. */
  async wantsRest(tx: Handle, host: string, ms: number): Promise<void> {
    const until = later(this.#at, ms)
    const peer = await findPeer(tx, host)
    if (until > (peer?.next_probe_at ?? '')) await savePeer(tx, host, { next_probe_at: until })
  }

  async isLost(tx: Handle, host: string): Promise<boolean> {
    const peer = await findPeer(tx, host)
    return peer?.state === 'dead' && peer.first_failed_at !== null && this.#ageOf(peer.first_failed_at) >= LOST_AFTER
  }

  /** True when deliveries wait for it, or its last requests failed. */
  async isMissed(host: string): Promise<boolean> {
    const peer = await findPeer(this.#deps.db, host)
    return (peer !== undefined && peer.state !== 'ok' && peer.state !== 'blocked') || isWaitedFor(this.#deps.db, host)
  }

  /** True when an actor of this server has a relation with us; read at most every ten seconds. */
  async isPartner(host: string): Promise<boolean> {
    const { db } = this.#deps
    if (!this.#partners || Math.abs(this.#now - this.#partners.readAt) > PARTNERS_KNOWN)
      this.#partners = { hosts: new Set(await listPartnerHosts(db)), readAt: this.#now }
    return this.#partners.hosts.has(host)
  }

  get #at(): string {
    return this.#deps.clock.iso()
  }

  get #now(): number {
    return this.#deps.clock.now().getTime()
  }

  #ageOf(at: string): number {
    return this.#now - Date.parse(at)
  }
}

/** Without a limit of tries: a host is never given up here. */
function restAfter(failures: number): number {
  return waitAfter(failures, { ...BACK_OFF, tries: Infinity }) ?? DAY
}

const refusedBy = (peer: PeerRow | undefined) => JSON.parse(peer?.refused ?? '{}') as Record<string, Refused>

/** Undefined when none of these kinds was refused before. */
function withoutKinds(peer: PeerRow | undefined, kinds: ReadonlySet<string>): { refused: string } | undefined {
  const all = Object.entries(refusedBy(peer))
  const left = all.filter(([kind]) => !kinds.has(kind))
  return left.length === all.length ? undefined : { refused: JSON.stringify(Object.fromEntries(left)) }
}

function isAway(peer: PeerRow | undefined): boolean {
  return peer?.state === 'failing' || peer?.state === 'dead' || (peer?.failures ?? 0) > 0
}
