// SPDX-License-Identifier: AGPL-3.0-or-later
// When a notice is due, and with which others it leaves.
import { findTimeZone } from '../../db/queries/association.ts'
import { findLastOf } from '../../db/queries/gathered-mails.ts'
import type { PersonRow } from '../../db/queries/people.ts'
import { MINUTE, SECOND, dateIn, later } from '../base/clock.ts'
import { addDays, instantIn } from '../base/days.ts'
import type { Deps } from '../deps.ts'
import { choiceFor, type NoticeKind } from '../model/notice-choices.ts'
import type { Tx } from '../web/transact.ts'
import { byDay } from './quiet-hours.ts'

/** Between two mails of one subject to one person. */
export const APART = 15 * MINUTE
/** The first after a quiet time waits only so long, so that what one press or one delivery causes is in one mail. */
export const FIRST_WAIT = 10 * SECOND
const DAILY_AT = '07:00:00'

export type Notice = {
  kind: NoticeKind
  /** Where the line of a list leads. */
  link: string
  /** What is asked must be done before a daily or weekly mail would leave. */
  isUrgent?: boolean
  /** In a list; the subject of the mail when it is absent. */
  line?: string
  /** Null for the mailbox of the association. */
  of: Pick<PersonRow, 'id' | 'notice_choices'> | null
}

const choiceOf = ({ of, kind }: Notice) => (of ? choiceFor(of.notice_choices, kind) : 'gathered')

export const isWanted = (notice: Notice | undefined): boolean => !notice || choiceOf(notice) !== 'none'

/** With what a notice is gathered, and when it is due. */
export async function bundleOf(tx: Tx, deps: Deps, notice: Notice): Promise<{ bundle: string; not_before: string }> {
  const who = notice.of?.id ?? 'association'
  const now = deps.clock.iso()
  const choice = choiceOf(notice)
  const zone = await findTimeZone(tx)
  const mayWait = notice.isUrgent !== true
  if (mayWait && choice === 'daily') return { bundle: `${who} daily`, not_before: nextMorning(deps.clock.now(), zone) }
  if (mayWait && choice === 'weekly') return { bundle: `${who} weekly`, not_before: nextMonday(deps.clock.now(), zone) }
  const bundle = `${who} ${notice.kind}`
  const last = (await findLastOf(tx, bundle))?.not_before ?? ''
  const [least, most] = [later(now, FIRST_WAIT), later(now, APART)]
  // It joins those that wait; else it keeps its distance from the mail before.
  if (last > now) return { bundle, not_before: byDay(last < most ? last : most, zone) }
  const apart = last && later(last, APART)
  return { bundle, not_before: byDay(apart > least ? apart : least, zone) }
}

/** The morning of the next Monday that is still to come. */
function nextMonday(now: Date, zone: string): string {
  const next = nextMorning(now, zone)
  const day = dateIn(zone, new Date(next))
  const ahead = (8 - new Date(`${day}T00:00:00Z`).getUTCDay()) % 7
  return instantIn(`${addDays(day, ahead)}T${DAILY_AT}`, zone)
}

function nextMorning(now: Date, zone: string): string {
  const today = dateIn(zone, now)
  const at = instantIn(`${today}T${DAILY_AT}`, zone)
  return at > now.toISOString() ? at : instantIn(`${addDays(today, 1)}T${DAILY_AT}`, zone)
}
