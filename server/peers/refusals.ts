// SPDX-License-Identifier: AGPL-3.0-or-later
// Some software has no answer to some kinds of activities. After a few refusals of one kind in a row, none of it is sent
// there any more.
import { DAY } from '../base/clock.ts'

export const MOST_REFUSED = 3
/** Then one is sent again: software is updated. */
export const REFUSED_FOR = 30 * DAY

/** Only what is said to everybody. A Delete and what concerns a relation are always sent. */
const STOPPABLE = new Set(['Create Event', 'Update Event', 'Update Organization', 'Announce', 'Undo Announce'])

export const isStoppable = (kind: string): boolean => STOPPABLE.has(kind)
