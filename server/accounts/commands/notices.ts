// SPDX-License-Identifier: AGPL-3.0-or-later
import { record } from '../../../db/queries/events.ts'
import { deleteWaitingNotices } from '../../../db/queries/gathered-mails.ts'
import { findPerson, updatePerson } from '../../../db/queries/people.ts'
import type { Deps } from '../../deps.ts'
import { choicesIn, NOTICE_KINDS, type NoticeChoice, type NoticeKind } from '../../model/notice-choices.ts'
import type { Viewer } from '../../model/viewer.ts'
import { Forbidden } from '../../web/errors.ts'
import { transact } from '../../web/transact.ts'

/** Choices of kinds that are not in `chosen` stay. What waits already leaves as it was planned, unless none is wanted. */
export async function saveNoticeChoices(
  deps: Deps,
  viewer: Pick<Viewer, 'personId'>,
  chosen: Partial<Record<NoticeKind, NoticeChoice>>,
): Promise<void> {
  const id = viewer.personId
  if (id === null) throw new Forbidden()
  await transact(deps, async (tx) => {
    const before = choicesIn((await findPerson(tx, id))?.notice_choices ?? '')
    const now = deps.clock.iso()
    await updatePerson(tx, id, { notice_choices: JSON.stringify({ ...before, ...chosen }), updated_at: now })
    const stopped = NOTICE_KINDS.filter((kind) => chosen[kind] === 'none')
    await deleteWaitingNotices(tx, id, stopped)
    await record(tx, { type: 'person.profile_saved', at: now, actorId: id, subject: id })
  })
}
