// SPDX-License-Identifier: AGPL-3.0-or-later
// Rows of a file become drafts, some at a time; nothing is published by it, and the same row makes one draft.
import { createHash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import * as imports from '../../../db/queries/offer-imports.ts'
import { findOffer } from '../../../db/queries/offers.ts'
import { DAY, later } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import { canWrite, IMPORT_DAYS } from '../../model/offer/rules.ts'
import type { Viewer } from '../../model/viewer.ts'
import { Forbidden, NotFound } from '../../web/errors.ts'
import { makeOnce, type SentForm } from '../../web/once.ts'
import { OFFERS_AT_ONCE, transact, transactInParts, type Tx } from '../../web/transact.ts'
import type { Table } from '../../web/table-file.ts'
import type { ReadRow } from '../import/read-rows.ts'
import { begin, decide, finish, save } from './change.ts'
import { insertDraft } from './write.ts'

/** @returns its id: of the same file sent twice by the same form, the first one. */
export async function saveImport(
  deps: Deps,
  viewer: Viewer,
  { table, columns }: { table: Table; columns: readonly string[] },
  sent: SentForm,
): Promise<string> {
  if (!canWrite(viewer)) throw new Forbidden()
  const content = JSON.stringify(table)
  const form = { ...sent, content: createHash('sha256').update(content).digest('hex') }
  return transact(deps, (tx) =>
    makeOnce(tx, deps, form, async () => {
      const id = deps.newId()
      await imports.insertImport(tx, {
        id,
        content,
        columns: JSON.stringify(columns),
        rows: table.rows.length,
        created_by: viewer.personId,
        created_at: deps.clock.iso(),
      })
      return id
    }),
  )
}

export async function saveColumns(deps: Deps, viewer: Viewer, id: string, columns: readonly string[]): Promise<void> {
  if (!canWrite(viewer)) throw new Forbidden()
  await transact(deps, (tx) => imports.saveImportColumns(tx, id, JSON.stringify(columns)), { wakes: false })
}

/** @param rows those without a fault. @returns how many drafts were made now. */
export async function importRows(deps: Deps, viewer: Viewer, id: string, rows: readonly ReadRow[]): Promise<number> {
  if (!canWrite(viewer)) throw new Forbidden()
  let made = 0
  for (let from = 0; from < rows.length; from += OFFERS_AT_ONCE) {
    made += await transact(deps, (tx) =>
      importSome(tx, deps, viewer, { id, rows: rows.slice(from, from + OFFERS_AT_ONCE) }),
    )
    await setImmediate()
  }
  return made
}

async function importSome(tx: Tx, deps: Deps, viewer: Viewer, { id, rows }: { id: string; rows: readonly ReadRow[] }) {
  if (!(await imports.findImport(tx, id))) throw new NotFound()
  const there = await imports.listSameRows(
    tx,
    rows.map(({ hash }) => hash),
  )
  const known = new Set(there.map(({ hash }) => hash))
  let made = 0
  for (const { input, hash, line } of rows) {
    if (!input || known.has(hash)) continue
    known.add(hash)
    const offer_id = await insertDraft(tx, deps, viewer, input)
    await imports.insertImported(tx, { import_id: id, line, hash, offer_id })
    made += 1
  }
  return made
}

/** Takes away the drafts of a file that nobody has changed since. @returns how many. */
export async function undoImport(deps: Deps, viewer: Viewer, id: string): Promise<number> {
  if (!canWrite(viewer)) throw new Forbidden()
  const drafts = (await imports.listImported(deps.db, id)).filter(({ untouched }) => untouched)
  let removed = 0
  for (let from = 0; from < drafts.length; from += OFFERS_AT_ONCE) {
    removed += await transact(deps, async (tx) => {
      let some = 0
      for (const { offer_id } of drafts.slice(from, from + OFFERS_AT_ONCE))
        if (await discard(tx, deps, viewer, offer_id)) some += 1
      return some
    })
    await setImmediate()
  }
  return removed
}

async function discard(tx: Tx, deps: Deps, viewer: Viewer, offerId: string): Promise<boolean> {
  const offer = await findOffer(tx, offerId)
  // Somebody changed, published or discarded it meanwhile.
  if (offer?.state !== 'draft' || offer.version !== 1) return false
  const change = await begin(tx, deps, viewer, offerId)
  const step = await decide(change, 'archive')
  if (!step) return false
  await save(change, { state: step.to })
  await finish(change, step.fact)
  return true
}

export async function forgetOldImports(deps: Deps): Promise<void> {
  const before = later(deps.clock.iso(), -IMPORT_DAYS * DAY)
  await transactInParts(deps, (tx, most) => imports.forgetImports(tx, before, most))
}
