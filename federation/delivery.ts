// SPDX-License-Identifier: AGPL-3.0-or-later
// Takes what we say to the inboxes: at least once, in order per object, few at a time per host, for days if need be.
import { claimDeliveries, endDeliveries, releaseLeases, type DeliveryRow } from '../db/queries/fed-deliveries.ts'
import { listBodies } from '../db/queries/fed-activities.ts'
import { later, MINUTE } from '../server/base/clock.ts'
import { faultOf } from '../server/base/fault.ts'
import { nudging, turns } from '../server/queue/turns.ts'
import type { Deps } from '../server/deps.ts'
import { createYielding } from '../server/queue/event-loop.ts'
import { transact, type Tx } from '../server/web/transact.ts'
import type { ApexDoor } from './apex.ts'
import type { Door } from './fetch.ts'
import type { OurselvesDoor } from './ourselves.ts'
import type { Peers } from './peers.ts'
import { openPlaces } from './places.ts'
import { SHOWN_FOR } from './schedule.ts'
import { createSettlement, hasArrived, type Ended } from './settlement.ts'
import { ACTIVITY_TYPE } from './vocabulary.ts'

type Parts = { deps: Deps; door: Door; peers: Peers; ourselves: OurselvesDoor; apexDoor: ApexDoor }

/** Requests under way. Measured (`npm run bench -- fanout_1000_s`): 8 take three times as long, 64 no less than 32. */
export const AT_ONCE = 32
/** To one host. */
const PER_HOST = 2
const LEASE = 2 * MINUTE
const GATHER_MS = 10
const TIDY_EVERY = 10 * MINUTE
/** Texts kept for the rows that follow: one activity goes to many inboxes. */
const TEXTS = 32
const HEADERS = { 'content-type': ACTIVITY_TYPE, accept: `${ACTIVITY_TYPE}, application/json` }

export function createDelivery(parts: Parts) {
  const { deps, door, ourselves, apexDoor } = parts
  const settle = createSettlement(parts)
  // What is new is noticed at once, even while a host that hangs is still waited for.
  const { nudge, look, more } = nudging()
  const places = openPlaces({ atOnce: AT_ONCE, perOne: PER_HOST }, nudge)
  const texts = new Map<string, Buffer>()
  let ended: Ended[] = []
  let lastHost = ''
  let tidiedAt = 0
  let stopped = false
  const yieldLoop = createYielding()
  /** The queue is at work already: what it writes itself need not wake it. */
  const quietly = <T>(work: (tx: Tx) => Promise<T>) => transact(deps, work, { wakes: false })

  const inTurns = turns(run, (error) => deps.log.error('the delivery stopped', { error: faultOf(error) }))

  function drain(): Promise<void> {
    nudge()
    return inTurns()
  }

  async function run(): Promise<void> {
    await tidy()
    places.forget()
    for (;;) {
      look()
      const claimed = await turn()
      if (!stopped)
        for (const row of claimed) {
          void start(row)
          await yieldLoop()
        }
      if (claimed.length === 0 && places.isEmpty() && ended.length === 0) break
      await more()
      // Those that end at nearly the same time share a commit.
      if (!places.isEmpty()) await new Promise((done) => setTimeout(done, GATHER_MS))
    }
  }

  /** One commit for all that has ended meanwhile and for what is taken next. */
  async function turn(): Promise<DeliveryRow[]> {
    const group = ended
    ended = []
    try {
      return await commit(group)
    } catch (error) {
      if (group.length === 0) throw error
      // One that cannot be noted keeps nobody else from it; its lease runs out, and it is sent again.
      for (const one of group)
        await commit([one], true).catch((fault: unknown) =>
          deps.log.error('a delivery could not be noted', { id: one.row.id, error: faultOf(fault) }),
        )
      return []
    }
  }

  async function commit(group: Ended[], isNoteOnly = stopped): Promise<DeliveryRow[]> {
    const free = isNoteOnly ? 0 : places.free()
    // While hosts that hang have taken every place, partners still have some.
    const spare = isNoteOnly || free > 0 ? 0 : places.freeForPartners()
    if (group.length === 0 && free + spare === 0) return []
    let isNews = false
    // What did not arrive may end a relation.
    if (!group.every(hasArrived)) await apexDoor.load()
    const rows = await quietly(async (tx) => {
      isNews = await settle(tx, group)
      const claimed = free + spare > 0 ? await claim(tx, free + spare, free === 0) : []
      await readTexts(tx, claimed)
      return claimed
    })
    if (isNews) deps.bell.ring()
    return rows
  }

  async function claim(tx: Tx, most: number, isForPartners: boolean): Promise<DeliveryRow[]> {
    const now = deps.clock.iso()
    const { roomAt, busy } = places
    const room = { roomAt, busy: busy(), perHost: PER_HOST, after: lastHost, isForPartners }
    const rows = await claimDeliveries(tx, { now, leaseUntil: later(now, LEASE), most, ...room })
    if (!isForPartners) lastHost = rows.at(-1)?.host ?? ''
    return rows
  }

  async function readTexts(tx: Tx, rows: DeliveryRow[]): Promise<void> {
    const needed = new Set(rows.map((row) => row.activity_id))
    const unread = [...needed].filter((id) => !texts.has(id))
    if (unread.length === 0) return
    // What goes out now is not forgotten to make room.
    if (texts.size + unread.length > TEXTS) for (const id of texts.keys()) if (!needed.has(id)) texts.delete(id)
    for (const { id, body } of await listBodies(tx, unread)) texts.set(id, Buffer.from(body))
  }

  async function start(row: DeliveryRow): Promise<void> {
    const body = texts.get(row.activity_id)
    if (!body) return
    const place = places.take(row.host)
    let hasAnswered = false
    try {
      const signer = await ourselves.key()
      const answer = await door.ask(row.inbox, { method: 'POST', body, headers: HEADERS, signer })
      hasAnswered = answer.ok
      // Broken off by our own end: nobody's fault, and free for the next process.
      if (answer.ok || !stopped) ended.push({ row, answer })
    } catch (error) {
      deps.log.error('a delivery could not be made', { id: row.id, error: faultOf(error) })
    } finally {
      place.end(hasAnswered)
      nudge()
    }
  }

  /** What has waited to its end is given up, and what is past its lease is free. */
  async function tidy(): Promise<void> {
    const now = deps.clock.now().getTime()
    if (stopped || Math.abs(now - tidiedAt) < TIDY_EVERY) return
    tidiedAt = now
    const at = deps.clock.iso()
    const given = await quietly(async (tx) => {
      await releaseLeases(tx, at)
      return endDeliveries(tx, at, later(at, SHOWN_FOR))
    })
    if (given > 0) deps.log.warn('deliveries were given up: they had waited too long', { count: given })
  }

  return {
    drain,
    /** Call once before the first drain: nothing is under way in a process that has just started. */
    releaseAll: () => quietly((tx) => releaseLeases(tx)),
    async stop() {
      stopped = true
      await drain()
    },
  }
}
