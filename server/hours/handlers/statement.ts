// SPDX-License-Identifier: AGPL-3.0-or-later
// The yearly statement.
import type { Request } from 'express'
import { limits } from '../../../config/limits.ts'
import { getAssociation } from '../../../db/queries/association.ts'
import { chunksOf } from '../../../db/in-list.ts'
import { UNNAMED } from '../../../db/queries/headcounts.ts'
import * as ledger from '../../../db/queries/hours.ts'
import { listProjects } from '../../../db/queries/projects.ts'
import { recordExport } from '../../audit/commands.ts'
import type { Deps } from '../../deps.ts'
import { hasRight } from '../../model/viewer.ts'
import { streamCsv } from '../../web/csv.ts'
import { NotFound } from '../../web/errors.ts'
import type { Handler } from '../../web/handler.ts'
import { wholeNumber } from '../../web/paging.ts'
import { forEachYielding } from '../../queue/event-loop.ts'
import { addressIn } from '../choice.ts'
import * as pages from '../pages/entries.ts'
import { statementColumns, statementRows } from '../pages/statement-file.ts'
import { toRate } from '../rate-change.ts'
import { reachToValue } from '../policy.ts'
import { partOfValue, today } from '../responses.ts'
import { createRowSums, createStatement, periodsOf, type Worked } from '../statement.ts'

async function readYear(deps: Deps, req: Request) {
  const thisYear = Number((await today(deps)).slice(0, 4))
  const { year: asked = '' } = req.query
  const year = asked === '' ? thisYear : wholeNumber(asked, 2000, thisYear)
  // Another year in its place would be taken for the one that was asked for.
  if (year === undefined) throw new NotFound('hours.statement.no_year')
  const part = await partOfValue(deps, req, reachToValue(req.viewer))
  const categories = await ledger.listCategories(deps.db, { archived: true })
  const levels = await ledger.listLevels(deps.db)
  const projects = await listProjects(deps.db, { archived: true })
  const rates = await ledger.listRates(deps.db)
  const priced = rates.map(toRate)
  const valued = new Set(categories.filter((category) => category.valued === 1).map(({ id }) => id))
  return { year, part, thisYear, categories, levels, projects, rates, priced, valued }
}

/** Adds up a year, period by period. */
async function addYear(
  deps: Deps,
  { year, priced, part }: Awaited<ReturnType<typeof readYear>>,
  add: (worked: Worked[]) => void,
) {
  await forEachYielding(periodsOf(year, priced), async (period) =>
    add(await ledger.sumApproved(deps.db, period, part?.choice)),
  )
}

/** Names by id, so many in one query. */
async function readNames(deps: Deps, req: Request, ids: readonly string[]): Promise<Map<string, string>> {
  const names = new Map([[UNNAMED, req.t('hours.headcount.title')]])
  await forEachYielding(chunksOf(ids), async (some) => {
    for (const [id, name] of await ledger.listNames(deps.db, some)) names.set(id, name)
  })
  return names
}

export const statement =
  (deps: Deps): Handler =>
  async (req, res) => {
    const given = await readYear(deps, req)
    const association = await getAssociation(deps.db)
    const sums = createStatement(given.priced, given.valued)
    await addYear(deps, given, sums.add)
    const result = sums.result()
    const names = await readNames(
      deps,
      req,
      result.byPerson.map(({ personId }) => personId),
    )
    // The number is that of all.
    const waiting = given.part ? 0 : await ledger.countWaitingEntries(deps.db, limits.mostCounted)
    const years = new Set([given.thisYear, ...(await ledger.listYears(deps.db))])
    await res.page('hours/statement', {
      title: req.t(given.part?.isOfTeam ? 'hours.statement.title_team' : 'hours.statement.title', {
        year: String(given.year),
      }),
      statement: pages.statementPage(req.t, given.year, result, {
        ...given,
        names,
        currency: association.currency,
        waiting,
      }),
      association: association.name,
      ofPart: given.part,
      years: [...years]
        .sort((a, b) => b - a)
        .map((year) => ({
          year: String(year),
          href: addressIn(given.part, '/work/hours/statement', { year: String(year) }),
          current: year === given.year,
        })),
      yearsHref: addressIn(given.part, '/work/hours/years'),
      csv: addressIn(given.part, '/work/hours/statement.csv', { year: String(given.year) }),
      mayDecide: hasRight(req.viewer, 'manage_hours'),
      maySetRates: hasRight(req.viewer, 'levels'),
    })
  }

/** Stands for all people of a team. */
const TOGETHER = 'together'

export const statementCsv =
  (deps: Deps): Handler =>
  async (req, res) => {
    const given = await readYear(deps, req)
    const sums = createRowSums(given.priced, given.valued)
    const isOfTeam = given.part?.isOfTeam === true
    // What each person's hours are worth is not in the part of a team.
    await addYear(deps, given, (worked) =>
      sums.add(isOfTeam ? worked.map((one) => ({ ...one, personId: TOGETHER })) : worked),
    )
    const names = isOfTeam ? new Map([[TOGETHER, given.part!.name]]) : await readNames(deps, req, sums.people())
    await recordExport(deps, req.viewer, 'hours.exported', { year: given.year, rows: sums.count() })
    const rows = statementRows(req.t, { ...given, sums, names })
    await streamCsv(res, { name: `heures-${given.year}`, columns: statementColumns(req.t) }, rows)
  }
