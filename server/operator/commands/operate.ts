// SPDX-License-Identifier: AGPL-3.0-or-later
import { record } from '../../../db/queries/events.ts'
import type { Deps } from '../../deps.ts'
import { newEvent, type Details, type EventType } from '../../model/events.ts'
import { Forbidden } from '../../web/errors.ts'
import { transact, type Tx } from '../../web/transact.ts'
import type { Viewer } from '../../model/viewer.ts'
import { canOperate } from '../policy.ts'

export type By = Viewer | 'command line'

type OperatorEvent = Extract<
  EventType,
  | `${'peer' | 'peers' | 'deliveries' | 'activity' | 'event' | 'events'}.${string}`
  | `mail.${string}`
  | `mails.${string}`
>

/** One transaction with its line in the audit log. @param work returns the details of that line. @throws Forbidden. */
export async function operate<T extends OperatorEvent>(
  deps: Deps,
  by: By,
  fact: { type: T; subject?: string },
  work: (tx: Tx, actorId: string | null) => Promise<Details<T>>,
): Promise<void> {
  const atMachine = by === 'command line'
  if (!atMachine && !canOperate(by)) throw new Forbidden()
  const actorId = atMachine ? null : by.personId
  await transact(deps, async (tx) => {
    const found = await work(tx, actorId)
    const details = { ...found, ...(atMachine && { command_line: true }) }
    await record(tx, newEvent(fact.type, { subject: fact.subject ?? null, details, at: deps.clock.iso(), actorId }))
  })
}
