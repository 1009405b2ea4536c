// SPDX-License-Identifier: AGPL-3.0-or-later
// A rate counts from its day on, also for hours approved before: whoever sets, replaces or withdraws one sees first
// which years change.
import { createHash } from 'node:crypto'
import { getAssociation } from '../../../db/queries/association.ts'
import { record } from '../../../db/queries/events.ts'
import * as ledger from '../../../db/queries/hours.ts'
import { listInForce } from '../../../db/queries/years.ts'
import type { Deps } from '../../deps.ts'
import type { Viewer } from '../../model/viewer.ts'
import { forEachYielding } from '../../queue/event-loop.ts'
import { Conflict, Forbidden, Invalid, NotFound, Refused } from '../../web/errors.ts'
import { makeOnce, type SentForm } from '../../web/once.ts'
import { transact, type Tx } from '../../web/transact.ts'
import { maySetRates } from '../policy.ts'
import { createYearChange, toRate, type YearChange } from '../rate-change.ts'
import type { RateMethod } from '../methods.ts'
import { centsOfRate, periodsIn, periodsOf, type Rate } from '../statement.ts'

/**
 * `category`: the id of an activity or of a level; '' for all. `amount`: cents per hour, before it is taken `times` per
 * cent of it, as a multiple of a wage is.
 */
export type RateInput = {
  category: string
  method: RateMethod
  amount: number
  times: number | null
  valid_from: string
  source: string
  decision: string
}

/** `seen` stands for what is shown, and is '' when there is nothing to ask about. `gone`: the rates that end. */
export type RateChange = {
  rates: ledger.RateRow[]
  gone: ledger.RateRow[]
  years: YearChange[]
  /** Hours of a closed year would be worth something else. */
  touchesClosed: boolean
  seen: string
}

const targetOf = (row: ledger.RateRow): string => row.category_id ?? row.level_id ?? ''

/** What new rates change, or the end of the one with that id. */
export async function foreseeChange(
  deps: Deps,
  change: { add: readonly RateInput[] } | { end: string },
): Promise<RateChange> {
  const rates = await ledger.listRates(deps.db)
  const levels = new Set((await ledger.listLevels(deps.db)).map(({ id }) => id))
  const added = 'add' in change ? change.add : []
  const isGone = (row: ledger.RateRow) =>
    'end' in change ? row.id === change.end : added.some((input) => isSameDay(row, input))
  const gone = rates.filter(isGone)
  const after = rates.filter((one) => !gone.includes(one)).map(toRate)
  for (const input of added) {
    const of = levels.has(input.category)
      ? { categoryId: null, levelId: input.category }
      : { categoryId: input.category || null }
    after.push({ ...of, centsPerHour: centsOfRate(input), validFrom: input.valid_from })
  }
  const years = await changedYears(deps, rates.map(toRate), after)
  const touchesClosed = years.length > 0 && (await changesClosed(deps, rates.map(toRate), after))
  const typed = added.map((input) => [input.category, centsOfRate(input), input.valid_from])
  const shown = JSON.stringify([typed, gone.map(({ id }) => id), years])
  const seen = gone.length > 0 || years.length > 0 ? createHash('sha256').update(shown).digest('base64url') : ''
  return { rates, gone, years, touchesClosed, seen }
}

const isSameDay = (row: ledger.RateRow, { category, valid_from }: RateInput) =>
  targetOf(row) === category && row.valid_from === valid_from

const valuedCategories = async (deps: Deps): Promise<Set<string>> =>
  new Set((await ledger.listCategories(deps.db, { archived: true })).flatMap((one) => (one.valued === 1 ? one.id : [])))

/** The statement of a closed year stays as it is, and so must what it was made from. */
async function changesClosed(deps: Deps, before: Rate[], after: Rate[]): Promise<boolean> {
  const valued = await valuedCategories(deps)
  for (const { from_day: from, until_day: until, is_valued } of await listInForce(deps.db)) {
    if (is_valued === 0) continue
    const change = createYearChange(before, after, valued)
    const periods = periodsIn({ from, until }, [...before, ...after])
    await forEachYielding(periods, async (period) => change.add(await ledger.sumApproved(deps.db, period)))
    if (change.result(0).lines > 0) return true
  }
  return false
}

