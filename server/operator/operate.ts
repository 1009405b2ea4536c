// SPDX-License-Identifier: AGPL-3.0-or-later
import { record, type Details } from '../../db/queries/events.ts'
import type { Deps } from '../deps.ts'
import { Forbidden } from '../web/errors.ts'
import { transact, type Tx } from '../web/transact.ts'
import type { Viewer } from '../web/viewer.ts'
import { canOperate } from './policy.ts'

/** Who does it: somebody signed in, or whoever sits at the machine itself. */
export type By = Viewer | 'command line'

/**
 * One transaction of an operator, with its line for the audit. The commit wakes the queues.
 * @param work what it returns is added to the details of the line.
 */
export async function operate(
  deps: Deps,
  by: By,
  fact: { type: string; subject?: string; details?: Details },
  work: (tx: Tx, actorId: string | null) => Promise<Details | void>,
): Promise<void> {
  const atMachine = by === 'command line'
  if (!atMachine && !canOperate(by)) throw new Forbidden()
  const actorId = atMachine ? null : by.personId
  await transact(deps, async (tx) => {
    const found = await work(tx, actorId)
    const details = { ...fact.details, ...found, ...(atMachine && { command_line: true }) }
    await record(tx, { ...fact, details, at: deps.clock.iso(), actorId })
  })
}
