// SPDX-License-Identifier: AGPL-3.0-or-later
// Visits are counted in memory and written once a minute. No cookie; nothing about a visitor is kept after the day.
import { createHash, randomBytes } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { Request } from 'express'
import { chunksOf } from '../../db/in-list.ts'
import { findTimeZone } from '../../db/queries/association.ts'
import {
  addCounted,
  addHours,
  addShown,
  type Counted,
  type OwnCount,
  type ShownCount,
} from '../../db/queries/counts.ts'
import { nameChannels } from '../../db/queries/hours.ts'
import { dateIn } from '../base/clock.ts'
import { addDays, startOfDay } from '../base/days.ts'
import type { Deps } from '../deps.ts'
import type { CountedDay, CountMemory, NotedVisit, ViewedOffer, WaitingCounts } from '../memory.ts'
import { transact, type Tx } from '../web/transact.ts'
import { hasRight } from '../model/viewer.ts'

type Visit = Pick<Request, 'method' | 'get' | 'ip' | 'viewer' | 'site'>

/** About 15 MB. Beyond it, an offer shown again to a visitor is counted again. */
const MOST_REMEMBERED = 300_000

/** Once a day for each visitor and offer, not for programs and our team. Uses no database. @param offers URIs. */
export function noteShown(deps: Deps, req: Visit, shown: readonly string[]): void {
  if (shown.length > 0) noteVisit(deps, req, { shown })
}

/**
 * Once a day for each visitor. @param viewed.offerId only for our own offers, counted by `channel`
 * (public-offer/via.ts).
 */
export function noteView(deps: Deps, req: Visit, viewed: ViewedOffer): void {
  noteVisit(deps, req, { viewed })
}

function noteVisit(deps: Deps, req: Visit, what: Pick<NotedVisit, 'shown' | 'viewed'>): void {
  if (!isVisit(req) || hasRight(req.viewer, 'offers', 'moderation')) return
  const visit = { agent: req.get('user-agent') ?? '', ip: req.ip ?? '', zone: String(req.site.timeZone), ...what }
  if (deps.memory.counts.forward) deps.memory.counts.forward(visit)
  else countVisit(deps, visit)
}

/** Of a visit that this process or another one answered. */
export function countVisit(deps: Deps, { shown = [], viewed, zone, ...visitor }: NotedVisit): void {
  const memory = deps.memory.counts
  const today = todayIn(memory, deps, zone)
  const { day } = today
  const { own, shown: lines } = memory.waiting
  const hash = visitorOf(today, visitor)
  for (const offer of shown)
    if (isFirst(today, `impressions ${offer}`, hash)) addTo(lines, { day, offer, impressions: 1, views: 0 })
  if (!viewed || !isFirst(today, `views ${viewed.uri}`, hash)) return
  const { uri, offerId, channel } = viewed
  if (offerId) addToOwn(own, { day, offerId, channel, views: 1 })
  else addTo(lines, { day, offer: uri, impressions: 0, views: 1 })
}

export function noteStart(deps: Deps, req: Visit, offer: { offerId: string; channel: string }): void {
  if (!isVisit(req)) return
  const memory = deps.memory.counts
  addToOwn(memory.waiting.own, { day: todayIn(memory, deps, String(req.site.timeZone)).day, ...offer, apply_starts: 1 })
}

/** `by`: how many; of accepted ones and of those who came, people. */
type ToCount = { offerId: string; channel: string; what: Counted; by?: number }

/** On today's date in the association's time zone. @returns that date. */
export async function countNow(
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  { what, by = 1, ...offer }: ToCount,
): Promise<string> {
  const day = dateIn(await findTimeZone(tx), deps.clock.now())
  await addCounted(tx, [{ ...offer, day, [what]: by }])
  return day
}

/**
 * Hours of offers, on the day on which they were done. @param ids of lines just approved, or just written to take another
 * one out; each is counted once, and those without an offer are not.
 */
