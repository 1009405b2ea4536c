// SPDX-License-Identifier: AGPL-3.0-or-later
// What was let in is given its meaning: in order per actor, once, and a message that cannot be understood stops nobody.
import {
  insertReceived,
  listOverfull,
  listWaiting,
  listWaitingOf,
  listWaitingOfPartners,
  settleActivity,
  type ActivityRow,
  type Outcome as Settlement,
} from '../db/queries/fed-activities.ts'
import { fenced, outsideFence } from '../db/open.ts'
import { later, MINUTE } from '../server/base/clock.ts'
import { faultOf } from '../server/base/fault.ts'
import { turns } from '../server/base/turns.ts'
import { isActiveCentre, isActiveMember, isActiveSource } from '../server/partners/commands.ts'
import { hostOf, type Silence } from '../server/peers/rules.ts'
import { HttpError } from '../server/web/errors.ts'
import { transact, type Tx } from '../server/web/transact.ts'
import type { Actors } from './actors.ts'
import { MOST_FETCHES, withBudget, type Budget } from './fetch.ts'
import { isRelayed, sourceOf } from './inbox/afar.ts'
import { receiveAnnounce } from './inbox/announces.ts'
import { receiveAnswer } from './inbox/answers.ts'
import { ABOUT_THINGS, setAside, TooMany, type Entry } from './inbox/entry.ts'
import { gathering } from './inbox/gathering.ts'
import { receiveFollow, receiveUndo } from './inbox/follows.ts'
import { ignore, NotNow, type Effect, type Meaning, type Outcome, type Parts } from './inbox/meaning.ts'
import { receiveDeletion, receivePublication, receiveSubmission } from './inbox/offers.ts'
import { idOf, idsOf } from './origins.ts'
import type { Ourselves } from './ourselves.ts'
import type { Peers } from './peers.ts'
import type { JsonObject } from './plain-json.ts'
import { isPlainlyReadable } from './vocabulary.ts'
import { weigh } from './weight.ts'

const MEANINGS: Record<string, Meaning> = {
  Follow: receiveFollow,
  Undo: receiveUndo,
  Accept: receiveAnswer,
  Reject: receiveAnswer,
  Create: receivePublication,
  Update: receivePublication,
  Offer: receiveSubmission,
  Delete: receiveDeletion,
  Announce: receiveAnnounce,
}

const MOST_AT_ONCE = 200
/**
 * Actors whose letters are read at a time. With whom one letter takes longer than `PROMPT_MS` (a home is asked that does
 * not answer), waits on in one of `PATIENT` other places, and when these are full too, there are some for partners only.
 */
const AT_ONCE = 4
const PATIENT = 32
const PARTNERS = 16
const PROMPT_MS = 1_000
/** So many of one actor are read in one turn, before others have theirs. */
const IN_A_ROW = 50
/** So many wait behind one that cannot be understood now; who sends more keeps them for a while. */
const MOST_WAITING = 1000
/** While many letters come in, one on the heels of the other, each that is to be understood lets them pass for a moment: the sender waits, it need not. */
const BUSY_MS = 10
const MANY = 20
const YIELD_MS = 100
/** Values in a letter of somebody who is nothing to us: 40 ms of JSON-LD at the very most. */
const MOST_OF_A_STRANGER = 300
const WAITS = [5_000, 30_000, 2 * MINUTE, 10 * MINUTE]

type InboxParts = Omit<Parts, 'actors'> & { actors: Actors; peers: Peers }
type Letter = { entry: Entry; kept: () => void; lost: (error: unknown) => void }
type Settled = { row: ActivityRow; outcome: Settlement }

