// SPDX-License-Identifier: AGPL-3.0-or-later
import { deleteHelp, listHelpDue } from '../../db/queries/help.ts'
import { monthsFrom } from '../applications/rules.ts'
import type { Deps } from '../deps.ts'
import { HELP_MONTHS } from '../model/help.ts'
import { transactInParts } from '../web/transact.ts'

/** A few at a time: with each go its answers and mails. */
const AT_ONCE = 50

/** Deletes what had its last news long ago, whatever its state. */
export async function forgetHelp(deps: Deps): Promise<void> {
  const before = monthsFrom(deps.clock.iso(), -HELP_MONTHS)
  await transactInParts(deps, async (tx) => {
    const due = await listHelpDue(tx, before, AT_ONCE)
    for (const id of due) await deleteHelp(tx, id)
    return due.length
  })
}
