// SPDX-License-Identifier: AGPL-3.0-or-later
// Closing a year: from the first moment its hours do not change any more, and its statement is then added up a part at a
// time, so that everybody else is served meanwhile. A process that is killed goes on where it was.
import { getAssociation } from '../../../db/queries/association.ts'
import { record } from '../../../db/queries/events.ts'
import * as ledger from '../../../db/queries/hours.ts'
import * as years from '../../../db/queries/years.ts'
import { addDays } from '../../base/days.ts'
import { dateIn } from '../../base/clock.ts'
import type { Handled } from '../../consumers.ts'
import type { Deps } from '../../deps.ts'
import { toRate } from '../../hours/rate-change.ts'
import { price, rateRowOn, type Rate } from '../../hours/statement.ts'
import type { Viewer } from '../../model/viewer.ts'
import { Forbidden, Invalid, NotFound, Refused } from '../../web/errors.ts'
import { transact, type Tx } from '../../web/transact.ts'
import { mayCloseYears } from '../policy.ts'
import { countGivers, postingRefusal, reopeningRefusal, type HoursYear } from '../rules.ts'
import { readYear, type YearSettings } from './settings.ts'

/** Lines of hours that are added up in one transaction: some milliseconds. */
const LINES_AT_ONCE = 4000
const PEOPLE_AT_ONCE = 200

/**
 * Keeps the hours of the year as they are, and begins its statement. Pressed twice, it is one statement.
 * @param about.isComplete false when some hours have no value yet, or wait for an answer.
 * @returns its id. @throws Forbidden; Refused when the year is not over, is closed in part, or has hours without a value.
 */
export async function closeYear(
  deps: Deps,
  viewer: Viewer,
  year: HoursYear,
  about: { isMissingRates: boolean; waiting: number; agreed: boolean },
): Promise<string> {
  if (!mayCloseYears(viewer)) throw new Forbidden()
  return transact(deps, async (tx) => {
    const { time_zone, currency, country } = await getAssociation(tx)
    if (year.until >= dateIn(time_zone, deps.clock.now())) throw new Refused('years.refused.not_over')
    const known = await years.findInForce(tx, year)
    if (known?.from_day === year.from && known.until_day === year.until) return known.id
    if (known) throw new Refused('years.refused.part_closed')
    const { is_valued, why, ...settings } = settingsOf(await readYear(tx, year))
    if (is_valued === 1 && about.isMissingRates) throw new Refused('years.refused.no_rate')
    if (is_valued === 0 && why === '' && country === 'FR') throw new Refused('years.refused.why')
    if (about.waiting > 0 && !about.agreed) throw new Invalid({ agreed: 'years.error.waiting' })
    const id = deps.newId()
    const now = deps.clock.iso()
    await years.insertStatement(tx, {
      ...settings,
      id,
      from_day: year.from,
      until_day: year.until,
      state: 'closing',
      is_in_force: 1,
      next_day: year.from,
      currency,
      is_valued,
      why: is_valued === 1 ? '' : why,
      created_at: now,
      created_by: viewer.personId,
    })
    await record(tx, { type: 'hours.year_closing', at: now, actorId: viewer.personId, subject: id })
    return id
  })
}

/** What was typed about the year, which its statement keeps. */
function settingsOf(row: YearSettings): YearSettings {
  const { is_valued, why, method_note, debit_account, credit_account } = row
  const { budget_cents, subsidies_cents, others_cents } = row
  return { is_valued, why, method_note, debit_account, credit_account, budget_cents, subsidies_cents, others_cents }
}

/** The next part of a statement that is closing. @returns `more` until it is closed. */
export async function continueClosing(tx: Tx, deps: Deps, id: string): Promise<Handled> {
  const statement = await years.findStatement(tx, id)
  if (statement?.state !== 'closing') return
  const { next_day, until_day: until, next_person } = statement
  if (next_day <= until) {
    await addPart(tx, statement)
    return 'more'
  }
  const days = { from: statement.from_day, until }
  const { sums, last } = await years.sumPeoplePart(tx, days, next_person, PEOPLE_AT_ONCE)
  const { people, byProject } = countGivers(sums)
  for (const [project, some] of byProject) await years.addProjectPeople(tx, id, project, some)
  await years.saveProgress(tx, id, { people: statement.people + people, ...(last !== null && { next_person: last }) })
  if (last !== null) return 'more'
  await finish(tx, deps, statement)
}

