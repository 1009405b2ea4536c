// SPDX-License-Identifier: AGPL-3.0-or-later
import { setImmediate } from 'node:timers/promises'
import * as consumers from '../../../db/queries/event-consumers.ts'
import { requeueFailed, requeueMail } from '../../../db/queries/mails.ts'
import { unpark } from '../../../db/queries/operator.ts'
import type { Deps } from '../../deps.ts'
import type { Details } from '../../model/events.ts'
import { Forbidden, NotFound, Refused } from '../../web/errors.ts'
import type { Viewer } from '../../model/viewer.ts'
import { ROWS_AT_ONCE } from '../../web/transact.ts'
import { canOperate } from '../policy.ts'
import { operate } from './operate.ts'

/** @throws Refused without a mail server, NotFound when the mail was sent or is being sent. */
export async function retryMail(deps: Deps, viewer: Viewer, id: string): Promise<void> {
  if (!canOperate(viewer)) throw new Forbidden()
  if (!deps.config.smtpUrl) throw new Refused('operator.refused.no_smtp')
  await operate(deps, viewer, { type: 'mail.retried', subject: id }, async (tx) => {
    if (!(await requeueMail(tx, id, deps.clock.iso()))) throw new NotFound()
    return {}
  })
}

/** Each part has its own line in the audit log. @throws Refused without a mail server. */
export async function retryAllMails(deps: Deps, viewer: Viewer): Promise<void> {
  if (!canOperate(viewer)) throw new Forbidden()
  if (!deps.config.smtpUrl) throw new Refused('operator.refused.no_smtp')
  // By id, because a mail that fails again meanwhile has had its turn.
  for (let after: string | undefined = ''; after !== undefined; await setImmediate())
    await operate(deps, viewer, { type: 'mails.retried' }, async (tx) => {
      const ids = await requeueFailed(tx, deps.clock.iso(), { after: after ?? '', most: ROWS_AT_ONCE })
      after = ids[ROWS_AT_ONCE - 1]
      return { mails: ids.length }
    })
}

/** @param to 'waiting': the message is read once more; 'ignored': never again. */
export async function settleParked(deps: Deps, viewer: Viewer, seq: number, to: 'waiting' | 'ignored'): Promise<void> {
  const type = to === 'waiting' ? 'activity.retried' : 'activity.ignored'
  await operate(deps, viewer, { type }, async (tx) => {
    if (!(await unpark(tx, seq, to))) throw new NotFound()
    return { seq }
  })
}

/** The consumer handles the event at its next run. @throws NotFound when it is not parked. */
export async function retryEvent(deps: Deps, viewer: Viewer, consumer: string, seq: number): Promise<void> {
  await operate(deps, viewer, { type: 'event.retried' }, async (tx) => {
    if (!(await consumers.retryParked(tx, consumer, seq, deps.clock.iso()))) throw new NotFound()
    return { consumer, seq }
  })
}

export async function retryAllEvents(deps: Deps, viewer: Viewer): Promise<void> {
  await operate(deps, viewer, { type: 'events.retried' }, async (tx) => ({
    events: await consumers.retryAllParked(tx, deps.clock.iso()),
  }))
}

/** For good: its mail is not written, or its activity not sent. @throws NotFound when it is not parked. */
export async function giveUpEvent(deps: Deps, viewer: Viewer, consumer: string, seq: number): Promise<void> {
  await operate(deps, viewer, { type: 'event.given_up' }, async (tx) => {
    if (!(await consumers.deleteParked(tx, consumer, seq))) throw new NotFound()
    return { consumer, seq }
  })
}

/** Records who read a kept mail or exported a list, without the content. */
export async function recordLook<T extends 'mail.read' | 'mails.exported' | 'peers.exported'>(
  deps: Deps,
  viewer: Viewer,
  fact: { type: T; subject?: string; details: Details<T> },
): Promise<void> {
  await operate(deps, viewer, fact, async () => fact.details)
}
