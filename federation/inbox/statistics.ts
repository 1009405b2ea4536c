// SPDX-License-Identifier: AGPL-3.0-or-later
// Totals of a day from a partner, about our offers that it shows or its own that we show.
import { forgetReport } from '../../db/queries/shared-counts.ts'
import { receiveReport } from '../../server/statistics/commands/receive.ts'
import { fromReport } from '../translate/statistics.ts'
import { ignore, type Handler } from './handler.ts'

export const receiveStatistics: Handler = async ({ deps }, { id, actor, document }) => {
  const read = fromReport(document, actor)
  if (!read.ok) return ignore(read.reason)
  return async (tx) => {
    const refusal = await receiveReport(tx, deps, { ...read, reporter: actor })
    if (refusal) return { ignored: refusal }
    await forgetReport(tx, id)
    return 'done'
  }
}
