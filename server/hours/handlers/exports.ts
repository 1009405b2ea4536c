// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import * as ledger from '../../../db/queries/hours.ts'
import { recordExport } from '../../audit/commands.ts'
import type { Deps } from '../../deps.ts'
import { sendCsv } from '../../web/csv.ts'
import type { Handler } from '../../web/handler.ts'
import * as pages from '../pages/entries.ts'

export const exportMine =
  (deps: Deps): Handler =>
  async (req, res) => {
    const entries = await ledger.listEntries(
      deps.db,
      { personId: req.viewer.personId ?? '' },
      { limit: 100_000, offset: 0 },
    )
    sendEntries(req, res, entries, 'mes-heures')
  }

function sendEntries(req: Request, res: Response, entries: ledger.EntryRow[], name: string) {
  const columns = (['person', 'day', 'category', 'offer', 'minutes', 'state', 'note'] as const).map((key) =>
    req.t(`hours.column.${key}`),
  )
  const rows = entries.map((row) => {
    const entry = pages.entryOf(row, req.t)
    return [
      entry.person,
      row.worked_on,
      entry.category.text,
      entry.offer?.text ?? '',
      String(row.minutes),
      entry.state.label,
      row.note,
    ]
  })
  sendCsv(res, name, columns, rows)
}

export const exportAll =
  (deps: Deps): Handler =>
  async (req, res) => {
    const entries = await ledger.listEntries(deps.db, 'everyone', { limit: 1_000_000, offset: 0 })
    await recordExport(deps, req.viewer, 'hours.exported', { rows: entries.length })
    sendEntries(req, res, entries, 'heures')
  }
