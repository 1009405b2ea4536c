// SPDX-License-Identifier: AGPL-3.0-or-later
// How many people saw an offer in our list, or read a member's page here: counted in memory, one per person and day,
// written once a minute. No cookie, and nothing of the visitor outlives the day (product/offers §7.6).
import { createHash, randomBytes } from 'node:crypto'
import type { Request } from 'express'
import { addShown, type ShownCount } from '../../db/queries/shared-counts.ts'
import { isVisit } from '../applications/counts.ts'
import { dateIn } from '../base/clock.ts'
import { addDays, startOfDay } from '../base/days.ts'
import type { Deps } from '../deps.ts'
import type { ShownDay, ShownMemory } from '../memory.ts'
import { transact } from '../web/transact.ts'
import { hasRole } from '../model/viewer.ts'

type What = 'impressions' | 'views'
/** Beyond this many, about 15 MB, a showing counts each time. */
const MOST_REMEMBERED = 300_000

/**
 * Notes that this visitor was shown these offers. Touches no database: a search costs what it cost before.
 * @param offers addresses (URIs) of the offers, ours or members'.
 */
export function noteShown(
  deps: Deps,
  req: Pick<Request, 'method' | 'get' | 'ip' | 'viewer' | 'site'>,
  offers: readonly string[],
  what: What,
): void {
  if (offers.length === 0 || !isVisit(req) || hasRole(req.viewer, 'coordinator', 'moderator')) return
  const memory = deps.memory.shown
  const today = todayIn(memory, deps.clock.now(), String(req.site.timeZone))
  const visitor = visitorOf(today, req)
  for (const offer of offers) {
    if (!isFirst(today, `${what} ${offer}`, visitor)) continue
    const key = `${today.day} ${offer}`
    const line = memory.waiting.get(key) ?? { day: today.day, offer, impressions: 0, views: 0 }
    line[what] += 1
    memory.waiting.set(key, line)
  }
}

/** Writes what was noted since the last time. What cannot be written now (a full disk) is kept for the next minute. */
export async function writeShown(deps: Deps): Promise<void> {
  const memory = deps.memory.shown
  if (memory.waiting.size === 0) return
  const lines = memory.waiting
  memory.waiting = new Map()
  try {
    await transact(deps, (tx) => addShown(tx, [...lines.values()]))
  } catch (error) {
    for (const [key, line] of memory.waiting) add(lines, key, line)
    memory.waiting = lines
    deps.log.warn('what was shown could not be counted yet', { error: String(error) })
  }
}

function add(lines: Map<string, ShownCount>, key: string, more: ShownCount): void {
  const line = lines.get(key)
  if (!line) return void lines.set(key, more)
  line.impressions += more.impressions
  line.views += more.views
}

/** The day it is in that zone, with its own salt; at midnight everything known of visitors is gone. */
function todayIn(memory: ShownMemory, now: Date, zone: string): ShownDay {
  const { today } = memory
  const at = now.getTime()
  if (today && today.zone === zone && at >= today.from && at < today.until) return today
  const day = dateIn(zone, now)
  const begins = (which: string) => Date.parse(startOfDay(which, zone))
  return (memory.today = {
    day,
    zone,
    from: begins(day),
    until: begins(addDays(day, 1)),
    salt: randomBytes(16),
    seen: new Map(),
    remembered: 0,
  })
}

function visitorOf({ salt }: ShownDay, req: Pick<Request, 'get' | 'ip'>): number {
  const hash = createHash('sha256')
    .update(salt)
    .update(`${req.ip ?? ''}\n${req.get('user-agent') ?? ''}`)
  return hash.digest().readUIntBE(0, 6)
}

function isFirst(today: ShownDay, what: string, visitor: number): boolean {
  const seen = today.seen.get(what) ?? new Set()
  if (seen.has(visitor)) return false
  if (today.remembered < MOST_REMEMBERED) {
    today.seen.set(what, seen.add(visitor))
    today.remembered += 1
  }
  return true
}