async function changedYears(deps: Deps, before: Rate[], after: Rate[]): Promise<YearChange[]> {
  const valued = await valuedCategories(deps)
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
 * A rate is valid from its day until a newer one of the same activity or level; one of the same day is replaced.
 * @param agreed `seen` of the change that the person agreed to.
 * @throws Forbidden; Invalid at `agreed` when what changes was not agreed to; Conflict when rates changed meanwhile.
 */
export async function addRates(
  deps: Deps,
  viewer: Viewer,
  { inputs, agreed }: { inputs: readonly RateInput[]; agreed: string },
  sent?: SentForm,
): Promise<void> {
  if (!maySetRates(viewer)) throw new Forbidden()
  const change = await foreseeChange(deps, { add: inputs })
  if (change.touchesClosed) throw new Invalid({ valid_from: 'hours.error.rate_closed' })
  await transact(deps, (tx) =>
    makeOnce(tx, deps, sent, async () => {
      const [categories, levels] = [await ledger.listCategories(tx), await ledger.listLevels(tx)]
      const levelIds = new Set(levels.map(({ id }) => id))
      const known = new Set(['', ...categories.map(({ id }) => id), ...levelIds])
      if (inputs.some(({ category }) => !known.has(category)))
        throw new Invalid({ category: 'hours.error.category_missing' })
      await refuseUnseen(tx, change, agreed)
      for (const { id } of change.gone) await ledger.deleteRate(tx, id)
      const ids: string[] = []
      for (const input of inputs) {
        const before = change.gone.find((row) => isSameDay(row, input))
        ids.push(await insertRate(tx, deps, viewer, { input, isOfLevel: levelIds.has(input.category), before }))
      }
      return ids[0]!
    }),
  )
}

/** @throws Forbidden, NotFound; Invalid and Conflict as addRate. */
export async function withdrawRate(deps: Deps, viewer: Viewer, id: string, agreed: string): Promise<void> {
  if (!maySetRates(viewer)) throw new Forbidden()
  const change = await foreseeChange(deps, { end: id })
  const [gone] = change.gone
  if (!gone) throw new NotFound()
  if (change.touchesClosed) throw new Refused('hours.refused.rate_closed')
  await transact(deps, async (tx) => {
    await refuseUnseen(tx, change, agreed)
    await ledger.deleteRate(tx, id)
    const details = detailsOf(targetOf(gone), gone.valid_from, gone.cents_per_hour)
    const fact = { at: deps.clock.iso(), actorId: viewer.personId, subject: id }
    await record(tx, { ...fact, type: 'hours.rate_withdrawn', details })
  })
}

async function refuseUnseen(tx: Tx, { rates, seen }: RateChange, agreed: string): Promise<void> {
  if (seen !== '' && agreed !== seen) throw new Invalid({ agreed: 'hours.error.rate_unseen' })
  if (JSON.stringify(await ledger.listRates(tx)) !== JSON.stringify(rates)) throw new Conflict()
}

type Added = { input: RateInput; isOfLevel: boolean; before: ledger.RateRow | undefined }

async function insertRate(tx: Tx, deps: Deps, viewer: Viewer, { input, isOfLevel, before }: Added): Promise<string> {
  const id = deps.newId()
  const now = deps.clock.iso()
  const { currency } = await getAssociation(tx)
  await ledger.insertRate(tx, {
    id,
    category_id: isOfLevel ? null : input.category || null,
    level_id: isOfLevel ? input.category : null,
    method: input.method,
    cents_per_hour: centsOfRate(input),
    base_cents: input.times === null ? null : input.amount,
    times_percent: input.times,
    currency,
    valid_from: input.valid_from,
    source: input.source,
    decision: input.decision,
    created_by: viewer.personId,
    created_at: now,
  })
  const details = detailsOf(input.category, input.valid_from, centsOfRate(input))
  const fact = { at: now, actorId: viewer.personId, subject: id }
  if (before) {
    const replaced = { ...details, before: before.cents_per_hour }
    await record(tx, { ...fact, type: 'hours.rate_replaced', details: replaced })
  } else await record(tx, { ...fact, type: 'hours.rate_added', details })
  return id
}

const detailsOf = (category: string, valid_from: string, cents: number) => ({
  ...(category && { category }),
  valid_from,
  cents,
})
