// SPDX-License-Identifier: AGPL-3.0-or-later
// What the handler of a received activity is given, and what it returns.
import type { Deps } from '../../server/deps.ts'
import type { Tx } from '../../server/web/transact.ts'
import type { ActorsWithin } from '../actors.ts'
import type { Apex } from '../apex.ts'
import type { HttpClient } from '../http-client.ts'
import type { OwnActor } from '../own-actor.ts'
import type { JsonObject } from '../plain-json.ts'
import { textOfHtml } from '../translate/plain-text.ts'
import type { PeerPolicy } from '../policy.ts'

export type Parts = {
  deps: Deps
  http: HttpClient
  actors: ActorsWithin
  ownActor: OwnActor
  apex: Apex
  policy: PeerPolicy
}

/** `id` and `actor` were proved by the signature; everything else is the sender's claim. */
export type Received = { id: string; type: string; actor: string; document: JsonObject }

export type Outcome = 'done' | { ignored: string }
/** Applies the activity, in one transaction with the note that it is done. SQL and pure code only. */
export type Apply = ((tx: Tx) => Promise<Outcome>) & {
  /** Known beforehand, because nothing is to be done: many such are written down in one commit. */
  outcome?: Outcome
}
/** Finds out what is to be done; may fetch, may not write. @throws NotNow */
export type Handler = (parts: Parts, received: Received) => Promise<Apply>

export function ignore(reason: string): Apply {
  const outcome = { ignored: reason }
  return Object.assign(async () => outcome, { outcome })
}

/** It cannot be handled now but perhaps later: another server does not answer. */
export class NotNow extends Error {}

const MAX_WORDS = 1000

/** The text a person wrote in the activity: no markup, at most 1000 characters; '' when there is none. */
export function wordsOf(document: JsonObject): string {
  const summary = document['summary']
  return typeof summary === 'string' ? textOfHtml(summary).slice(0, MAX_WORDS) : ''
}
