// SPDX-License-Identifier: AGPL-3.0-or-later
// Answers to our Follow or to an offer we submitted. They count only from the actor we asked.
import {
  findActivity,
  findFollow,
  findFollowById,
  openActivities,
  setFollowState,
  type ActivityRow,
} from '../../db/queries/fed-activities.ts'
import { findLiveAffiliation } from '../../db/queries/fed-relations.ts'
import { listRelayedOffersOf } from '../../db/queries/sources.ts'
import { receiveOffer } from '../../server/moderation/commands/receive.ts'
import { recordDecision } from '../../server/offers/commands/submissions.ts'
import type { PublicOffer } from '../../server/model/offer/content.ts'
import {
  recordEnded,
  recordJoinAccepted,
  recordJoinRefused,
  recordSourceAccepted,
} from '../../server/partners/commands/receive.ts'
import { receivePause } from '../../server/partners/commands/pause.ts'
import type { Tx } from '../../server/web/transact.ts'
import { readComments } from '../../server/public-offer/comments.ts'
import { idOf, idsOf } from '../origins.ts'
import { isObject } from '../translate/properties.ts'
import { cleanText } from '../../server/text/plain-text.ts'
import type { JsonObject } from '../plain-json.ts'
import { dropFollow, openPublisher } from '../publisher.ts'
import { ignore, wordsOf, type Handler, type Outcome, type Parts, type Received } from './handler.ts'
import { fetchOriginal } from './originals.ts'
import { readOutboxOf } from './outbox-of.ts'

type Decision = Parameters<typeof recordDecision>[2]['decision']

export const receiveAnswer: Handler = async (parts, received) => {
  const asked = idOf(received.document['object'])
  if (!asked) return ignore('object_unusable')
  // Relayed offers may have changed before their home accepted our Follow.
  const isYes = received.type === 'Accept'
  const missed = isYes ? await readAgain(parts, received.actor) : []
  if (!missed) return ignore('budget_spent')
  const isBegin = isYes && (await findLiveAffiliation(parts.deps.db, received.actor, 'source'))?.state === 'asking'
  const past = isBegin ? await readOutboxOf(parts, received.actor) : []
  return async (tx) => {
    // Our own copy counts, not the one embedded in the answer.
    const activity = await findActivity(tx, asked)
    if (activity?.direction !== 'out') return { ignored: 'unknown_object' }
    if (activity.type === 'Follow') {
      const outcome = await answerFollow(parts, tx, received, activity)
      if (outcome !== 'done') return outcome
      for (const offer of missed) await receiveOffer(tx, parts.deps, offer)
      if (past.length > 0) await openActivities(tx, past)
      return outcome
    }
    if (['Offer', 'Create', 'Update'].includes(activity.type)) return answerOffer(parts, tx, received, activity)
    return { ignored: 'not_a_question' }
  }
}

const MOST_READ_AGAIN = 4

/** Undefined when the budget of requests is spent. */
async function readAgain(parts: Parts, actor: string): Promise<PublicOffer[] | undefined> {
  const follow = await findFollow(parts.deps.db, parts.ownActor.addresses.id, actor)
  if (follow?.state !== 'asked') return []
  const offers: PublicOffer[] = []
  for (const uri of await listRelayedOffersOf(parts.deps.db, actor, MOST_READ_AGAIN)) {
    const original = await fetchOriginal(parts, uri)
    if (!original.ok && original.reason === 'budget_spent') return undefined
    if (original.ok && !original.foreign) offers.push(original.offer)
  }
  return offers
}

async function answerFollow(parts: Parts, tx: Tx, received: Received, activity: ActivityRow): Promise<Outcome> {
  const { deps } = parts
  const partner = received.actor
  const row = await findFollowById(tx, activity.id)
  if (!row || row.followed !== partner) return { ignored: 'asked_somebody_else' }
  if (row.state === 'undone') return { ignored: 'taken_back' }
  const publisher = await openPublisher(parts, tx)
  if (!publisher) return { ignored: 'not_set_up' }
  const asCentre = await findLiveAffiliation(tx, partner, 'centre')
  const asSource = await findLiveAffiliation(tx, partner, 'source')
  if (received.type === 'Accept') {
    await setFollowState(tx, row.activity_id, 'accepted')
    if (asCentre) await recordJoinAccepted(tx, deps, partner)
    if (asCentre) await receivePause(tx, deps, partner, pauseIn(received.document))
    if (asSource) await recordSourceAccepted(tx, deps, partner)
    return 'done'
  }
  await dropFollow(publisher, tx, row, 'refused')
  const words = wordsOf(received.document)
  if (asCentre?.state === 'asking') await recordJoinRefused(tx, deps, partner, words)
  if (asSource?.state === 'asking') await recordJoinRefused(tx, deps, partner, words, 'source')
  await recordEnded(tx, deps, partner, { way: 'ours', words })
  return 'done'
}

/** « paused » under `terms`; an Accept that says nothing of it says that the membership stands. */
function pauseIn(document: JsonObject): { isPaused: boolean; words: string } {
  const { terms } = document
  return { isPaused: isObject(terms) && terms['membership'] === 'paused', words: wordsOf(document) }
}

async function answerOffer(parts: Parts, tx: Tx, received: Received, activity: ActivityRow): Promise<Outcome> {
  const { document, actor } = received
  const home = `${parts.deps.config.publicUrl}/offers/`
  const sent = JSON.parse(activity.body) as JsonObject
  const wasAsked = activity.type !== 'Offer' || idsOf([sent['target'], sent['to']].flat() as never).includes(actor)
  if (!wasAsked || !activity.object_id?.startsWith(home)) return { ignored: 'asked_somebody_else' }
  const revision = document['revision']
  const code = document['reasonCode']
  const terms = isObject(document['terms']) ? document['terms'] : {}
  await recordDecision(tx, parts.deps, {
    offerId: activity.object_id.slice(home.length),
    centreUri: actor,
    decision: decisionOf(received),
    revision: typeof revision === 'number' && Number.isSafeInteger(revision) ? revision : Number(sent['revision'] ?? 1),
    reasonCode: typeof code === 'string' && /^[a-z_]{1,40}$/.test(code) ? code : null,
    note: typeof terms['question'] === 'string' ? cleanText(terms['question']) : wordsOf(document),
    comments: readComments(terms['comments'], cleanText),
  })
  return 'done'
}

/** Mainforte peers name it under `terms`; a plain Reject of other software is a refusal. */
function decisionOf({ type, document }: Received): Decision {
  if (type === 'Accept') return 'accepted'
  const terms = document['terms']
  const given =
    typeof terms === 'object' && terms !== null && !Array.isArray(terms) ? terms['decision'] : document['reasonCode']
  return given === 'suspended' || given === 'removed' || given === 'changes_requested' ? given : 'refused'
}
