// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Deps } from '../../deps.ts'
import { addDays } from '../../base/days.ts'
import { untilItIsOver } from '../../model/offer/event-days.ts'
import { isScheduled } from '../../model/offer/standing.ts'
import { daysOf, lengthOf, windowFor } from '../../model/offer/window.ts'
import type { Viewer } from '../../model/viewer.ts'
import { Invalid, Refused } from '../../web/errors.ts'
import { transact } from '../../web/transact.ts'
import { asFaults, begin, decide, finish, missingToPublish, save, type Change } from './change.ts'
import { publishIn } from './publish.ts'

/**
 * A draft is published from that day on; of an offer that is not online yet, the day moves and its length stays.
 * @param firstDay after today, in the time zone of the association.
 * @param centres for a draft, addresses of the centres that get it, as for `publishOffer`.
 * @throws Invalid with what is missing, field by field; Refused for an offer that is or was online.
 */
export async function scheduleOffer(
  deps: Deps,
  viewer: Viewer,
  id: string,
  firstDay: string,
  centres?: readonly string[],
): Promise<void> {
  await transact(deps, async (tx) => {
    const change = await begin(tx, deps, viewer, id)
    const { offer, now } = change
    if (offer.state === 'draft') {
      const missing = await missingToPublish(tx, change, now)
      if (missing.length > 0) throw new Invalid(asFaults(missing))
      await publishIn(change, windowFrom(change, firstDay), centres)
      return
    }
    if (offer.state !== 'published' || !isScheduled(offer, now)) throw new Refused('offers.refused.schedule')
    const window = windowFrom(change, firstDay)
    const step = await decide(change, 'edit', { until: window.until })
    if (!step || window.from === offer.publish_from) return
    await save(change, { publish_from: window.from, publish_until: window.until, reminded_until: null })
    await finish(change, step.fact, { revision: offer.revision, material: false })
  })
}

function windowFrom({ offer, association, now }: Change, firstDay: string) {
  const { time_zone: zone, publication_days } = association
  const { publish_from: from, publish_until: until } = offer
  const asked = until === null ? null : daysOf({ from: until, until }, zone).lastDay
  const isNew = offer.state === 'draft' || from === null || until === null
  const moved = isNew ? null : addDays(firstDay, lengthOf({ from, until }, zone) - 1)
  // The last day that was asked for stays, unless it would be over before the first.
  const lastDay = moved ?? (asked !== null && asked >= firstDay ? asked : null)
  const window = windowFor({ firstDay, lastDay }, publication_days, zone, now)
  return { ...window, until: untilItIsOver(window.until, offer.content, zone) }
}
