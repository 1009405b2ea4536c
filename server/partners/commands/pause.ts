// SPDX-License-Identifier: AGPL-3.0-or-later
// A centre pauses a member for a time: its offers leave the site, and what it sends waits in the queue.
import { findAffiliation, findAffiliationWith, updateAffiliation } from '../../../db/queries/affiliations.ts'
import { record } from '../../../db/queries/events.ts'
import { cut } from '../../base/cut.ts'
import type { Deps } from '../../deps.ts'
import { settlePauseOf } from '../../moderation/commands/pause.ts'
import { canAnswer } from '../../model/relation-policy.ts'
import type { Viewer } from '../../model/viewer.ts'
import { Forbidden, NotFound, Refused } from '../../web/errors.ts'
import { transact, type Tx } from '../../web/transact.ts'

/** @param reason what the association reads; at most 1000 characters. A second press changes nothing. */
export async function pauseMember(deps: Deps, viewer: Viewer, id: string, reason: string): Promise<void> {
  await setPause(deps, viewer, id, { paused_at: deps.clock.iso(), pause_reason: reason })
}

export async function resumeMember(deps: Deps, viewer: Viewer, id: string): Promise<void> {
  await setPause(deps, viewer, id, { paused_at: null, pause_reason: '' })
}

type Pause = { paused_at: string | null; pause_reason: string }

async function setPause(deps: Deps, viewer: Viewer, id: string, pause: Pause): Promise<void> {
  if (!canAnswer(viewer)) throw new Forbidden()
  await transact(deps, async (tx) => {
    const row = await findAffiliation(tx, id)
    if (!row) throw new NotFound()
    if (row.partner_is !== 'member' || row.state !== 'active') throw new Refused('partners.refused.not_active')
    if ((row.paused_at === null) === (pause.paused_at === null)) return
    await updateAffiliation(tx, row, pause)
    await settlePauseOf(tx, deps, row.partner_uri)
    const details = { partner: row.partner_uri }
    const type = pause.paused_at === null ? 'affiliation.resumed' : 'affiliation.paused'
    await record(tx, { type, at: deps.clock.iso(), actorId: viewer.personId, subject: id, details })
  })
}

/** A centre we belong to says how the membership stands. @param how.words its reason, cut at 1000 characters. */
export async function receivePause(
  tx: Tx,
  deps: Deps,
  centreUri: string,
  how: { isPaused: boolean; words: string },
): Promise<void> {
  const row = await findAffiliationWith(tx, centreUri, 'centre')
  if (row?.state !== 'active') return
  const reason = how.isPaused ? cut(how.words, 1000) : ''
  const was = row.paused_at !== null
  if (was === how.isPaused && row.pause_reason === reason) return
  const at = deps.clock.iso()
  const paused_at = how.isPaused ? (row.paused_at ?? at) : null
  await updateAffiliation(tx, row, { paused_at, pause_reason: reason })
  const type = how.isPaused ? 'affiliation.pause_told' : 'affiliation.resumption_told'
  await record(tx, { type, at, subject: row.id, details: { partner: centreUri } })
}
