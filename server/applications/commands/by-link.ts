// SPDX-License-Identifier: AGPL-3.0-or-later
// What somebody of the team answers by the link in their mail: who they are, what they may do and what became of the
// application is read in the transaction of the answer.
import type { Deps } from '../../deps.ts'
import { Refused } from '../../web/errors.ts'
import { transact, type Tx } from '../../web/transact.ts'
import { findAnswering, isAnswered, type Answering } from '../answer-link.ts'
import { acceptIn } from './answer.ts'
import { waitIn } from './line.ts'
import { move } from './move.ts'

/** @throws NotFound for a link that is over; Refused when it was answered meanwhile. */
async function answer(deps: Deps, token: string, act: (tx: Tx, found: Answering) => Promise<unknown>): Promise<void> {
  await transact(deps, async (tx) => {
    const found = await findAnswering(tx, deps, token)
    const { state } = found.application
    if (isAnswered(found.application)) throw new Refused(`applications.refused.${state}`)
    await act(tx, found)
  })
}

/** @throws as acceptApplication, and NotFound for a link that is over. */
export function acceptByLink(deps: Deps, token: string, said: { word: string; who: string }): Promise<void> {
  return answer(deps, token, (tx, { viewer, application }) =>
    acceptIn(tx, deps, application, { by: viewer.personId, ...said }),
  )
}

/** @throws as declineApplication, and NotFound for a link that is over. */
export function declineByLink(deps: Deps, token: string, said: { reason: string; answer: string }): Promise<void> {
  return answer(deps, token, (tx, { viewer, application }) =>
    move(tx, deps, application, 'decline', { by: viewer.personId, ...said }),
  )
}

/** @throws as putInLine, and NotFound for a link that is over. */
export function waitByLink(deps: Deps, token: string): Promise<void> {
  return answer(deps, token, (tx, { viewer, application }) => waitIn(tx, deps, application, viewer.personId))
}
