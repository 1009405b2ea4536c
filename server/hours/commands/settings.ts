// SPDX-License-Identifier: AGPL-3.0-or-later
import * as ledger from '../../../db/queries/hours.ts'
import type { TextMap } from '../../model/offer/content.ts'
import type { Deps } from '../../deps.ts'
import { Forbidden, Invalid, NotFound, Refused } from '../../web/errors.ts'
import { makeOnce, type SentForm } from '../../web/once.ts'
import { transact, type Tx } from '../../web/transact.ts'
import type { Viewer } from '../../model/viewer.ts'
import { mayKeepCategories, mayManageSome, maySetRates, reachToManage } from '../policy.ts'

/** @param label the name in each language that has one. @throws Invalid when there is none. */
export async function addCategory(
  deps: Deps,
  viewer: Viewer,
  { label, valued, level }: { label: TextMap; valued: boolean; level: string },
  sent?: SentForm,
): Promise<void> {
  if (!mayKeepCategories(viewer)) throw new Forbidden()
  if (Object.keys(label).length === 0) throw new Invalid({ label_fr: 'hours.error.label_missing' })
  const row = { id: deps.newId(), label, valued, level_id: level || null, created_at: deps.clock.iso() }
  await transact(deps, (tx) =>
    makeOnce(tx, deps, sent, async () => {
      await refuseUnknownLevel(tx, level)
      await ledger.insertCategory(tx, row)
      return row.id
    }),
  )
}

/** A category in use is archived, not deleted; `isArchived` false restores it. @throws NotFound */
export async function archiveCategory(deps: Deps, viewer: Viewer, id: string, isArchived: boolean): Promise<void> {
  if (!mayKeepCategories(viewer)) throw new Forbidden()
  await transact(deps, async (tx) => {
    const found = (await ledger.listCategories(tx, { archived: true })).find((one) => one.id === id)
    if (!found) throw new NotFound()
    await ledger.archiveCategory(tx, id, isArchived ? (found.archived_at ?? deps.clock.iso()) : null)
  })
}

async function refuseUnknownLevel(tx: Tx, level: string): Promise<void> {
  const isOpen = (await ledger.listLevels(tx)).some(({ id, archived_at }) => id === level && archived_at === null)
  if (level !== '' && !isOpen) throw new Invalid({ level: 'hours.error.level_unknown' })
}

/**
 * The level that hours of this activity get from now on; '' for none. Hours recorded before keep theirs.
 * @throws NotFound; Invalid for a level that is not there.
 */
export async function setCategoryLevel(deps: Deps, viewer: Viewer, id: string, level: string): Promise<void> {
  if (!mayKeepCategories(viewer)) throw new Forbidden()
  await transact(deps, async (tx) => {
    if (!(await ledger.listCategories(tx, { archived: true })).some((one) => one.id === id)) throw new NotFound()
    await refuseUnknownLevel(tx, level)
    await ledger.saveCategoryLevel(tx, id, level || null)
  })
}

/** @param label as in addCategory. */
export async function addLevel(deps: Deps, viewer: Viewer, label: TextMap, sent?: SentForm): Promise<void> {
  if (!maySetRates(viewer)) throw new Forbidden()
  if (Object.keys(label).length === 0) throw new Invalid({ level_fr: 'hours.error.level_missing' })
  const row = { id: deps.newId(), label, created_at: deps.clock.iso() }
  await transact(deps, (tx) =>
    makeOnce(tx, deps, sent, async () => {
      await ledger.insertLevel(tx, row)
      return row.id
    }),
  )
}

/** As archiveCategory. */
export async function archiveLevel(deps: Deps, viewer: Viewer, id: string, isArchived: boolean): Promise<void> {
  if (!maySetRates(viewer)) throw new Forbidden()
  await transact(deps, async (tx) => {
    const found = (await ledger.listLevels(tx)).find((one) => one.id === id)
    if (!found) throw new NotFound()
    await ledger.archiveLevel(tx, id, isArchived ? (found.archived_at ?? deps.clock.iso()) : null)
  })
}

/** The coordinator says at which level hours were given, until they are approved. @throws NotFound, Refused, Invalid. */
export async function setEntryLevel(deps: Deps, viewer: Viewer, id: string, level: string): Promise<void> {
  if (!mayManageSome(viewer)) throw new Forbidden()
  await transact(deps, async (tx) => {
    const entry = await ledger.findEntry(tx, id, reachToManage(viewer))
    if (!entry) throw new NotFound()
    await refuseUnknownLevel(tx, level)
    if (!(await ledger.saveEntryLevel(tx, id, level || null))) throw new Refused('hours.refused.level_settled')
  })
}
