// SPDX-License-Identifier: AGPL-3.0-or-later
// A rate counts from its day on, also for hours approved before: whoever sets, replaces or withdraws one sees first
// which years change.
import { createHash } from 'node:crypto'
import { getAssociation } from '../../../db/queries/association.ts'
import { record } from '../../../db/queries/events.ts'
import * as ledger from '../../../db/queries/hours.ts'
import type { Deps } from '../../deps.ts'
import type { Viewer } from '../../model/viewer.ts'
import { forEachYielding } from '../../queue/event-loop.ts'
import { Conflict, Forbidden, Invalid, NotFound } from '../../web/errors.ts'
import { makeOnce, type SentForm } from '../../web/once.ts'
import { transact, type Tx } from '../../web/transact.ts'
import { maySetRates } from '../policy.ts'
import { createYearChange, toRate, type YearChange } from '../rate-change.ts'
import { periodsOf, type Rate } from '../statement.ts'

export type RateInput = { category: string; amount: number; valid_from: string; source: string }

/** `seen` stands for what is shown, and is '' when there is nothing to ask about. `gone`: the rate that ends. */
export type RateChange = {
  rates: ledger.RateRow[]
  gone: ledger.RateRow | undefined
  years: YearChange[]
  seen: string
}

/** What a new rate changes, or the end of the one with that id. */
export async function foreseeChange(deps: Deps, change: { add: RateInput } | { end: string }): Promise<RateChange> {
  const rates = await ledger.listRates(deps.db)
  const added = 'add' in change ? change.add : undefined
  const gone = rates.find((one) => ('end' in change ? one.id === change.end : isSameDay(one, change.add)))
  const after = rates.filter((one) => one !== gone).map(toRate)
  if (added) after.push({ categoryId: added.category || null, centsPerHour: added.amount, validFrom: added.valid_from })
  const years = await changedYears(deps, rates.map(toRate), after)
  const shown = JSON.stringify([added?.category, added?.amount, added?.valid_from, gone?.id, years])
  const seen = gone || years.length > 0 ? createHash('sha256').update(shown).digest('base64url') : ''
  return { rates, gone, years, seen }
}

const isSameDay = (row: ledger.RateRow, { category, valid_from }: RateInput) =>
  (row.category_id ?? '') === category && row.valid_from === valid_from

async function changedYears(deps: Deps, before: Rate[], after: Rate[]): Promise<YearChange[]> {
  const categories = await ledger.listCategories(deps.db, { archived: true })
  const valued = new Set(categories.filter((one) => one.valued === 1).map(({ id }) => id))
  const years: YearChange[] = []
  for (const year of await ledger.listYears(deps.db)) {
    const change = createYearChange(before, after, valued)
    const periods = periodsOf(year, [...before, ...after])
    await forEachYielding(periods, async (period) => change.add(await ledger.sumApproved(deps.db, period)))
    years.push(change.result(year))
  }
  return years.filter(({ lines }) => lines > 0)
}

/**
 * A rate is valid from its day until a newer one of the same category; one of the same day is replaced.
 * @param input.amount cents per hour. @param agreed `seen` of the change that the person agreed to.
 * @throws Forbidden; Invalid at `agreed` when what changes was not agreed to; Conflict when rates changed meanwhile.
 */
export async function addRate(
  deps: Deps,
  viewer: Viewer,
  { agreed, ...input }: RateInput & { agreed: string },
  sent?: SentForm,
): Promise<void> {
  if (!maySetRates(viewer)) throw new Forbidden()
  const change = await foreseeChange(deps, { add: input })
  await transact(deps, (tx) =>
    makeOnce(tx, deps, sent, async () => {
      const isKnown = (await ledger.listCategories(tx)).some(({ id }) => id === input.category)
      if (input.category && !isKnown) throw new Invalid({ category: 'hours.error.category_missing' })
      await refuseUnseen(tx, change, agreed)
      if (change.gone) await ledger.deleteRate(tx, change.gone.id)
      return insertRate(tx, deps, viewer, input, change.gone)
    }),
  )
}

/** @throws Forbidden, NotFound; Invalid and Conflict as addRate. */
export async function withdrawRate(deps: Deps, viewer: Viewer, id: string, agreed: string): Promise<void> {
  if (!maySetRates(viewer)) throw new Forbidden()
  const change = await foreseeChange(deps, { end: id })
  const { gone } = change
  if (!gone) throw new NotFound()
  await transact(deps, async (tx) => {
    await refuseUnseen(tx, change, agreed)
    await ledger.deleteRate(tx, id)
    const details = detailsOf(gone.category_id, gone.valid_from, gone.cents_per_hour)
    const fact = { at: deps.clock.iso(), actorId: viewer.personId, subject: id }
    await record(tx, { ...fact, type: 'hours.rate_withdrawn', details })
  })
}

async function refuseUnseen(tx: Tx, { rates, seen }: RateChange, agreed: string): Promise<void> {
  if (seen !== '' && agreed !== seen) throw new Invalid({ agreed: 'hours.error.rate_unseen' })
  if (JSON.stringify(await ledger.listRates(tx)) !== JSON.stringify(rates)) throw new Conflict()
}

async function insertRate(tx: Tx, deps: Deps, viewer: Viewer, input: RateInput, before?: ledger.RateRow) {
  const id = deps.newId()
  const now = deps.clock.iso()
  const { currency } = await getAssociation(tx)
  await ledger.insertRate(tx, {
    id,
    category_id: input.category || null,
    cents_per_hour: input.amount,
    currency,
    valid_from: input.valid_from,
    source: input.source,
    created_by: viewer.personId,
    created_at: now,
  })
  const details = detailsOf(input.category || null, input.valid_from, input.amount)
  const fact = { at: now, actorId: viewer.personId, subject: id }
  if (before) {
    const replaced = { ...details, before: before.cents_per_hour }
    await record(tx, { ...fact, type: 'hours.rate_replaced', details: replaced })
  } else await record(tx, { ...fact, type: 'hours.rate_added', details })
  return id
}

const detailsOf = (category: string | null, valid_from: string, cents: number) => ({
  ...(category && { category }),
  valid_from,
  cents,
})
