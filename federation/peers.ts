// SPDX-License-Identifier: AGPL-3.0-or-later
// How are the servers we talk to? One that does not answer rests, one that gives a sign of life is written to at once.
import { findPeer, listAwayHosts, listBlockedHosts, savePeer } from '../db/queries/fed-actors.ts'
import { isWaitedFor, releaseHost } from '../db/queries/fed-deliveries.ts'
import { releaseWaiting } from '../db/queries/fed-activities.ts'
import { DAY, later, MINUTE } from '../server/base/clock.ts'
import type { Deps } from '../server/deps.ts'
import type { Handle } from '../server/web/transact.ts'
import { transact } from '../server/web/transact.ts'
import { waitAfter } from './schedule.ts'

/** After a week without any answer a server counts as away: one probe a day from then on. */
const DEAD_AFTER = 7 * DAY
/** Single failures happen; after these many in a row the whole host rests. */
const PATIENCE = 3
const QUICK = 5_000

export function openPeers(deps: Deps) {
  let blocked: Set<string> | undefined
  let blockedAt = 0
  const lastSeen = new Map<string, number>()

  /** True for a host the operator blocked, and for everything under its name. Looked up at most once in ten seconds. */
  async function isBlocked(host: string): Promise<boolean> {
    const now = deps.clock.now().getTime()
    if (!blocked || Math.abs(now - blockedAt) > 10_000) {
      blocked = new Set(await listBlockedHosts(deps.db))
      blockedAt = now
    }
    const labels = host.split('.')
    return labels.some((_label, at) => blocked?.has(labels.slice(at).join('.')))
  }

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
      lastSeen.set(host, now)
    }
    return away.size > 0
  }

  /** As `seen`, and certain: the host has just started, so even what waits for a short while only is due now. */
  async function awake(host: string): Promise<void> {
    await transact(deps, async (tx) => {
      const peer = await findPeer(tx, host)
      if (peer?.state === 'blocked') return
      await savePeer(tx, host, { ...HEALTHY, last_seen_at: deps.clock.iso() })
      await releaseHost(tx, host, deps.clock.iso())
      await releaseWaiting(tx, host)
    })
  }

  /** Any answer, even a refusal, shows that the host is there. */
  async function answered(tx: Handle, host: string, delivered: boolean): Promise<void> {
    const peer = await findPeer(tx, host)
    const at = deps.clock.iso()
    const isAway = peer?.state === 'failing' || peer?.state === 'dead' || (peer?.failures ?? 0) > 0
    if (!isAway && !delivered) return
    await savePeer(tx, host, { ...(isAway ? HEALTHY : {}), ...(delivered ? { last_delivered_at: at } : {}) })
    if (isAway) await releaseHost(tx, host, at)
  }

  /**
   * No answer at all. After a few in a row the host rests on the schedule, a single probe each time.
   * @returns milliseconds until it may be asked again.
   */
  async function silent(tx: Handle, host: string, error: string): Promise<number> {
    const peer = await findPeer(tx, host)
    const at = deps.clock.iso()
    const failures = (peer?.failures ?? 0) + 1
    const since = peer?.first_failed_at ?? at
    const isDead = Date.parse(at) - Date.parse(since) >= DEAD_AFTER
    const rests = failures >= PATIENCE
    const wait = !rests ? QUICK * 4 ** (failures - 1) : isDead ? DAY : waitAfter(failures - PATIENCE)
    await savePeer(tx, host, {
      state: peer?.state === 'blocked' ? 'blocked' : isDead ? 'dead' : rests ? 'failing' : 'ok',
      failures,
      first_failed_at: since,
      next_probe_at: rests ? later(at, wait) : null,
      last_error: error,
    })
    return wait
  }

  /** True when a sign of life of this host would matter. */
  async function isMissed(host: string): Promise<boolean> {
    const peer = await findPeer(deps.db, host)
    return (peer !== undefined && peer.state !== 'ok' && peer.state !== 'blocked') || isWaitedFor(deps.db, host)
  }

  return { isBlocked, seen, awake, answered, silent, isMissed }
}

export type Peers = ReturnType<typeof openPeers>

const HEALTHY = { state: 'ok' as const, failures: 0, first_failed_at: null, next_probe_at: null, last_error: null }
