// SPDX-License-Identifier: AGPL-3.0-or-later
// What was let in is given its meaning: in order per actor, once, and a message that cannot be understood stops nobody.
import { insertActivities, listWaiting, settleActivity, type ActivityRow } from '../db/queries/fed-activities.ts'
import { outsideFence } from '../db/open.ts'
import { later, MINUTE } from '../server/base/clock.ts'
import { turns } from '../server/base/turns.ts'
import { isActiveCentre, isActiveMember } from '../server/partners/commands.ts'
import { hostOf, type Silence } from '../server/peers/rules.ts'
import { HttpError } from '../server/web/errors.ts'
import { transact } from '../server/web/transact.ts'
import type { Entry } from './gate.ts'
import { isRelayed, sourceOf } from './inbox/afar.ts'
import { receiveAnnounce } from './inbox/announces.ts'
import { receiveAnswer } from './inbox/answers.ts'
import { receiveFollow, receiveUndo } from './inbox/follows.ts'
import { ignore, NotNow, type Effect, type Meaning, type Parts } from './inbox/meaning.ts'
import { receiveDeletion, receivePublication, receiveSubmission } from './inbox/offers.ts'
import { idOf, idsOf } from './origins.ts'
import type { JsonObject } from './plain-json.ts'
import { isPlainlyReadable } from './vocabulary.ts'

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

const AT_ONCE = 4
const WAITS = [5_000, 30_000, 2 * MINUTE, 10 * MINUTE]

export function createInbox(parts: Parts) {
  const { deps } = parts
  const underWay = new Map<string, Promise<void>>()
  let stopped = false
  let entries: { entry: Entry; kept: () => void; lost: (error: unknown) => void }[] = []
  let keeping = false

  /** Resolves when the activity is on disk. What comes while one commit is under way shares the next. */
  function keep(entry: Entry): Promise<void> {
    return new Promise((kept, lost) => {
      entries.push({ entry, kept, lost })
      if (!keeping) void outsideFence(keepAll)
    })
  }

  async function keepAll(): Promise<void> {
    keeping = true
    while (entries.length > 0) {
      const group = entries.splice(0, 200)
      try {
        await deps.db.transaction().execute((tx) =>
          insertActivities(
            tx,
            group.map(({ entry }) => entry),
          ),
        )
        for (const { kept } of group) kept()
      } catch (error) {
        for (const { lost } of group) lost(error)
      }
    }
    keeping = false
    void drain()
  }

  /** Gives everything that is due its meaning; resolves when nothing due is left. */
  const drain = turns(run, (error) => deps.log.error('the inbox stopped', { error: String(error) }))

  async function run(): Promise<void> {
    for (;;) {
      for (const row of stopped ? [] : await listWaiting(deps.db, deps.clock.iso(), AT_ONCE * 4)) {
        if (underWay.size >= AT_ONCE) break
        if (!underWay.has(row.actor))
          underWay.set(
            row.actor,
            understand(row).finally(() => underWay.delete(row.actor)),
          )
      }
      if (underWay.size === 0) break
      await Promise.race(underWay.values())
    }
  }

  async function understand(row: ActivityRow): Promise<void> {
    try {
      const effect = await prepare(row)
      await transact(deps, async (tx) => {
        const outcome = await effect(tx)
        const isDone = outcome === 'done'
        await settleActivity(tx, row.seq, isDone ? { state: 'done' } : { state: 'ignored', error: outcome.ignored })
      })
    } catch (error) {
      await postpone(row, error)
    }
  }

  async function prepare(row: ActivityRow): Promise<Effect> {
    const meaning = MEANINGS[row.type]
    if (!meaning) return ignore('not_understood')
    const raw = JSON.parse(row.body) as JsonObject
    const silence = await silenceAbout(row.actor, raw)
    if (silence) return ignore(silence)
    const ours = await parts.ourselves.read()
    if (!ours) return ignore('not_set_up')
    if (!(await isWorthReading(row, raw))) return ignore('not_a_member')
    const document = isPlainlyReadable(raw) ? raw : await parts.apexDoor.normalise(raw, ours.document)
    // What JSON-LD makes of it must still be what the gate let in.
    if (!document || document['id'] !== row.id || document['type'] !== row.type) return ignore('not_readable')
    const meant = document === raw ? undefined : await silenceAbout(row.actor, document)
    if (meant) return ignore(meant)
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
      const silence = await parts.policy.silenceWith(host)
      if (silence) return silence
    }
    return undefined
  }

  /** JSON-LD is work, and most of what strangers say about things does not concern us. */
  async function isWorthReading(row: ActivityRow, raw: JsonObject): Promise<boolean> {
    const isAboutThings = row.type === 'Create' || row.type === 'Update' || row.type === 'Offer'
    const id = idOf(raw['object'])
    if (!isAboutThings || id === row.actor || (await isActiveMember(deps.db, row.actor))) return true
    // A centre of ours tells how our offers fare there.
    if (await isActiveCentre(deps.db, row.actor)) return true
    const isTold = row.type !== 'Offer' && id !== undefined
    return isTold && ((await isRelayed(deps.db, id)) || (await sourceOf(deps.db, raw, row.actor)) !== undefined)
  }

  async function postpone(row: ActivityRow, error: unknown): Promise<void> {
    const attempts = row.attempts + 1
    const wait = WAITS[attempts - 1]
    const reason = error instanceof NotNow || error instanceof HttpError ? error.message : `fault: ${String(error)}`
    const outcome = { attempts, error: reason.slice(0, 300) }
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
