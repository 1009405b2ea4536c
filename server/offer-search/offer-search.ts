// SPDX-License-Identifier: AGPL-3.0-or-later
// The search of offers, for everything that shows or counts them: a query in, the numbers of listings out. Another
// engine could stand behind the same type.
import type { Db } from '../../db/open.ts'
import { lastEvent } from '../../db/queries/events.ts'
import { findListingId, lastChangeAt, listUris } from '../../db/queries/listing-state.ts'
import type { Log } from '../base/log.ts'
import { KeptCounts } from './facets.ts'
import { findOffers } from './find-offers.ts'
import { createLiveIndex } from './live-index.ts'
import type { OfferAnswer, OfferQuery } from './query.ts'

/**
 * Words that more offers have are common: those with them in the title come first, and among them the newest. To score
 * each would take longer than all the rest of a search, and a word that all have says little about any.
 */
const MOST_SCORED = 4_000

export type OfferSearch = {
  /** Begins to read the listings, so that the first visitor need not wait for it. */
  prepare(): Promise<void>
  /** One page of what fits, and what the page says about it. */
  find(query: OfferQuery): Promise<OfferAnswer>
  /** How many offers are online, how many free places they have where places are counted, and in how many towns. */
  sums(now: string): Promise<{ offers: number; places: number; towns: number }>
  /** How many offers each association has online, by the address of its actor. */
  countByAssociation(now: string): Promise<ReadonlyMap<string, number>>
  /** The addresses of what is online, by when it begins: the next `most` after a place in that order, or before it. */
  listOnline(
    now: string,
    from: { before: number } | { after: number },
    most: number,
  ): Promise<{ at: number; uri: string }[]>
  /**
   * When a listing last changed (ISO): by what somebody did, or by time itself, which makes offers appear and run out.
   * Null when none ever did.
   */
  lastChange(now: string): Promise<string | null>
  /** Differs from an earlier one when something may have changed since that is shown to the public. */
  version(now: string): Promise<string>
}

type Settings = {
  /** For tests: MOST_SCORED is meant for lists of a hundred thousand. */
  mostScored?: number
  log?: Pick<Log, 'error'>
}

export function createOfferSearch(db: Db, { mostScored = MOST_SCORED, log }: Settings = {}): OfferSearch {
  const live = createLiveIndex(db, {
    mostScored,
    onUnreadable: (id) => log?.error('an offer cannot be read into the search', { listing: id }),
  })
  const counts = new KeptCounts()
  const online = async (now: string) => {
    const { index } = await live.current()
    return { index, slots: index.windows.online(Date.parse(now)) }
  }
  return {
    prepare: async () => void (await live.current()),
    async find(query) {
      const { except } = query.filter
      const without = except === null ? undefined : await findListingId(db, except)
      return findOffers(live, query, { without, counts })
    },
    async sums(now) {
      const { index, slots } = await online(now)
      return { offers: slots.count(), places: index.sumRemaining(slots), towns: index.places.countTowns(slots) }
    },
    async countByAssociation(now) {
      const { index, slots } = await online(now)
      return index.countByAssociation(slots)
    },
    async listOnline(now, from, most) {
      const { index, slots } = await online(now)
      const found =
        'after' in from ? index.slotsFrom(slots, from.after, 1, most) : index.slotsFrom(slots, from.before, -1, most)
      const uris = await listUris(
        db,
        found.map((slot) => index.idOf(slot)),
      )
      return found.flatMap((slot) => {
        const uri = uris.get(index.idOf(slot))
        return uri === undefined ? [] : [{ at: index.placeOf(slot), uri }]
      })
    },
    async lastChange(now) {
      const turn = (await live.current()).index.windows.lastTurn(Date.parse(now))
      const change = await lastChangeAt(db)
      const at = Number.isFinite(turn) ? new Date(turn).toISOString() : null
      return at !== null && (change === null || at > change) ? at : change
    },
    async version(now) {
      const { index, seq } = await live.current()
      // A listing is written some time after the event that it follows from.
      return [(await lastEvent(db))?.seq, seq, index.windows.lastTurn(Date.parse(now))].join(' ')
    },
  }
}
