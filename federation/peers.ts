// SPDX-License-Identifier: AGPL-3.0-or-later
// How are the servers we talk to? One that does not answer rests, one that gives a sign of life is written to at once.
import { findPeer, listAwayHosts, savePeer, type PeerRow } from '../db/queries/fed-actors.ts'
import { isWaitedFor, listPartnerHosts, releaseHost } from '../db/queries/fed-deliveries.ts'
import { releaseWaiting } from '../db/queries/fed-activities.ts'
import { DAY, later, MINUTE } from '../server/base/clock.ts'
import type { Deps } from '../server/deps.ts'
import type { Handle } from '../server/web/transact.ts'
import { transact } from '../server/web/transact.ts'
import { waitAfter } from '../server/queue/back-off.ts'
import { BACK_OFF } from './schedule.ts'

/** After a week without any answer a server counts as away: one probe a day from then on. */
const DEAD_AFTER = 7 * DAY
/** Its followers are kept so long; then it is a server that is no more. */
const LOST_AFTER = 90 * DAY
/** Single failures happen; after these many in a row the whole host rests. */
const PATIENCE = 3
/** Then it rests longer and longer, as long as it does not answer. */
const REST = { ...BACK_OFF, tries: Infinity }
const QUICK = 5_000
const MAX_REMEMBERED = 10_000
const PARTNERS_KNOWN = 10_000

