// SPDX-License-Identifier: AGPL-3.0-or-later
// Trying again what did not work, and letting go of it. Each leaves a line of who did it.
import { record, type Details } from '../../db/queries/events.ts'
import { requeueFailed, requeueMail } from '../../db/queries/mails.ts'
import { forgetFailed, retryHost, unpark } from '../../db/queries/operator.ts'
import type { Deps } from '../deps.ts'
import { Forbidden, NotFound, Refused } from '../web/errors.ts'
import { transact, type Tx } from '../web/transact.ts'
import type { Viewer } from '../web/viewer.ts'
import { canOperate } from './policy.ts'

/** One transaction of an operator, with its line for the audit. The bell that rings after it wakes the queues. */
async function operate(
  deps: Deps,
  viewer: Viewer,
  fact: { type: string; subject?: string; details?: Details },
  work: (tx: Tx) => Promise<unknown>,
): Promise<void> {
  if (!canOperate(viewer)) throw new Forbidden()
  await transact(deps, async (tx) => {
    await work(tx)
    await record(tx, { ...fact, at: deps.clock.iso(), actorId: viewer.personId })
  })
}

/** @throws Refused without a mail server, NotFound when the mail was sent or is being sent. */
export async function retryMail(deps: Deps, viewer: Viewer, id: string): Promise<void> {
  if (!deps.config.smtpUrl) throw new Refused('operator.refused.no_smtp')
  await operate(deps, viewer, { type: 'mail.retried', subject: id }, async (tx) => {
    if (!(await requeueMail(tx, id, deps.clock.iso()))) throw new NotFound()
  })
}

export async function retryAllMails(deps: Deps, viewer: Viewer): Promise<void> {
  if (!deps.config.smtpUrl) throw new Refused('operator.refused.no_smtp')
  await operate(deps, viewer, { type: 'mails.retried' }, (tx) => requeueFailed(tx, deps.clock.iso()))
}

/** Everything for this server is due now, also what had been given up. */
export async function retryDeliveries(deps: Deps, viewer: Viewer, host: string): Promise<void> {
  await operate(deps, viewer, { type: 'deliveries.retried', details: { host } }, async (tx) => {
    if ((await retryHost(tx, host, deps.clock.iso())) === 0) throw new NotFound()
  })
}

export async function forgetDeliveries(deps: Deps, viewer: Viewer, host: string): Promise<void> {
  await operate(deps, viewer, { type: 'deliveries.forgotten', details: { host } }, async (tx) => {
    if ((await forgetFailed(tx, host)) === 0) throw new NotFound()
  })
}

/** @param to 'waiting' reads the message once more, 'ignored' never again. */
export async function settleParked(deps: Deps, viewer: Viewer, seq: number, to: 'waiting' | 'ignored'): Promise<void> {
  const type = to === 'waiting' ? 'activity.retried' : 'activity.ignored'
  await operate(deps, viewer, { type, details: { seq } }, async (tx) => {
    if (!(await unpark(tx, seq, to))) throw new NotFound()
  })
}

/** Somebody read a kept mail, or took a list home: who and which, without its content. */
export async function recordLook(
  deps: Deps,
  viewer: Viewer,
  fact: { type: 'mail.read' | 'mails.exported' | 'deliveries.exported'; subject?: string; details?: Details },
): Promise<void> {
  await operate(deps, viewer, fact, async () => {})
}
