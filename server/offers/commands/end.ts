// SPDX-License-Identifier: AGPL-3.0-or-later
import { announceCancellation, closeApplicationsOf } from '../../applications/commands/close.ts'
import type { Deps } from '../../deps.ts'
import { transact } from '../../web/transact.ts'
import type { Viewer } from '../../model/viewer.ts'
import type { CloseReason } from '../../model/offer/rules.ts'
import { decide, begin, finish, save } from './change.ts'
import { withdrawEverywhere } from './submissions.ts'

/**
 * The page and the counts stay, partners stop showing the offer, and applicants without an answer get a mail.
 * @param input.reopenOn day on which the association wants a reminder to open it again.
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

/** Applicants without an answer get a mail, and so do the accepted ones. */
export async function cancelOffer(deps: Deps, viewer: Viewer, id: string): Promise<void> {
  await transact(deps, async (tx) => {
    const change = await begin(tx, deps, viewer, id)
    const step = await decide(change, 'cancel')
    if (!step) return
    await save(change, { state: step.to, closed_at: change.now, closed_reason: null, reopen_on: null })
    await finish(change, step.fact)
    await closeApplicationsOf(tx, deps, id, viewer.personId)
    await announceCancellation(tx, deps, id, viewer.personId)
  })
}

/** The offer is archived, also a draft; its counts stay. */
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