export async function countHours(tx: Tx, ids: readonly string[]): Promise<void> {
  for (const some of chunksOf(ids)) {
    const lines = await nameChannels(tx, some)
    if (lines.length > 0) await addHours(tx, lines)
  }
}

/** From the day on which it was counted: another day would count less than nothing. */
export async function takeBack(tx: Tx, day: string, { what, by = 1, ...offer }: ToCount): Promise<void> {
  await addCounted(tx, [{ ...offer, day, [what]: -by }])
}

/** What cannot be written now (a full disk) is kept for the next minute. */
export async function writeCounts(deps: Deps): Promise<void> {
  const memory = deps.memory.counts
  if (memory.waiting.own.size + memory.waiting.shown.size === 0) return
  const { own, shown } = memory.waiting
  memory.waiting = { own: new Map(), shown: new Map() }
  try {
    await writeInParts(deps, own, addCounted)
    await writeInParts(deps, shown, addShown)
  } catch (error) {
    for (const line of memory.waiting.own.values()) addToOwn(own, line)
    for (const line of memory.waiting.shown.values()) addTo(shown, line)
    memory.waiting = { own, shown }
    deps.log.warn('visits could not be counted yet', { error: String(error) })
  }
}

/** Each part in a transaction of its own; what is written is taken out of `lines`. */
async function writeInParts<T>(
  deps: Deps,
  lines: Map<string, T>,
  add: (tx: Tx, some: T[]) => Promise<void>,
): Promise<void> {
  for (const some of chunksOf([...lines])) {
    await transact(deps, (tx) =>
      add(
        tx,
        some.map(([, line]) => line),
      ),
    )
    for (const [key] of some) lines.delete(key)
    await setImmediate()
  }
}

/** At the end of a word, as in Googlebot; telephones are called « Scanner TC21 » too, so their name is not looked at. */
const PROGRAM =
  /(?:bot|crawler|crawl|spider|slurp|preview|fetch|fetcher|scan|scanner|monitor|monitoring|mainforte)(?![a-z])|\b(?:curl|wget|python|java|okhttp)\b/i
const TELEPHONE = /\([^()]*\bAndroid\b[^()]*\)/i

/** True for a person's browser that requests the page itself, not a prefetch. */
export function isVisit(req: Pick<Request, 'method' | 'get'>): boolean {
  const agent = req.get('user-agent') ?? ''
  const ahead = /prefetch|prerender|preview/i.test(req.get('sec-purpose') ?? req.get('purpose') ?? '')
  return req.method === 'GET' && agent !== '' && !PROGRAM.test(agent.slice(0, 1000).replace(TELEPHONE, '')) && !ahead
}

function addToOwn(lines: WaitingCounts['own'], more: OwnCount): void {
  const key = `${more.day} ${more.offerId} ${more.channel}`
  const { views = 0, apply_starts = 0 } = lines.get(key) ?? {}
  lines.set(key, { ...more, views: views + (more.views ?? 0), apply_starts: apply_starts + (more.apply_starts ?? 0) })
}

function addTo(lines: WaitingCounts['shown'], more: ShownCount): void {
  const key = `${more.day} ${more.offer}`
  const line = lines.get(key)
  if (!line) return void lines.set(key, { ...more })
  line.impressions += more.impressions
  line.views += more.views
}

/** A new day has a new salt, and nothing about the visitors of the day before is kept. */
function todayIn(memory: CountMemory, deps: Deps, zone: string): CountedDay {
  const { today } = memory
  const now = deps.clock.now()
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

function visitorOf({ salt }: CountedDay, { ip, agent }: Pick<NotedVisit, 'ip' | 'agent'>): number {
  const hash = createHash('sha256').update(salt).update(`${ip}\n${agent}`)
  return hash.digest().readUIntBE(0, 6)
}

function isFirst(today: CountedDay, what: string, visitor: number): boolean {
  const seen = today.seen.get(what) ?? new Set()
  if (seen.has(visitor)) return false
  if (today.remembered < MOST_REMEMBERED) {
    today.seen.set(what, seen.add(visitor))
    today.remembered += 1
  }
  return true
}