async function addPart(tx: Tx, statement: years.ShownStatement): Promise<void> {
  const { id, next_day: from, until_day } = statement
  const rows = await ledger.listRates(tx)
  const starts = rows.map(({ valid_from }) => valid_from).filter((day) => day > from)
  const nextRate = starts.toSorted()[0] ?? '9999-12-31'
  const last = nextRate <= until_day ? addDays(nextRate, -1) : until_day
  const until = await years.endOfPart(tx, { from, until: last }, LINES_AT_ONCE)
  const valued = new Set(
    (await ledger.listCategories(tx, { archived: true })).flatMap((one) => (one.valued ? one.id : [])),
  )
  const rates = new Map(rows.map((row): [Rate, ledger.RateRow] => [toRate(row), row]))
  for (const { categoryId, levelId, projectId, minutes } of await years.sumByLevel(tx, { from, until })) {
    const isValued = statement.is_valued === 1 && valued.has(categoryId)
    const rate = isValued ? rateRowOn([...rates.keys()], categoryId, from, levelId) : undefined
    const row = rate && rates.get(rate)
    await years.addToLine(tx, {
      statement_id: id,
      project_id: projectId,
      category_id: categoryId,
      level_id: levelId,
      cents_per_hour: row?.cents_per_hour ?? null,
      is_valued: isValued ? 1 : 0,
      basis: row ? basisOf(row) : {},
      minutes,
    })
  }
  await years.saveProgress(tx, id, { next_day: addDays(until, 1) })
}

const basisOf = (row: ledger.RateRow): years.Basis => ({
  method: row.method,
  base: row.base_cents,
  times: row.times_percent,
  source: row.source,
  decision: row.decision,
})

async function finish(tx: Tx, deps: Deps, { id, created_by }: years.ShownStatement): Promise<void> {
  await years.settleLines(tx, id)
  const lines = await years.listStatementLines(tx, id)
  const now = deps.clock.iso()
  // The value was withdrawn after the closing began.
  if (lines.some((line) => line.is_valued === 1 && line.cents_per_hour === null)) {
    await years.deleteStatement(tx, id)
    await record(tx, { type: 'hours.year_closing_stopped', at: now, actorId: created_by, subject: id })
    return
  }
  for (const line of lines) {
    if (line.cents_per_hour !== null) await years.saveCents(tx, line, price(line.minutes, line.cents_per_hour))
  }
  const number = await years.nextStatementNumber(tx)
  await years.endClosing(tx, id, { number, closed_at: now })
  await record(tx, { type: 'hours.year_closed', at: now, actorId: created_by, subject: id, details: { number } })
}

/** Notes that its entry is in the accounts, once. @throws Forbidden, NotFound; Refused, also for a second posting. */
export async function postStatement(deps: Deps, viewer: Viewer, id: string, postedAs: string): Promise<void> {
  if (!mayCloseYears(viewer)) throw new Forbidden()
  await transact(deps, async (tx) => {
    const statement = await years.findStatement(tx, id)
    if (!statement) throw new NotFound()
    const reversed = statement.reverses_id ? await years.findStatement(tx, statement.reverses_id) : undefined
    const refusal = postingRefusal(statement, reversed)
    if (refusal) throw new Refused(refusal)
    const now = deps.clock.iso()
    const posting = { posted_at: now, posted_by: viewer.personId, posted_as: postedAs }
    if (!(await years.savePosting(tx, id, posting))) throw new Refused('years.refused.posted')
    const details = { number: statement.number! }
    await record(tx, { type: 'hours.year_posted', at: now, actorId: viewer.personId, subject: id, details })
  })
}

/**
 * Opens a closed year again: another statement, with a number of its own, takes the first one back line by line.
 * @returns the id of that one. @throws Forbidden, NotFound, Refused.
 */
export async function reopenYear(deps: Deps, viewer: Viewer, id: string, reason: string): Promise<string> {
  if (!mayCloseYears(viewer)) throw new Forbidden()
  return transact(deps, async (tx) => {
    const statement = await years.findStatement(tx, id)
    if (!statement) throw new NotFound()
    if (statement.reversed_by) return statement.reversed_by
    const refusal = reopeningRefusal(statement)
    if (refusal) throw new Refused(refusal)
    const now = deps.clock.iso()
    const reversal = deps.newId()
    const number = await years.nextStatementNumber(tx)
    await years.endForce(tx, id)
    await years.insertStatement(tx, {
      ...settingsOf(statement),
      from_day: statement.from_day,
      until_day: statement.until_day,
      currency: statement.currency,
      people: statement.people,
      reason,
      id: reversal,
      state: 'closing',
      is_in_force: 0,
      reverses_id: id,
      next_day: statement.until_day,
      created_at: now,
      created_by: viewer.personId,
    })
    await years.copyLinesReversed(tx, id, reversal)
    await years.endClosing(tx, reversal, { number, closed_at: now })
    const details = { number: statement.number! }
    await record(tx, { type: 'hours.year_reopened', at: now, actorId: viewer.personId, subject: id, details })
    return reversal
  })
}
