// SPDX-License-Identifier: AGPL-3.0-or-later
import { setImmediate } from 'node:timers/promises'
import { findAssociation, findFact, saveFact } from '../../db/queries/association.ts'
import { countWaitingHours } from '../../db/queries/hours.ts'
import { dateIn, DAY, later } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import { transact } from '../web/transact.ts'
import { tellWaiting } from './mails.ts'
import { isWaitingNoticeDue, WAITS_TOO_LONG } from './rules.ts'

/** When the team was last told (ISO instant). */
const TOLD = 'waiting hours told at'

/** Tells the team, once a day at most, of hours that wait for their approval. */
export async function remindOfHours(deps: Deps): Promise<void> {
  const zone = (await findAssociation(deps.db))?.time_zone
  if (zone === undefined) return
  while ((await remind(deps, zone)) === 'more') await setImmediate()
}

function remind(deps: Deps, zone: string): Promise<void | 'more'> {
  return transact(deps, async (tx) => {
    const now = deps.clock.iso()
    const waiting = await countWaitingHours(tx, later(now, -WAITS_TOO_LONG * DAY))
    const day = (instant: string) => dateIn(zone, new Date(instant))
    if (!isWaitingNoticeDue(waiting, (await findFact(tx, TOLD)) ?? null, now, day)) return
    if ((await tellWaiting(tx, deps, waiting, zone)) === 'more') return 'more'
    await saveFact(tx, TOLD, now)
  })
}
