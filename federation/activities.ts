// SPDX-License-Identifier: AGPL-3.0-or-later
// The activities we understand: this table is the one list of them. To add one: a line here, its handler, its example
// in FEDERATION.md (test/federation/activities.test.ts names what is missing).
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
import { isRelayed, sourceOf } from './inbox/relayed.ts'
import { idOf, idsOf } from './origins.ts'
import type { OwnActorData } from './own-actor.ts'
import type { JsonObject } from './plain-json.ts'
import { isPlainlyReadable } from './vocabulary.ts'
import { weigh } from './weight.ts'

type Understood = {
  handler: Handler
  /** Names of its examples in FEDERATION.md (`json received NAME`). */
  examples: readonly [string, ...string[]]
  /** It is about an object: accepted from partners of ours only, unless the object is the actor itself. */
  isAboutObjects?: true
}

export const ACTIVITIES: Readonly<Record<string, Understood>> = {
  Follow: { handler: receiveFollow, examples: ['a person follows', 'an association wants to join'] },
  Undo: {
    handler: receiveUndo,
    examples: ['a person stops following', 'a member withdraws', 'a followed site takes it back'],
  },
  Accept: { handler: receiveAnswer, examples: ['somebody accepts what nobody asked'] },
  Reject: { handler: receiveAnswer, examples: ['a centre refuses'] },
  Create: {
    handler: receivePublication,
    examples: ['a member publishes', 'a member tells its totals', 'another kind of site publishes', 'a reply'],
    isAboutObjects: true,
  },
  Update: { handler: receivePublication, examples: ['a member changes the text'], isAboutObjects: true },
  Offer: { handler: receiveSubmission, examples: ['a member submits'], isAboutObjects: true },
  Delete: { handler: receiveDeletion, examples: ['a member deletes'] },
  Announce: { handler: receiveAnnounce, examples: ['a followed site announces', 'a boost'] },
}

/** Other types are stored as `ignored`, so that the same activity is known when it comes again. */
export const isUnderstood = (type: string): boolean => Object.hasOwn(ACTIVITIES, type)
export const isAboutObjects = (type: string): boolean => isUnderstood(type) && ACTIVITIES[type]!.isAboutObjects === true

/** Values in an activity of an unknown peer: 40 ms of JSON-LD at the very most. */
const MOST_OF_UNKNOWN_PEER = 300

export type DispatchParts = Omit<Parts, 'actors'> & { actors: Actors }

/**
 * What a stored activity does here, or why nothing: from blocked peers, of no concern to us, or too heavy, it is ignored.
 * @param budget each request it takes is counted here.
 * @throws NotNow when another server has to answer first.
 */
export async function dispatch(
  all: DispatchParts,
  row: ActivityRow,
  ours: OwnActorData | undefined,
  budget: Budget,
): Promise<Apply> {
  if (!isUnderstood(row.type)) return ignore('not_understood')
  const raw = JSON.parse(row.body) as JsonObject
  const refusal = await refusalAbout(all, row.actor, raw)
  if (refusal) return ignore(refusal)
  if (!ours) return ignore('not_set_up')
  if (!(await isOfConcern(all, row, raw))) return ignore('not_a_member')
  const isPlain = isPlainlyReadable(raw) || isAboutItself(row, raw)
  if (!isPlain && !(await isShortEnough(all, row, raw))) return ignore('not_readable')
  const document = isPlain ? raw : await all.apex.normalise(raw, ours.document)
  // What JSON-LD makes of it must still be the activity whose sender was proved.
  if (!document || document['id'] !== row.id || document['type'] !== row.type) return ignore('not_readable')
  const later = document === raw ? undefined : await refusalAbout(all, row.actor, document)
  if (later) return ignore(later)
  const http = withBudget(all.http, budget)
  const parts: Parts = { ...all, http, actors: all.actors.within(http) }
  return ACTIVITIES[row.type]!.handler(parts, { id: row.id, type: row.type, actor: row.actor, document })
}

/**
 * The sender may have been blocked since the activity was stored, and another actor may relay an object of a blocked one:
 * named, embedded, or as the author of what is embedded.
 */
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

/** Checked before JSON-LD, which takes time: most activities of unknown peers about objects do not concern us. */
async function isOfConcern({ deps }: DispatchParts, row: ActivityRow, raw: JsonObject): Promise<boolean> {
  const id = idOf(raw['object'])
  if (!isAboutObjects(row.type) || id === row.actor || (await isActiveMember(deps.db, row.actor))) return true
  // A centre of ours sends its decisions about our offers.
  if (await isActiveCentre(deps.db, row.actor)) return true
  if (row.type === 'Offer' || id === undefined) return false
  return (await isRelayed(deps.db, id)) || (await sourceOf(deps.db, raw, row.actor)) !== undefined
}

/** To follow, to answer and to undo takes few values; only a partner may give JSON-LD more. */
async function isShortEnough({ deps }: DispatchParts, row: ActivityRow, raw: JsonObject): Promise<boolean> {
  if (isAboutObjects(row.type) || weigh(raw).nodes <= MOST_OF_UNKNOWN_PEER) return true
  const { db } = deps
  return (await isActiveMember(db, row.actor)) || (await isActiveCentre(db, row.actor)) || isActiveSource(db, row.actor)
}

/** « My own document has changed »: nothing else in it is read, because the document is fetched from its home. */
function isAboutItself(row: ActivityRow, raw: JsonObject): boolean {
  return row.type === 'Update' && idOf(raw['object']) === row.actor
}
