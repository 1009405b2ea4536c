// SPDX-License-Identifier: AGPL-3.0-or-later
// Which listings have the words that people look for. The expressions asked last are kept with what they found; of those
// only listings that changed meanwhile are looked at again.
import type { Db } from '../../db/open.ts'
import { inTitle, isMatch, listMatches, scoreMatches } from '../../db/queries/listing-words.ts'
import { createYielding } from '../queue/event-loop.ts'
import { Bits } from './bits.ts'
import type { OfferIndex } from './offer-index.ts'
import { NONE } from './names.ts'

/**
 * `titles`: of a common word those that have it in their title. `changed`: listings to look at again, each with a number
 * that is another after the next change. `scores`: by listing, of the time since the last change.
 */
type Kept = {
  read: Promise<void>
  isRead: boolean
  slots: Bits
  titles: Bits | null
  changed: Map<number, number>
  scores: Map<number, number>
}

const MOST_KEPT = 32
/** With more changes than that, asking again for all costs less. */
const MOST_CHANGED = 200
const MOST_SCORES = 20_000
/** Listings taken in between two looks at the time. */
const AT_ONCE = 10_000

export class Words {
  readonly #db: Db
  readonly #index: OfferIndex
  readonly #mostScored: number
  readonly #kept = new Map<string, Kept>()
  #changes = 0

  /** @param mostScored words that more listings have are common. */
  constructor(db: Db, index: OfferIndex, mostScored: number) {
    this.#db = db
    this.#index = index
    this.#mostScored = mostScored
  }

  /** Call it before the index takes in a change of the listing’s words. */
  forget(id: number): void {
    const slot = this.#index.slotOf(id)
    this.#changes += 1
    for (const [match, kept] of this.#kept) {
      if (slot !== NONE) {
        kept.slots.delete(slot)
        kept.titles?.delete(slot)
      }
      kept.changed.set(id, this.#changes)
      // How much a word weighs depends on how many listings have it.
      kept.scores = new Map()
      if (kept.changed.size > MOST_CHANGED) this.#kept.delete(match)
    }
  }

  /** Reads what `known` must know. */
  async read(match: string): Promise<void> {
    const kept = this.#keep(match)
    try {
      await kept.read
      for (const id of kept.changed.keys()) await this.#lookAgain(match, kept, id)
      if (kept.isRead && this.#isCommon(kept) !== (kept.titles !== null)) {
        this.#kept.delete(match)
        await this.#keep(match).read
      }
    } catch (error) {
      this.#kept.delete(match)
      throw error
    }
  }

  /**
   * The slots of the listings that have the words, and of common words of those that have them in the title; undefined
   * when something changed since `read`. Not to be changed.
   */
  known(match: string): { slots: Bits; titles: Bits | null } | undefined {
    const kept = this.#kept.get(match)
    if (!kept?.isRead || kept.changed.size > 0 || this.#isCommon(kept) !== (kept.titles !== null)) return undefined
    return kept
  }

  #isCommon({ slots }: Kept): boolean {
    return slots.count() > this.#mostScored
  }

  /** How well these listings have the words, smaller is better. */
  async scoresOf(match: string, ids: readonly number[]): Promise<ReadonlyMap<number, number>> {
    const { scores } = this.#keep(match)
    const missing = ids.filter((id) => !scores.has(id)).toSorted((a, b) => a - b)
    const found = await scoreMatches(this.#db, match, missing)
    if (scores.size + found.length > MOST_SCORES) scores.clear()
    for (const [id, score] of found) scores.set(id, score)
    return scores
  }

  #keep(match: string): Kept {
    const known = this.#kept.get(match)
    const kept: Kept = known ?? {
      read: Promise.resolve(),
      isRead: false,
      slots: new Bits(this.#index.size),
      titles: null,
      changed: new Map(),
      scores: new Map(),
    }
    // The most recently used stand last.
    this.#kept.delete(match)
    if (this.#kept.size >= MOST_KEPT) this.#kept.delete(this.#kept.keys().next().value ?? '')
    this.#kept.set(match, kept)
    if (!known) kept.read = this.#readAll(match, kept)
    return kept
  }

  async #readAll(match: string, kept: Kept): Promise<void> {
    await this.#readInto(kept.slots, match, kept)
    if (this.#isCommon(kept)) {
      kept.titles = new Bits(this.#index.size)
      await this.#readInto(kept.titles, inTitle(match), kept)
    }
    kept.isRead = true
  }

  async #readInto(slots: Bits, match: string, { changed }: Kept): Promise<void> {
    const pause = createYielding()
    const ids = await listMatches(this.#db, match)
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      for (const id of ids.slice(at, at + AT_ONCE)) {
        const slot = this.#index.slotOf(id)
        if (slot !== NONE && !changed.has(id)) slots.add(slot)
      }
      await pause()
    }
  }

  async #lookAgain(match: string, kept: Kept, id: number): Promise<void> {
    const change = kept.changed.get(id)
    const isFound = await isMatch(this.#db, match, id)
    const isInTitle = isFound && kept.titles !== null && (await isMatch(this.#db, inTitle(match), id))
    if (kept.changed.get(id) !== change) return
    kept.changed.delete(id)
    const slot = this.#index.slotOf(id)
    if (slot === NONE) return
    if (isFound) kept.slots.add(slot)
    if (isInTitle) kept.titles?.add(slot)
  }
}
