// SPDX-License-Identifier: AGPL-3.0-or-later
// A subscription ends by itself after a year; a month before, its mailbox is asked once whether it goes on.
import * as alerts from '../../db/queries/alerts.ts'
import { DAY, later } from '../base/clock.ts'
import { faultOf } from '../base/fault.ts'
import type { Deps } from '../deps.ts'
import { enqueueMail } from '../mail/queue.ts'
import { ASK_BEFORE_DAYS } from '../model/alerts.ts'
import { createYielding } from '../queue/event-loop.ts'
import { isFileFault } from '../../db/open.ts'
import { ROWS_AT_ONCE, transact, type Tx } from '../web/transact.ts'
import { eraseSubscriber, writeErased } from '../privacy/erase.ts'
import { linkOf } from './link.ts'

/** Job. A clock that jumps ahead ends nothing: whoever ends was asked by an earlier run, weeks before. */
export async function endAlerts(deps: Deps): Promise<void> {
  const now = deps.clock.iso()
  const asked = later(now, -(ASK_BEFORE_DAYS - 1) * DAY)
  const pause = createYielding()
  let after = { ends_at: '', id: '' }
  let areErased = false
  for (;;) {
    const found = await alerts.listEnding(deps.db, later(now, ASK_BEFORE_DAYS * DAY), after, ROWS_AT_ONCE)
    for (const one of found) {
      after = one
      const isOver = one.ends_at <= now && one.asked_at !== null && one.asked_at <= asked
      if (one.asked_at !== null && !isOver) continue
      const work = async (tx: Tx) => {
        // It may have been renewed or stopped since the list was read.
        const current = await alerts.findSubscriber(tx, one.id)
        if (!current || current.ends_at !== one.ends_at || current.asked_at !== one.asked_at) return
        await (isOver ? eraseSubscriber(tx, deps, current) : ask(tx, deps, current, now))
        areErased ||= isOver
      }
      await transact(deps, work).catch((error: unknown) => {
        if (isFileFault(error)) throw error
        deps.log.error('the end of a subscription was passed over', { alerts: one.id, fault: faultOf(error) })
      })
      await pause()
    }
    if (found.length < ROWS_AT_ONCE) return areErased ? writeErased(deps) : undefined
  }
}

async function ask(tx: Tx, deps: Deps, { id, email, locale, ends_at }: alerts.SubscriberRow, now: string) {
  // Whoever was not asked in time has a month from now.
  const until = [ends_at, later(now, ASK_BEFORE_DAYS * DAY)].toSorted().at(-1)!
  await alerts.updateSubscriber(tx, id, { asked_at: now, ends_at: until })
  const link = linkOf(deps, id)
  await enqueueMail(tx, deps, {
    dedupe: `alerts ending:${id}:${now}`,
    to: email,
    locale,
    template: 'alerts/ending',
    about: `alerts:${id}`,
    stopUrl: `${link}/stop`,
    params: { until, link },
  })
}
