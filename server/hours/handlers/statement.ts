// SPDX-License-Identifier: AGPL-3.0-or-later
// The yearly statement.
import type { Request } from 'express'
import { limits } from '../../../config/limits.ts'
import { getAssociation } from '../../../db/queries/association.ts'
import * as ledger from '../../../db/queries/hours.ts'
import { recordExport } from '../../audit/commands.ts'
import type { Deps } from '../../deps.ts'
import { hasRole } from '../../model/viewer.ts'
import { sendCsv } from '../../web/csv.ts'
import { query, type Handler } from '../../web/handler.ts'
import * as pages from '../pages/entries.ts'
import { today } from '../responses.ts'
import { statementOf } from '../statement.ts'

async function statementData(deps: Deps, req: Request) {
  const association = await getAssociation(deps.db)
  const thisYear = Number((await today(deps)).slice(0, 4))
  const asked = Number(query(req, 'year'))
  const year = asked >= 2000 && asked <= thisYear ? asked : thisYear
  const categories = await ledger.listCategories(deps.db, { archived: true })
  const rates = await ledger.listRates(deps.db)
  const worked = await ledger.listApproved(deps.db, year, 'everyone')
  const priced = rates.map((rate) => ({
    categoryId: rate.category_id,
    centsPerHour: rate.cents_per_hour,
    validFrom: rate.valid_from,
  }))
  const valued = new Set(categories.filter((category) => category.valued === 1).map(({ id }) => id))
  const statement = statementOf(worked, priced, valued)
  const names = await ledger.listNames(
    deps.db,
    statement.byPerson.map(({ personId }) => personId),
  )
  return { association, year, thisYear, categories, rates, priced, valued, worked, statement, names }
}

export const statement =
  (deps: Deps): Handler =>
  async (req, res) => {
    const given = await statementData(deps, req)
    const waiting = await ledger.countWaitingEntries(deps.db, limits.mostCounted)
    const years = new Set([given.thisYear, ...(await ledger.listYears(deps.db))])
    await res.page('hours/statement', {
      title: req.t('hours.statement.title', { year: String(given.year) }),
      statement: pages.statementPage(req.t, given.year, given.statement, {
        ...given,
        currency: given.association.currency,
        waiting,
      }),
      association: given.association.name,
      years: [...years].sort((a, b) => b - a).map((year) => ({ year: String(year), current: year === given.year })),
      mayDecide: hasRole(req.viewer, 'coordinator'),
      maySetRates: hasRole(req.viewer, 'treasurer'),
    })
  }

export const statementCsv =
  (deps: Deps): Handler =>
  async (req, res) => {
    const given = await statementData(deps, req)
    const columns = (['person', 'category', 'month', 'minutes', 'hours', 'rate'] as const).map((key) =>
      req.t(`hours.column.${key}`),
    )
    const rows = pages.statementRows(req.t, given.year, given.worked, given)
    await recordExport(deps, req.viewer, 'hours.exported', { year: given.year, rows: rows.length })
    await sendCsv(res, `heures-${given.year}`, columns, rows)
  }
