// SPDX-License-Identifier: AGPL-3.0-or-later
// A year as its hours and values stand now.
import { listCategories, listLevels, listRates, sumApproved } from '../../db/queries/hours.ts'
import type { Choice } from '../../db/queries/hours-figures.ts'
import { listProjects } from '../../db/queries/projects.ts'
import { sumByLevel } from '../../db/queries/years.ts'
import type { Deps } from '../deps.ts'
import { toRate } from '../hours/rate-change.ts'
import { createStatement, periodsIn, rateOn } from '../hours/statement.ts'
import { forEachYielding } from '../queue/event-loop.ts'
import type { HoursYear } from './rules.ts'

/** Whether some hours of that year have no value yet. By sums without people, which are few. */
export async function hasMissingRates(deps: Deps, year: HoursYear): Promise<boolean> {
  const valued = new Set(
    (await listCategories(deps.db, { archived: true })).flatMap((one) => (one.valued === 1 ? one.id : [])),
  )
  const rates = (await listRates(deps.db)).map(toRate)
  let isMissing = false
  await forEachYielding(periodsIn(year, rates), async (period) => {
    const sums = isMissing ? [] : await sumByLevel(deps.db, period)
    isMissing ||= sums.some(
      ({ categoryId, levelId, minutes }) =>
        minutes !== 0 && valued.has(categoryId) && rateOn(rates, categoryId, period.from, levelId) === null,
    )
  })
  return isMissing
}

/** @param isValued false: hours without money. @param choice of one project or team; undefined for all. */
export async function addUpYear(deps: Deps, year: HoursYear, isValued: boolean, choice?: Choice) {
  const categories = await listCategories(deps.db, { archived: true })
  const levels = await listLevels(deps.db)
  const projects = await listProjects(deps.db, { archived: true })
  const rates = await listRates(deps.db)
  const priced = rates.map(toRate)
  const valued = new Set(isValued ? categories.flatMap((one) => (one.valued === 1 ? one.id : [])) : [])
  const sums = createStatement(priced, valued)
  await forEachYielding(periodsIn(year, priced), async (period) => sums.add(await sumApproved(deps.db, period, choice)))
  return { named: [...categories, ...levels], projects, rates, levels, result: sums.result() }
}
