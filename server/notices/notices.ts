// SPDX-License-Identifier: AGPL-3.0-or-later
// Which event tells whom what, by mail. Each event is handled once; each mail has its own dedupe key.
import type { Event } from '../../db/queries/events.ts'
import { consumer, type Consumer } from '../consumers.ts'
import type { Deps } from '../deps.ts'
import type { Tx } from '../web/transact.ts'
import { applicationsNotices } from './applications.ts'
import { hoursNotices } from './hours.ts'
import { moderationNotices } from './moderation.ts'
import { offersNotices } from './offers.ts'
import { partnersNotices } from './partners.ts'
import { peopleNotices } from './people.ts'

export type Notice = (tx: Tx, deps: Deps, event: Event) => Promise<void>

/** One entry per event that sends mail; each domain writes its own in notices/<domain>.ts. */
const notices: Record<string, Notice> = {
  ...applicationsNotices,
  ...hoursNotices,
  ...moderationNotices,
  ...offersNotices,
  ...partnersNotices,
  ...peopleNotices,
}

export function createNotices(deps: Deps): Consumer {
  return consumer(deps, 'notices', async (tx, event) => {
    await notices[event.type]?.(tx, deps, event)
  })
}
