// SPDX-License-Identifier: AGPL-3.0-or-later
// Whether two offers of the list are the same one: the hint is made by keys, the verdict by a moderator.
import { record } from '../../../db/queries/events.ts'
import { listUncompared, saveLikeness, saveVerdict, type Verdict } from '../../../db/queries/likeness.ts'
import { findItem, type ItemRow } from '../../../db/queries/moderation.ts'
import type { Deps } from '../../deps.ts'
import type { PublicOffer } from '../../model/offer/content.ts'
import type { Viewer } from '../../model/viewer.ts'
import { Forbidden, NotFound } from '../../web/errors.ts'
import { transact, transactInParts, type Tx } from '../../web/transact.ts'
import { canModerate } from '../policy.ts'
import { likenessKeys } from '../rules/likeness.ts'

/** @param before the item as it was: keys are written anew only when they are others. */
export async function keepLikeness(
  tx: Tx,
  itemId: string,
  offer: PublicOffer,
  before: Pick<ItemRow, 'pending_offer' | 'accepted_offer' | 'is_compared'> | undefined,
): Promise<void> {
  const keys = likenessKeys(offer)
  const known = before?.is_compared === 1 ? (before.pending_offer ?? before.accepted_offer) : null
  if (known && likenessKeys(known).join() === keys.join()) return
  await saveLikeness(tx, itemId, keys)
}

/** Keys of what came before there were any. */
export async function compareOld(deps: Deps): Promise<void> {
  await transactInParts(deps, async (tx) => {
    const ids = await listUncompared(tx, 20)
    for (const id of ids) {
      const item = await findItem(tx, id)
      const offer = item?.pending_offer ?? item?.accepted_offer
      await saveLikeness(tx, id, offer ? likenessKeys(offer) : [])
    }
    return ids.length
  })
}

/** Stays until somebody says otherwise. @throws Forbidden, NotFound. */
export async function sayAlike(
  deps: Deps,
  viewer: Viewer,
  id: string,
  { other, verdict }: { other: string; verdict: Verdict },
): Promise<void> {
  if (!canModerate(viewer)) throw new Forbidden()
  await transact(deps, async (tx) => {
    const items = [await findItem(tx, id), await findItem(tx, other)]
    if (!items[0] || !items[1] || id === other) throw new NotFound()
    const at = deps.clock.iso()
    await saveVerdict(tx, [id, other], { verdict, decided_by: viewer.personId, decided_at: at })
    const details = {
      offer: items[0].offer_uri,
      association: items[0].association_uri,
      other: items[1].offer_uri,
      verdict,
    }
    await record(tx, { type: 'moderation.compared', at, actorId: viewer.personId, subject: id, details })
  })
}
