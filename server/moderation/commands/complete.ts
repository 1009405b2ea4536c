// SPDX-License-Identifier: AGPL-3.0-or-later
import { record } from '../../../db/queries/events.ts'
import { findItem, updateItem } from '../../../db/queries/moderation.ts'
import type { Deps } from '../../deps.ts'
import { Conflict, Forbidden, NotFound, Refused } from '../../web/errors.ts'
import { transact } from '../../web/transact.ts'
import type { Viewer } from '../../model/viewer.ts'
import { completed, type Completion } from '../completion.ts'
import { canModerate } from '../policy.ts'
import { soughtBy } from '../rules/received-offer.ts'

/** @throws Forbidden, NotFound, Conflict, or Refused when no text from another kind of site waits. */
export async function completeItem(
  deps: Deps,
  viewer: Viewer,
  id: string,
  { version, ...completion }: Completion & { version: number },
): Promise<void> {
  if (!canModerate(viewer)) throw new Forbidden()
  await transact(deps, async (tx) => {
    const item = await findItem(tx, id)
    if (!item) throw new NotFound()
    if (item.version !== version) throw new Conflict('moderation.conflict')
    const offer = item.pending_offer
    if (!item.is_foreign || !offer) throw new Refused('moderation.refused.not_now')
    const whole = { ...offer, content: completed(offer.content, completion) }
    await updateItem(tx, id, {
      completion: JSON.stringify(completion),
      pending_offer: whole,
      ...soughtBy(whole),
      version: item.version + 1,
    })
    const details = { offer: item.offer_uri, association: item.association_uri }
    const at = deps.clock.iso()
    await record(tx, { type: 'moderation.completed', at, actorId: viewer.personId, subject: id, details })
  })
}