export function openPeers(deps: Deps) {
  const lastSeen = new Map<string, number>()
  let partners: { hosts: ReadonlySet<string>; readAt: number } | undefined

  /**
   * These hosts have proved that they are there: what waits for them is due now. Asked with every commit of the inbox,
   * so one look for all of them, and a note a minute for each.
   * @returns true when something became due.
   */
  async function seen(tx: Handle, hosts: string[]): Promise<boolean> {
    const now = deps.clock.now().getTime()
    const away = new Set(await listAwayHosts(tx, hosts))
    for (const host of hosts) {
      if (now - (lastSeen.get(host) ?? 0) < MINUTE && !away.has(host)) continue
      await savePeer(tx, host, { ...(away.has(host) ? HEALTHY : {}), last_seen_at: deps.clock.iso() })
      if (away.has(host)) await releaseHost(tx, host, deps.clock.iso())
      if (lastSeen.size >= MAX_REMEMBERED) lastSeen.clear()
      lastSeen.set(host, now)
    }
    return away.size > 0
  }

  /** As `seen`, and certain: the host has just started, so even what waits for a short while only is due now. */
  async function awake(host: string): Promise<void> {
    await transact(deps, async (tx) => {
      const peer = await findPeer(tx, host)
      if (peer?.state === 'blocked') return
      const at = deps.clock.iso()
      // Who is there and asked us to wait is not asked again for having been seen.
      const rests = peer?.state === 'ok' ? { next_probe_at: peer.next_probe_at } : {}
      await savePeer(tx, host, { ...HEALTHY, ...rests, last_seen_at: at })
      await releaseHost(tx, host, at)
      await releaseWaiting(tx, host)
    })
  }

  /** An answer, even a refusal, shows that the host is there. Writes only what changes, and the last delivery by the minute. */
  async function answered(tx: Handle, host: string, delivered: boolean): Promise<void> {
    const peer = await findPeer(tx, host)
    if (peer?.state === 'blocked') return
    const at = deps.clock.iso()
    const wasAway = isAway(peer)
    const hasRested = peer?.next_probe_at != null && peer.next_probe_at <= at
    const isTroubled = wasAway || peer?.first_failed_at != null || hasRested
    const isNews = delivered && (peer?.last_delivered_at ?? '') < later(at, -MINUTE)
    if (!isTroubled && !isNews) return
    await savePeer(tx, host, { ...(isTroubled ? HEALTHY : {}), ...(delivered ? { last_delivered_at: at } : {}) })
    if (wasAway) await releaseHost(tx, host, at)
  }

  /**
   * An answer that says the server itself is broken. It is there, so the message alone has to wait; but a server of
   * which a week brings nothing else is away as well.
   * @returns milliseconds until the host may be asked again, when it counts as away.
   */
  async function broken(tx: Handle, host: string, error: string): Promise<number | undefined> {
    const peer = await findPeer(tx, host)
    if (peer?.state === 'blocked') return undefined
    const at = deps.clock.iso()
    const since = peer?.first_failed_at ?? at
    if (ageOf(since) >= DEAD_AFTER) return silent(tx, host, error)
    const wasAway = isAway(peer)
    if (wasAway || !peer?.first_failed_at)
      await savePeer(tx, host, { ...HEALTHY, first_failed_at: since, last_error: error })
    if (wasAway) await releaseHost(tx, host, at)
    return undefined
  }

  /**
   * No answer at all. After a few in a row the host rests on the schedule, a single probe each time.
   * @param asked milliseconds that something in its place asked us to wait.
   * @returns milliseconds until it may be asked again.
   */
  async function silent(tx: Handle, host: string, error: string, asked = 0): Promise<number> {
    const peer = await findPeer(tx, host)
    const at = deps.clock.iso()
    const failures = (peer?.failures ?? 0) + 1
    const since = peer?.first_failed_at ?? at
    const isDead = ageOf(since) >= DEAD_AFTER
    const rests = isDead || failures >= PATIENCE
    const own = rests ? waitAfter(failures - PATIENCE + 1, REST)! : QUICK * 4 ** (failures - 1)
    // A probe falls on the end of the week, so that it counts as away from that day on.
    const wait = Math.max(isDead ? DAY : Math.min(own, DEAD_AFTER - ageOf(since)), asked)
    await savePeer(tx, host, {
      state: peer?.state === 'blocked' ? 'blocked' : isDead ? 'dead' : rests ? 'failing' : 'ok',
      failures,
      first_failed_at: since,
      next_probe_at: rests || asked > 0 ? later(at, wait) : null,
      last_error: error,
    })
    return wait
  }

  /** The host has said for how long it wants to hear nothing: all that waits for it waits. */
  async function wantsRest(tx: Handle, host: string, ms: number): Promise<void> {
    const until = later(deps.clock.iso(), ms)
    const peer = await findPeer(tx, host)
    if (until > (peer?.next_probe_at ?? '')) await savePeer(tx, host, { next_probe_at: until })
  }

  /** True for a server that has been away so long that nobody there follows us any more. */
  async function isLost(tx: Handle, host: string): Promise<boolean> {
    const peer = await findPeer(tx, host)
    return peer?.state === 'dead' && peer.first_failed_at !== null && ageOf(peer.first_failed_at) >= LOST_AFTER
  }

  /** True when a sign of life of this host would matter. */
  async function isMissed(host: string): Promise<boolean> {
    const peer = await findPeer(deps.db, host)
    return (peer !== undefined && peer.state !== 'ok' && peer.state !== 'blocked') || isWaitedFor(deps.db, host)
  }

  /** True for a server with whose actor people of ours have agreed on something; known for ten seconds. */
  async function isPartner(host: string): Promise<boolean> {
    const now = deps.clock.now().getTime()
    if (!partners || Math.abs(now - partners.readAt) > PARTNERS_KNOWN)
      partners = { hosts: new Set(await listPartnerHosts(deps.db)), readAt: now }
    return partners.hosts.has(host)
  }

  const ageOf = (at: string) => deps.clock.now().getTime() - Date.parse(at)

  return { seen, awake, answered, broken, silent, wantsRest, isLost, isMissed, isPartner }
}

export type Peers = ReturnType<typeof openPeers>

const HEALTHY = { state: 'ok' as const, failures: 0, first_failed_at: null, next_probe_at: null, last_error: null }

function isAway(peer: PeerRow | undefined): boolean {
  return peer?.state === 'failing' || peer?.state === 'dead' || (peer?.failures ?? 0) > 0
}
