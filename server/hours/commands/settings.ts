// SPDX-License-Identifier: AGPL-3.0-or-later
import * as ledger from '../../../db/queries/hours.ts'
import type { TextMap } from '../../model/offer/content.ts'
import type { Deps } from '../../deps.ts'
import { Forbidden, Invalid, NotFound } from '../../web/errors.ts'
import { makeOnce, type SentForm } from '../../web/once.ts'
import { transact } from '../../web/transact.ts'
import type { Viewer } from '../../model/viewer.ts'
import { maySetRates } from '../policy.ts'

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
