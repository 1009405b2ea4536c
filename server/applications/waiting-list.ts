// SPDX-License-Identifier: AGPL-3.0-or-later
// What happens on waiting lists at a time of day: a place that nobody confirmed goes to the next person, and so does a
// place that became free in any way.
import { setImmediate } from 'node:timers/promises'
import * as applications from '../../db/queries/applications.ts'
import type { Deps } from '../deps.ts'
import { forEachYielding } from '../queue/event-loop.ts'
import { ROWS_AT_ONCE, transact } from '../web/transact.ts'
import { move, offerPlaces } from './commands/move.ts'

export async function keepWaitingLists(deps: Deps): Promise<void> {
  await forEachYielding(overdue(deps), ({ id }) => endHold(deps, id))
  await forEachYielding(offersWithLine(deps), async (offerId) => {
    while ((await transact(deps, (tx) => offerPlaces(tx, deps, offerId, 'free'))) === 'more') await setImmediate()
  })
}

/** Read again after each part: whoever is done is not in it any more. */
async function* overdue({ db, clock }: Deps): AsyncGenerator<{ id: string }> {
  const now = clock.iso()
  const seen = new Set<string>()
  for (;;) {
    const part = await applications.listHeldUntil(db, now, ROWS_AT_ONCE)
    const fresh = part.filter(({ id }) => !seen.has(id))
    if (fresh.length === 0) return
    for (const { id } of fresh) seen.add(id)
    yield* fresh
  }
}

async function* offersWithLine({ db }: Deps): AsyncGenerator<string> {
  let last = ''
  for (;;) {
    const part = await applications.listOffersWithLine(db, last, ROWS_AT_ONCE)
    if (part.length === 0) return
    yield* part
    last = part.at(-1)!
  }
}

/** It may have been confirmed since it was listed. */
async function endHold(deps: Deps, id: string): Promise<void> {
  await transact(deps, async (tx) => {
    const current = await applications.findApplication(tx, id)
    if (current?.state !== 'place_offered' || (current.held_until ?? '') > deps.clock.iso()) return
    await move(tx, deps, current, 'lapse', { by: null })
  })
}
