// SPDX-License-Identifier: AGPL-3.0-or-later
import { insertApplicationMessage, listToTellOfEnd } from '../../../db/queries/application-messages.ts'
import { announceCancellation, closeApplicationsOf } from '../../applications/commands/close.ts'
import type { Deps } from '../../deps.ts'
import { createYielding } from '../../queue/event-loop.ts'
import { transact } from '../../web/transact.ts'
import type { Viewer } from '../../model/viewer.ts'
import type { CancelReason, CloseReason } from '../../model/offer/rules.ts'
import { decide, begin, finish, save, type Change } from './change.ts'
import { withdrawEverywhere } from './submissions.ts'

/**
 * The page and the counts stay, partners stop showing the offer, and applicants without an answer get a mail.
 * @param input.reopenOn day on which the association wants a reminder to open it again.
 * @param input.word what those who are told read with the reason, in their mail and in their conversation.
 */
export async function closeOffer(
  deps: Deps,
  viewer: Viewer,
  id: string,
  input: { reason: CloseReason; reopenOn?: string | null; word?: string },
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
    await leaveWord(change, 'closed', input.word)
    await closeApplicationsOf(tx, deps, id, viewer.personId)
  })
}

/** Applicants without an answer get a mail, and so do the accepted ones. @param input.word as in `closeOffer`. */
export async function cancelOffer(
  deps: Deps,
  viewer: Viewer,
  id: string,
  input: { reason: CancelReason; word?: string },
): Promise<void> {
  await transact(deps, async (tx) => {
    const change = await begin(tx, deps, viewer, id)
    const step = await decide(change, 'cancel', { reason: input.reason })
    if (!step) return
    await save(change, { state: step.to, closed_at: change.now, closed_reason: input.reason, reopen_on: null })
    await finish(change, step.fact, { reason: input.reason })
    await leaveWord(change, 'cancelled', input.word)
    await closeApplicationsOf(tx, deps, id, viewer.personId)
    await announceCancellation(tx, deps, id, viewer.personId)
  })
}

/** The mail of the end finds the word by its instant, which is the one of the end. */
async function leaveWord({ tx, deps, viewer, offer, now }: Change, end: 'closed' | 'cancelled', word = '') {
  if (word === '') return
  const message = { side: 'team', body: word, sent_by: viewer.personId, sent_at: now } as const
  const yieldLoop = createYielding()
  for (const id of await listToTellOfEnd(tx, offer.id, end)) {
    await yieldLoop()
    await insertApplicationMessage(tx, { ...message, id: deps.newId(), application_id: id })
  }
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
