// SPDX-License-Identifier: AGPL-3.0-or-later
import { getAssociation } from '../../../db/queries/association.ts'
import { record } from '../../../db/queries/events.ts'
import * as ledger from '../../../db/queries/hours.ts'
import type { TextMap } from '../../model/offer/content.ts'
import type { Deps } from '../../deps.ts'
import { Forbidden, Invalid, NotFound } from '../../web/errors.ts'
import { makeOnce, type SentForm } from '../../web/once.ts'
import { transact, type Tx } from '../../web/transact.ts'
import type { Viewer } from '../../model/viewer.ts'
import { maySetRates } from '../policy.ts'

export type RateInput = { category: string; amount: number; valid_from: string; source: string }

/**
 * A rate is valid from its day until a newer one of the same category; values before that day do not change.
 * @param input.amount cents per hour.
 * @throws Forbidden; Invalid when that category already has a rate from that day.
 */
export async function addRate(deps: Deps, viewer: Viewer, input: RateInput, sent?: SentForm): Promise<void> {
  if (!maySetRates(viewer)) throw new Forbidden()
  await transact(deps, (tx) => makeOnce(tx, deps, sent, () => insertRate(tx, deps, viewer, input)))
}

async function insertRate(tx: Tx, deps: Deps, viewer: Viewer, input: RateInput): Promise<string> {
  const category = input.category || null
  if (category && !(await ledger.listCategories(tx)).some(({ id }) => id === category)) {
    throw new Invalid({ category: 'hours.error.category_missing' })
  }
  if (await ledger.hasRate(tx, category, input.valid_from)) throw new Invalid({ valid_from: 'hours.error.rate_exists' })
  const id = deps.newId()
  const now = deps.clock.iso()
  const { currency } = await getAssociation(tx)
  await ledger.insertRate(tx, {
    id,
    category_id: category,
    cents_per_hour: input.amount,
    currency,
    valid_from: input.valid_from,
    source: input.source,
    created_by: viewer.personId,
    created_at: now,
  })
  await record(tx, { type: 'hours.rate_added', at: now, actorId: viewer.personId, subject: id })
  return id
}

/** @param label the name in each language that has one. @throws Invalid when there is none. */
export async function addCategory(
  deps: Deps,
  viewer: Viewer,
  { label, valued }: { label: TextMap; valued: boolean },
  sent?: SentForm,
): Promise<void> {
  if (!maySetRates(viewer)) throw new Forbidden()
  if (Object.keys(label).length === 0) throw new Invalid({ label_fr: 'hours.error.label_missing' })
  const row = { id: deps.newId(), label, valued, created_at: deps.clock.iso() }
  await transact(deps, (tx) =>
    makeOnce(tx, deps, sent, async () => {
      await ledger.insertCategory(tx, row)
      return row.id
    }),
  )
}

/** A category in use is archived, not deleted; the same command restores it. @throws NotFound */
export async function toggleCategory(deps: Deps, viewer: Viewer, id: string): Promise<void> {
  if (!maySetRates(viewer)) throw new Forbidden()
  await transact(deps, async (tx) => {
    const found = (await ledger.listCategories(tx, { archived: true })).find((one) => one.id === id)
    if (!found) throw new NotFound()
    await ledger.archiveCategory(tx, id, found.archived_at ? null : deps.clock.iso())
  })
}
