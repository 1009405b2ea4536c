// SPDX-License-Identifier: AGPL-3.0-or-later
// The index, true to what is committed: changes are read from the database before each use, so that it is right after
// what any process wrote, and after a rollback.
import type { Db } from '../../db/open.ts'
import { lastChangeOfListings, listChanges, listStates, type StateRow } from '../../db/queries/listing-state.ts'
import { createYielding } from '../queue/event-loop.ts'
import { OfferIndex, readState, type ListingState } from './offer-index.ts'
import { Words } from './words.ts'

export type Live = { index: OfferIndex; words: Words; seq: number }

/** So many rows are read and taken in within a few milliseconds. */
const AT_ONCE = 250

export type LiveIndex = {
  /** The index with every change that was committed before the call. */
  current(): Promise<Live>
}

type Settings = {
  /** Words that more listings have are common: see `inOrder`. */
  mostScored: number
  /** Gets the number of a listing that cannot be read; it is left out, and the others are found. */
  onUnreadable(id: number): void
}

export function createLiveIndex(db: Db, { mostScored, onUnreadable }: Settings): LiveIndex {
  const read = (row: StateRow) => {
    const state = readState(row)
    if (!state) onUnreadable(row.id)
    return state
  }
  let live: Live | undefined
  let running: Promise<unknown> = Promise.resolve()
  let waiting: Promise<Live> | undefined
  const update = async () => {
    waiting = undefined
    const before = live
    // After a fault in the middle of a change the index may be wrong: the next call reads everything anew.
    live = undefined
    const now = before && (await follow(db, before, read)) ? before : await build(db, read, mostScored)
    return (live = now)
  }
  return {
    current() {
      // Who comes before the next reading has begun shares it.
      if (waiting) return waiting
      waiting = running.then(update, update)
      running = waiting
      return waiting
    },
  }
}

type Read = (row: StateRow) => ListingState | undefined

async function build(db: Db, read: Read, mostScored: number): Promise<Live> {
  const pause = createYielding()
  const seq = await lastChangeOfListings(db)
  const index = new OfferIndex()
  for (let after = 0; ; await pause()) {
    const states = await listStates(db, after, AT_ONCE)
    index.load(states.flatMap((row) => read(row) ?? []))
    const last = states.at(-1)
    if (!last || states.length < AT_ONCE) break
    after = last.id
  }
  await index.finish(pause)
  const live = { index, words: new Words(db, index, mostScored), seq }
  // What changed while it was read.
  await follow(db, live, read)
  return live
}

/** @returns false when too much happened since, or the database is another one: then all must be read anew. */
async function follow(db: Db, live: Live, read: Read): Promise<boolean> {
  const pause = createYielding()
  for (;;) {
    const [known, ...changes] = await listChanges(db, live.seq, AT_ONCE)
    if (known?.seq !== live.seq) return false
    for (const { seq, id, isReworded, state: row } of changes) {
      const state = row && read(row)
      if (isReworded) live.words.forget(id)
      if (state) live.index.put(state)
      else live.index.remove(id)
      live.seq = seq
    }
    if (changes.length < AT_ONCE - 1) return true
    await pause()
  }
}
