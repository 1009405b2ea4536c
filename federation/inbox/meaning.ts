// SPDX-License-Identifier: AGPL-3.0-or-later
// What a received activity is given so that it can mean something, and what comes out of it.
import type { Deps } from '../../server/deps.ts'
import type { Tx } from '../../server/web/transact.ts'
import type { ActorsWithin } from '../actors.ts'
import type { ApexDoor } from '../apex.ts'
import type { Door } from '../fetch.ts'
import type { OurselvesDoor } from '../ourselves.ts'
import type { JsonObject } from '../plain-json.ts'
import { textOfHtml } from '../translate/plain-text.ts'
import type { PeerPolicy } from '../policy.ts'

export type Parts = {
  deps: Deps
  door: Door
  actors: ActorsWithin
  ourselves: OurselvesDoor
  apexDoor: ApexDoor
  policy: PeerPolicy
}

/** `id` and `actor` were proved by the gate; everything else is what the sender says. */
export type Received = { id: string; type: string; actor: string; document: JsonObject }

export type Outcome = 'done' | { ignored: string }
/** What it does, in one transaction with the note that it is done. SQL and pure code only. */
export type Effect = ((tx: Tx) => Promise<Outcome>) & {
  /** Known beforehand, because it does nothing: such are written down together. */
  outcome?: Outcome
}
/** Finds out what it means; may fetch, may not write. */
export type Meaning = (parts: Parts, received: Received) => Promise<Effect>

export function ignore(reason: string): Effect {
  const outcome = { ignored: reason }
  return Object.assign(async () => outcome, { outcome })
}

/** It cannot be done now and may be in a minute: another server is away. */
export class NotNow extends Error {}

const MAX_WORDS = 1000

/** Received plain words of a person, for people: no markup, a thousand characters; empty when there are none. */
export function wordsOf(document: JsonObject): string {
  const summary = document['summary']
  return typeof summary === 'string' ? textOfHtml(summary).slice(0, MAX_WORDS) : ''
}
