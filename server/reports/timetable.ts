// SPDX-License-Identifier: AGPL-3.0-or-later
import { deleteReport, listReportsDue } from '../../db/queries/reports.ts'
import { monthsFrom } from '../applications/rules.ts'
import type { Deps } from '../deps.ts'
import { REPORT_MONTHS } from '../model/report.ts'
import { transactInParts } from '../web/transact.ts'

/** A few at a time: with each go its mails. */
const AT_ONCE = 50

/** Deletes what had its last news long ago, whatever its state. */
export async function forgetReports(deps: Deps): Promise<void> {
  const before = monthsFrom(deps.clock.iso(), -REPORT_MONTHS)
  await transactInParts(deps, async (tx) => {
    const due = await listReportsDue(tx, before, AT_ONCE)
    for (const id of due) await deleteReport(tx, id)
    return due.length
  })
}
