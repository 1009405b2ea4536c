// SPDX-License-Identifier: AGPL-3.0-or-later
// Ending: close with a reason, cancel, put away. Nothing here destroys a count.
import { closeApplicationsOf } from '../../applications/commands/close.ts'
import type { Deps } from '../../deps.ts'
import { transact } from '../../web/transact.ts'
import type { Viewer } from '../../model/viewer.ts'
import type { CloseReason } from '../../model/offer/rules.ts'
import { decide, begin, finish, save } from './change.ts'
import { withdrawEverywhere } from './submissions.ts'

/**
 * The page stays with its counts; partners stop showing it at once, and whoever waited for an answer is told.
 * @param input.reopenOn the day on which the association thinks of opening it again.
 */
export async function closeOffer(
  deps: Deps,
  viewer: Viewer,
  id: string,
  input: { reason: CloseReason; reopenOn?: string | null },
): Promise<void> {
  await transact(deps, async (tx) => {
    const change = await begin(tx, deps, viewer, id)
    const step = await decide(change, 'close', { reason: input.reason })
    if (!step) return
    await save(change, {
      state: step.to,
      closed_at: change.now,
      closed_reason: input.reason,
      reopen_on: input.reopenOn ?? null,
    })
    await finish(change, step.fact, { reason: input.reason })
    await closeApplicationsOf(tx, deps, id, viewer.personId)
  })
}

/** It does not take place: people who were accepted are told. */
export async function cancelOffer(deps: Deps, viewer: Viewer, id: string): Promise<void> {
  await transact(deps, async (tx) => {
    const change = await begin(tx, deps, viewer, id)
    const step = await decide(change, 'cancel')
    if (!step) return
    await save(change, { state: step.to, closed_at: change.now, closed_reason: null, reopen_on: null })
    await finish(change, step.fact)
    await closeApplicationsOf(tx, deps, id, viewer.personId)
  })
}

/** A draft is thrown away; what the public has seen leaves the site, and its counts stay. */
export async function archiveOffer(deps: Deps, viewer: Viewer, id: string): Promise<void> {
  await transact(deps, async (tx) => {
    const change = await begin(tx, deps, viewer, id)
    const step = await decide(change, 'archive')
    if (!step) return
    await save(change, { state: step.to })
    await withdrawEverywhere(tx, id, change.now)
    await finish(change, step.fact)
  })
}