export function createInbox(all: InboxParts) {
  const { deps } = all
  const underWay = new Set<string>()
  let late = 0
  let isNudged = false
  let wake = () => {}
  /** What ended a turn badly (a disk that is full, say): the whole inbox rests until it is rung for again. */
  const faults: unknown[] = []
  let stopped = false
  const letters: Letter[] = []
  let lastCame = Number.NEGATIVE_INFINITY
  let inARush = 0
  const isQuiet = () => performance.now() - lastCame > BUSY_MS
  const collect = gathering(
    () => letters.length,
    () => outsideFence(keepAll),
  )

  /** Resolves when the activity is on disk. What comes in the same breath shares one commit. */
  function keep(entry: Entry): Promise<void> {
    return new Promise((kept, lost) => {
      inARush = isQuiet() ? 1 : inARush + 1
      lastCame = performance.now()
      letters.push({ entry, kept, lost })
      collect()
    })
  }

  async function keepAll(): Promise<void> {
    let isAnyWaiting = false
    while (letters.length > 0) {
      const group = letters.splice(0, MOST_AT_ONCE)
      try {
        const { waiting, awake, full } = await deps.db.transaction().execute((tx) => fenced(() => keepGroup(tx, group)))
        for (const { entry, kept, lost } of group) {
          if (full.has(entry.actor)) lost(new TooMany())
          else kept()
        }
        isAnyWaiting ||= waiting
        if (awake) deps.bell.ring()
      } catch (error) {
        for (const { lost } of group) lost(error)
      }
    }
    if (isAnyWaiting) void drain()
  }

  async function keepGroup(tx: Tx, group: Letter[]): Promise<{ waiting: boolean; awake: boolean; full: Set<string> }> {
    const told = await setAside(
      tx,
      group.map(({ entry }) => entry),
    )
    const speakers = new Set(told.filter(({ state }) => state === 'waiting').map(({ actor }) => actor))
    const full = new Set(speakers.size > 0 ? await listOverfull(tx, [...speakers], MOST_WAITING) : [])
    const entries = full.size > 0 ? told.filter(({ actor }) => !full.has(actor)) : told
    await insertReceived(tx, entries)
    const awake = await all.peers.seen(tx, [...new Set(entries.map(({ host }) => host))])
    return { waiting: entries.some(({ state }) => state === 'waiting'), awake, full }
  }

  const inTurns = turns(run, (error) => deps.log.error('the inbox stopped', { error: faultOf(error) }))

  /** What is new is noticed at once, also while somebody who does not answer is still waited for. */
  function nudge(): void {
    isNudged = true
    wake()
  }

  /** Gives everything that is due its meaning; resolves when nothing due is left. */
  function drain(): Promise<void> {
    nudge()
    return inTurns()
  }

  async function run(): Promise<void> {
    faults.length = 0
    for (;;) {
      isNudged = false
      if (faults.length > 0) throw faults[0]
      if (!stopped) await begin()
      if (underWay.size === 0) break
      if (!isNudged) await new Promise<void>((done) => (wake = done))
    }
  }

  /** Those who have waited longest; when there is no room for strangers, there still is some for partners. */
  async function begin(): Promise<void> {
    const free = () => AT_ONCE - (underWay.size - Math.min(late, PATIENT))
    for (const actor of await nextOf(listWaiting)) if (free() > 0) start(actor)
    if (free() > 0) return
    for (const actor of await nextOf(listWaitingOfPartners))
      if (underWay.size < AT_ONCE + PATIENT + PARTNERS) start(actor)
  }

  async function nextOf(list: typeof listWaiting): Promise<string[]> {
    const rows = await list(deps.db, { now: deps.clock.iso(), except: [...underWay], most: AT_ONCE * 4 })
    return rows.map(({ actor }) => actor)
  }

  /** Who keeps us waiting gives the place back after a moment, and is waited for beside it. */
  function start(actor: string): void {
    underWay.add(actor)
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      late += 1
      nudge()
    }, PROMPT_MS)
    const beginLetter = () => {
      if (isLate) late -= 1
      isLate = false
      timer.refresh()
    }
    understandAll(actor, beginLetter)
      .catch((error: unknown) => faults.push(error))
      .finally(() => {
        clearTimeout(timer)
        if (isLate) late -= 1
        underWay.delete(actor)
        nudge()
      })
  }

  /** What one actor says, in the order in which it came, up to the first that has to wait. */
  async function understandAll(actor: string, beginLetter: () => void): Promise<void> {
    const ours = await all.ourselves.read()
    // What has no effect is written down with the next that has one, or at the end: a commit for each would cost most.
    const settled: Settled[] = []
    for (const row of await listWaitingOf(deps.db, actor, IN_A_ROW)) {
      if (stopped || (row.not_before !== null && row.not_before > deps.clock.iso())) break
      if (inARush > MANY && !isQuiet()) await new Promise((done) => setTimeout(done, YIELD_MS))
      beginLetter()
      if (!(await understand(row, ours, settled))) break
    }
    if (settled.length > 0) await deps.db.transaction().execute((tx) => settleAll(tx, settled))
  }

  /** @returns false when those after it have to wait. */
  async function understand(row: ActivityRow, ours: Ourselves | undefined, settled: Settled[]): Promise<boolean> {
    const budget: Budget = { left: MOST_FETCHES - row.fetches }
    try {
      const effect = await prepare(row, ours, budget)
      if (effect.outcome) {
        settled.push({ row, outcome: settlementOf(effect.outcome, fetchesOf(budget)) })
        return true
      }
      // Its effect may be an answer.
      await all.apexDoor.load()
      await transact(deps, async (tx) => {
        await settleAll(tx, settled)
        await settleActivity(tx, row.seq, settlementOf(await effect(tx), fetchesOf(budget)))
      })
      settled.length = 0
      return true
    } catch (error) {
      await postpone(row, error, fetchesOf(budget))
      return false
    }
  }

  async function prepare(row: ActivityRow, ours: Ourselves | undefined, budget: Budget): Promise<Effect> {
    const meaning = MEANINGS[row.type]
    if (!meaning) return ignore('not_understood')
    const raw = JSON.parse(row.body) as JsonObject
    const silence = await silenceAbout(row.actor, raw)
    if (silence) return ignore(silence)
    if (!ours) return ignore('not_set_up')
    if (!(await isWorthReading(row, raw))) return ignore('not_a_member')
    const isPlain = isPlainlyReadable(raw) || isAboutItself(row, raw)
    if (!isPlain && !(await isShortEnough(row, raw))) return ignore('not_readable')
    const document = isPlain ? raw : await all.apexDoor.normalise(raw, ours.document)
    // What JSON-LD makes of it must still be what the gate let in.
    if (!document || document['id'] !== row.id || document['type'] !== row.type) return ignore('not_readable')
    const meant = document === raw ? undefined : await silenceAbout(row.actor, document)
    if (meant) return ignore(meant)
    const door = withBudget(all.door, budget)
    const parts: Parts = { ...all, door, actors: all.actors.within(door) }
    return meaning(parts, { id: row.id, type: row.type, actor: row.actor, document })
  }

  /**
   * Who sent it may have been blocked since it was let in, and somebody else may bring the words of one who is: named,
   * embedded, or as the author of what is embedded.
   */
  async function silenceAbout(actor: string, raw: JsonObject): Promise<Silence | undefined> {
    const { object } = raw
    const inside = Array.isArray(object) && object.length === 1 ? object[0] : object
    const embedded = typeof inside === 'object' && inside !== null && !Array.isArray(inside) ? inside : {}
    const named = [...idsOf(object), ...idsOf(embedded['attributedTo']), ...idsOf(embedded['actor'])]
    const further = idsOf(embedded['object'])
    for (const host of new Set([actor, ...named, ...further].map(hostOf))) {
      const silence = await all.policy.silenceWith(host)
      if (silence) return silence
    }
    return undefined
  }

  /** JSON-LD is work, and most of what strangers say about things does not concern us. */
  async function isWorthReading(row: ActivityRow, raw: JsonObject): Promise<boolean> {
    const id = idOf(raw['object'])
    if (!ABOUT_THINGS.has(row.type) || id === row.actor || (await isActiveMember(deps.db, row.actor))) return true
    // A centre of ours tells how our offers fare there.
    if (await isActiveCentre(deps.db, row.actor)) return true
    const isTold = row.type !== 'Offer' && id !== undefined
    return isTold && ((await isRelayed(deps.db, id)) || (await sourceOf(deps.db, raw, row.actor)) !== undefined)
  }

  /** To follow, to answer and to take back needs few words; only a partner may put more than these before JSON-LD. */
  async function isShortEnough(row: ActivityRow, raw: JsonObject): Promise<boolean> {
    if (ABOUT_THINGS.has(row.type) || weigh(raw).nodes <= MOST_OF_A_STRANGER) return true
    const { db } = deps
    return (
      (await isActiveMember(db, row.actor)) || (await isActiveCentre(db, row.actor)) || isActiveSource(db, row.actor)
    )
  }

  async function postpone(row: ActivityRow, error: unknown, fetches: number): Promise<void> {
    const attempts = row.attempts + 1
    const wait = WAITS[attempts - 1]
    const reason = error instanceof NotNow || error instanceof HttpError ? error.message : `fault: ${faultOf(error)}`
    const outcome = { attempts, fetches, error: reason.slice(0, 300) }
    deps.log.warn('an activity could not be understood', {
      seq: row.seq,
      type: row.type,
      attempts,
      reason: reason.slice(0, 200),
    })
    await settleActivity(
      deps.db,
      row.seq,
      wait === undefined
        ? { ...outcome, state: 'parked' }
        : { ...outcome, state: 'waiting', not_before: later(deps.clock.iso(), wait) },
    )
  }

  return {
    keep,
    drain,
    async stop() {
      stopped = true
      await drain()
    },
  }
}

export type Inbox = ReturnType<typeof createInbox>

/** Of a letter that says « my own document has changed » nothing else is read: that is asked for at its home. */
function isAboutItself(row: ActivityRow, raw: JsonObject): boolean {
  return row.type === 'Update' && idOf(raw['object']) === row.actor
}

const fetchesOf = ({ left }: Budget): number => MOST_FETCHES - Math.max(0, left)

/** A letter that would have cost too many requests is not lost: the operator sees it, and may give it another life. */
function settlementOf(outcome: Outcome, fetches: number): Settlement {
  if (outcome === 'done') return { state: 'done', fetches }
  const { ignored: error } = outcome
  return { state: error === 'budget_spent' ? 'parked' : 'ignored', error, fetches }
}

async function settleAll(tx: Tx, settled: Settled[]): Promise<void> {
  for (const { row, outcome } of settled) await settleActivity(tx, row.seq, outcome)
}
