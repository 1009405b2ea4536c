// SPDX-License-Identifier: AGPL-3.0-or-later
// Each event is handled once; each mail has its own dedupe key.
import { consumer, type Consumer, type Handled } from '../consumers.ts'
import type { Deps } from '../deps.ts'
import type { Event, EventType } from '../model/events.ts'
import type { Tx } from '../web/transact.ts'
import { applicationsNotices } from './applications.ts'
import { hoursNotices } from './hours.ts'
import { moderationNotices } from './moderation.ts'
import { offersNotices } from './offers.ts'
import { partnersNotices } from './partners.ts'
import { peopleNotices } from './people.ts'
import { undeliveredNotices } from './undelivered.ts'

export type Notice<T extends EventType> = (tx: Tx, deps: Deps, event: Event<T>) => Promise<Handled>
export type Notices = { readonly [T in EventType]?: Notice<T> }

const notices: Notices = {
  ...applicationsNotices,
  ...hoursNotices,
  ...moderationNotices,
  ...offersNotices,
  ...partnersNotices,
  ...peopleNotices,
  ...undeliveredNotices,
}

export function createNotices(deps: Deps): Consumer {
  const entries = Object.entries(notices) as [EventType, Notice<EventType>][]
  const handlers = entries.map(([type, notice]) => [type, (tx: Tx, event: Event) => notice(tx, deps, event)] as const)
  return consumer(deps, 'notices', Object.fromEntries(handlers))
}
