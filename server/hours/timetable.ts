// SPDX-License-Identifier: AGPL-3.0-or-later
import { setImmediate } from 'node:timers/promises'
import { findAssociation, findFact, saveFact } from '../../db/queries/association.ts'
import { countWaitingHours } from '../../db/queries/hours.ts'
import { deleteUsualBefore, listUsualPart } from '../../db/queries/usual-hours.ts'
import { dateIn, DAY, later } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import { transact } from '../web/transact.ts'
import { askUsual } from './commands/usual.ts'
import { tellWaiting } from './mails.ts'
import { isWaitingNoticeDue, WAITS_TOO_LONG } from './rules.ts'
import { askingOn } from './usual.ts'

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

const PEOPLE_AT_ONCE = 100

/** In the first days of a month, asks who recorded nothing in the month before whether it was as usual. */
export async function askUsualHours(deps: Deps): Promise<void> {
  const association = await findAssociation(deps.db)
  const asking = association && askingOn(dateIn(association.time_zone, deps.clock.now()))
  if (!asking) return
  const { quiet, usual: days } = asking
  let after: string | null = ''
  while (after !== null) {
    const part: Awaited<ReturnType<typeof listUsualPart>> = await listUsualPart(
      deps.db,
      days,
      quiet,
      after,
      PEOPLE_AT_ONCE,
    )
    // The first one of a person is what was most often.
    const first = part.usual.filter(({ personId }, at) => part.usual[at - 1]?.personId !== personId)
    for (const usual of first) await askUsual(deps, association, usual, quiet)
    after = part.last
    await setImmediate()
  }
  await transact(deps, (tx) => deleteUsualBefore(tx, quiet.month))
}
