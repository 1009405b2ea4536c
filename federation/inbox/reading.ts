// SPDX-License-Identifier: AGPL-3.0-or-later
// What does a letter mean, and do we read it at all? Blocked, of no concern to us, or too heavy, it is let pass.
import type { ActivityRow } from '../../db/queries/fed-activities.ts'
import { isActiveCentre, isActiveMember, isActiveSource } from '../../db/queries/members.ts'
import { hostOf, type Silence } from '../../server/peers/rules.ts'
import type { Actors } from '../actors.ts'
import { withBudget, type Budget } from '../fetch.ts'
import { idOf, idsOf } from '../origins.ts'
import type { Ourselves } from '../ourselves.ts'
import type { JsonObject } from '../plain-json.ts'
import { isPlainlyReadable } from '../vocabulary.ts'
import { weigh } from '../weight.ts'
import { isRelayed, sourceOf } from './afar.ts'
import { receiveAnnounce } from './announces.ts'
import { receiveAnswer } from './answers.ts'
import { ABOUT_THINGS } from './entry.ts'
import { receiveFollow, receiveUndo } from './follows.ts'
import { ignore, type Effect, type Meaning, type Parts } from './meaning.ts'
import { receiveDeletion, receivePublication, receiveSubmission } from './offers.ts'

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

/** Values in a letter of somebody who is nothing to us: 40 ms of JSON-LD at the very most. */
const MOST_OF_A_STRANGER = 300

export type ReadingParts = Omit<Parts, 'actors'> & { actors: Actors }

export function createReading(all: ReadingParts) {
  const { deps } = all

  /** What the letter does here, or why nothing. Each request it takes comes out of the budget. */
  async function read(row: ActivityRow, ours: Ourselves | undefined, budget: Budget): Promise<Effect> {
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

  return read
}

/** Of a letter that says « my own document has changed » nothing else is read: that is asked for at its home. */
function isAboutItself(row: ActivityRow, raw: JsonObject): boolean {
  return row.type === 'Update' && idOf(raw['object']) === row.actor
}
