// SPDX-License-Identifier: AGPL-3.0-or-later
import { entriesList } from '../../../db/queries/hours.ts'
import { recordExport } from '../../audit/commands.ts'
import type { Deps } from '../../deps.ts'
import type { Handler } from '../../web/handler.ts'
import { sendRows } from '../../web/rows.ts'
import { csvColumns, csvRow } from '../pages/entries.ts'
import { choiceSeen } from '../responses.ts'

export const exportMine =
  (deps: Deps): Handler =>
  async (req, res) => {
    const file = { name: 'mes-heures', columns: csvColumns(req.t), cells: csvRow(req.t) }
    await sendRows(res, entriesList(deps.db, { personId: req.viewer.personId ?? '' }), file)
  }

export const exportAll =
  (deps: Deps): Handler =>
  async (req, res) => {
    const file = { name: 'heures', columns: csvColumns(req.t), cells: csvRow(req.t) }
    const list = entriesList(deps.db, choiceSeen(req))
    await sendRows(res, list, file, (rows) => recordExport(deps, req.viewer, 'hours.exported', { rows }))
  }
