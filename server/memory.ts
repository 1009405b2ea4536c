// SPDX-License-Identifier: AGPL-3.0-or-later
// Memory of one instance, which may be lost when it stops.
import type { OutgoingHttpHeaders } from 'node:http'
import type { Request } from 'express'
import type { OwnCount, ShownCount } from '../db/queries/counts.ts'
import { Kept } from './base/kept.ts'

/** `day` in the association's time zone; `seen`: salted hashes of visitors, by offer. */
export type CountedDay = {
  day: string
  zone: string
  from: number
  until: number
  salt: Buffer
  seen: Map<string, Set<number>>
  remembered: number
}
export type WaitingCounts = { own: Map<string, OwnCount>; shown: Map<string, ShownCount> }
export type ViewedOffer = { uri: string; offerId?: string | null | undefined; channel: string }
/** `zone` of the association; `shown`: URIs of offers. Never stored. */
export type NotedVisit = { agent: string; ip: string; zone: string; shown?: readonly string[]; viewed?: ViewedOffer }
/** `forward`: in a process that may not write, takes each visit to the one that counts. */
export type CountMemory = {
  today: CountedDay | undefined
  waiting: WaitingCounts
  forward?: (visit: NotedVisit) => void
}

export type Coding = 'br' | 'gzip'
/** `headers`: beside those of every answer; undefined for one that is removed. `changed`: ISO instant. */
export type KeptAnswer = {
  body: Buffer
  headers: (readonly [string, OutgoingHttpHeaders[string]])[]
  etag: string
  changed: string | null | undefined
  note: ((req: Request) => void) | undefined
  isLasting: boolean
  compressed: Map<Coding, Promise<Buffer>>
}

/** An event of a calendar: the address of its offer, its first and last day, and its lines. */
export type WrittenEvent = { uri: string; first: string; last: string; lines: Buffer }
/** `stamp`: another one once its offer has changed. */
export type KeptEvent = WrittenEvent & { stamp: string }

/** Associations whose offers moderators read, by name, as they were after the event `seq`. */
export type KeptSenders = { seq: number; list: { uri: string; name: string }[] }

export type Memory = {
  counts: CountMemory
  answers: Kept<KeptAnswer>
  events: Map<string, KeptEvent>
  senders: KeptSenders | undefined
}

/** About 150 pages of 40 kB with their compressed copies. */
const ANSWERS = {
  mostBytes: 8 * 1024 * 1024,
  bytesOf: ({ body, isLasting }: KeptAnswer) => (isLasting ? body.length * 1.4 : Number.POSITIVE_INFINITY),
}

export function emptyMemory(): Memory {
  return {
    answers: new Kept<KeptAnswer>(ANSWERS),
    events: new Map(),
    senders: undefined,
    counts: { today: undefined, waiting: { own: new Map(), shown: new Map() } },
  }
}
