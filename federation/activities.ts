// SPDX-License-Identifier: AGPL-3.0-or-later
// The only list of the activities we handle. For a new one, test/federation/activities.test.ts names what is missing.
import type { ActivityRow } from '../db/queries/fed-activities.ts'
import { isActiveCentre, isActiveMember, isActiveSource } from '../db/queries/members.ts'
import { hostOf, type NotAllowed } from '../server/peers/rules.ts'
import type { Actors } from './actors.ts'
import { withBudget, type Budget } from './http-client.ts'
import { receiveAnswer } from './inbox/accepts.ts'
import { receiveAnnounce } from './inbox/announces.ts'
import { receiveFollow, receiveUndo } from './inbox/follows.ts'
import { ignore, type Apply, type Handler, type Parts } from './inbox/handler.ts'
import { receiveDeletion, receivePublication, receiveSubmission } from './inbox/offers.ts'
import { receiveJoin } from './inbox/joins.ts'
import { isRelayed, sourceOf } from './inbox/relayed.ts'
import { idOf, idsOf } from './origins.ts'
import type { OwnActorData } from './own-actor.ts'
import type { JsonObject } from './plain-json.ts'
import { withOneType } from './one-type.ts'
import { isPlainlyReadable } from './vocabulary.ts'
import { weigh } from './weight.ts'

type Handled = {
  handler: Handler
  /** Names of its examples in FEDERATION.md (`json received NAME`). */
  examples: readonly [string, ...string[]]
  /** True: accepted from partners only, unless the object is the actor itself. False: the handler decides by itself. */
  isAboutObjects: boolean
}

export const ACTIVITIES: Readonly<Record<string, Handled>> = {
  Follow: {
    handler: receiveFollow,
    examples: ['a person follows', 'an association wants to join'],
    isAboutObjects: false,
  },
  Undo: {
    handler: receiveUndo,
    examples: ['a person stops following', 'a member withdraws', 'a followed site takes it back'],
    isAboutObjects: false,
  },
  Accept: { handler: receiveAnswer, examples: ['somebody accepts what nobody asked'], isAboutObjects: false },
  Reject: { handler: receiveAnswer, examples: ['a centre refuses'], isAboutObjects: false },
  Create: {
    handler: receivePublication,
    examples: [
      'a member publishes',
      'a member sends its totals',
      'a member agrees to exact sums',
      'another kind of site publishes',
      'a reply',
    ],
    isAboutObjects: true,
  },
  Update: { handler: receivePublication, examples: ['a member changes the text'], isAboutObjects: true },
  Offer: { handler: receiveSubmission, examples: ['a member submits'], isAboutObjects: true },
  Delete: { handler: receiveDeletion, examples: ['a member deletes'], isAboutObjects: false },
  Join: { handler: receiveJoin, examples: ['somebody wants to take part'], isAboutObjects: false },
  Announce: { handler: receiveAnnounce, examples: ['a followed site announces', 'a boost'], isAboutObjects: false },
}

/** Other types are stored as `ignored`, so that the same activity is known when it comes again. */
export const isHandled = (type: string): boolean => Object.hasOwn(ACTIVITIES, type)
export const isAboutObjects = (type: string): boolean => isHandled(type) && ACTIVITIES[type]!.isAboutObjects

/** Values in an activity of an unknown peer: 40 ms of JSON-LD at the very most. */
const MOST_OF_UNKNOWN_PEER = 300

export type DispatchParts = Omit<Parts, 'actors'> & { actors: Actors }

/** @param budget requests that the handler may still make. @throws NotNow when another server has to answer first. */
export async function dispatch(
  all: DispatchParts,
  row: ActivityRow,
  ours: OwnActorData | undefined,
  budget: Budget,
): Promise<Apply> {
  if (!isHandled(row.type)) return ignore('not_understood')
  const raw = withOneType(JSON.parse(row.body) as JsonObject, row.body)
  const refusal = await refusalAbout(all, row.actor, raw)
  if (refusal) return ignore(refusal)
  if (!ours) return ignore('not_set_up')
  if (!(await isOfConcern(all, row, raw))) return ignore('not_a_member')
  const isPlain = isPlainlyReadable(raw) || isAboutItself(row, raw)
  if (!isPlain && !(await isShortEnough(all, row, raw))) return ignore('not_readable')
  const document = isPlain ? raw : await all.apex.normalise(raw, ours.document)
  // After JSON-LD it must still be the activity whose sender was proved.
  if (!document || document['id'] !== row.id || document['type'] !== row.type) return ignore('not_readable')
  const later = document === raw ? undefined : await refusalAbout(all, row.actor, document)
  if (later) return ignore(later)
  const http = withBudget(all.http, budget)
  const parts: Parts = { ...all, http, actors: all.actors.within(http) }
  return ACTIVITIES[row.type]!.handler(parts, {
    id: row.id,
    type: row.type,
    actor: row.actor,
    document,
    signedAt: row.signed_at,
  })
}

/** A sender may be blocked after the activity was stored, and any actor may relay an object of a blocked one. */
async function refusalAbout(
  { policy }: DispatchParts,
  actor: string,
  raw: JsonObject,
): Promise<NotAllowed | undefined> {
  const { object } = raw
  const inside = Array.isArray(object) && object.length === 1 ? object[0] : object
  const embedded = typeof inside === 'object' && inside !== null && !Array.isArray(inside) ? inside : {}
  const named = [...idsOf(object), ...idsOf(embedded['attributedTo']), ...idsOf(embedded['actor'])]
  const further = idsOf(embedded['object'])
  for (const host of new Set([actor, ...named, ...further].map(hostOf))) {
    const refusal = await policy.refusalFor(host)
    if (refusal) return refusal
  }
  return undefined
}

/** Checked before JSON-LD, which is slow: most activities of unknown peers do not concern us. */
async function isOfConcern({ deps }: DispatchParts, row: ActivityRow, raw: JsonObject): Promise<boolean> {
  const id = idOf(raw['object'])
  if (!isAboutObjects(row.type) || id === row.actor || (await isActiveMember(deps.db, row.actor))) return true
  if (await isActiveCentre(deps.db, row.actor)) return true
  if (row.type === 'Offer' || id === undefined) return false
  return (await isRelayed(deps.db, id)) || (await sourceOf(deps.db, raw, row.actor)) !== undefined
}

/** Follow, Accept, Reject and Undo need few values; only partners may send more for JSON-LD to read. */
async function isShortEnough({ deps }: DispatchParts, row: ActivityRow, raw: JsonObject): Promise<boolean> {
  if (isAboutObjects(row.type) || weigh(raw).nodes <= MOST_OF_UNKNOWN_PEER) return true
  const { db } = deps
  return (await isActiveMember(db, row.actor)) || (await isActiveCentre(db, row.actor)) || isActiveSource(db, row.actor)
}

/** Nothing else in it is read, because the actor document is fetched from its server. */
function isAboutItself(row: ActivityRow, raw: JsonObject): boolean {
  return row.type === 'Update' && idOf(raw['object']) === row.actor
}
