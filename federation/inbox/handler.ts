// SPDX-License-Identifier: AGPL-3.0-or-later
import { cut } from '../../server/base/cut.ts'
import type { Deps } from '../../server/deps.ts'
import type { Tx } from '../../server/web/transact.ts'
import type { ActorsWithin } from '../actors.ts'
import type { Apex } from '../apex.ts'
import type { HttpClient } from '../http-client.ts'
import type { OwnActor } from '../own-actor.ts'
import type { JsonObject } from '../plain-json.ts'
import { textOfHtml } from '../../server/text/plain-text.ts'
import type { PeerPolicy } from '../policy.ts'

export type Parts = {
  deps: Deps
  http: HttpClient
  actors: ActorsWithin
  ownActor: OwnActor
  apex: Apex
  policy: PeerPolicy
}

/** `id`, `actor` and `signedAt` were proved by the signature; everything else is the sender's claim. */
export type Received = { id: string; type: string; actor: string; document: JsonObject; signedAt: string | null }

export type Outcome = 'done' | { ignored: string }
/** Runs in the transaction that marks the activity as done: SQL and pure code only. */
export type Apply = ((tx: Tx) => Promise<Outcome>) & {
  /** Set when nothing is to be done: many such outcomes are stored in one commit. */
  outcome?: Outcome
}
/** May fetch, may not write. @throws NotNow */
export type Handler = (parts: Parts, received: Received) => Promise<Apply>

export function ignore(reason: string): Apply {
  const outcome = { ignored: reason }
  return Object.assign(async () => outcome, { outcome })
}

/** Another server does not answer; the activity is tried again later. */
export class NotNow extends Error {}

const MAX_WORDS = 1000

/** Without markup, at most 1000 characters; '' when there is none. */
export function wordsOf(document: JsonObject): string {
  const summary = document['summary']
  return typeof summary === 'string' ? cut(textOfHtml(summary), MAX_WORDS) : ''
}
