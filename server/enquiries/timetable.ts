// SPDX-License-Identifier: AGPL-3.0-or-later
import { deleteEnquiry, listEnquiriesDue } from '../../db/queries/enquiries.ts'
import { CONFIRM_WITHIN_HOURS, monthsFrom } from '../applications/rules.ts'
import { HOUR, later } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import { ENQUIRY_MONTHS } from '../model/enquiry.ts'
import { transactInParts } from '../web/transact.ts'

/** A few at a time: with each go its messages, links and mails. */
const AT_ONCE = 50

/** Deletes what was not confirmed in time, and what is twelve months after the last sign of the person or its end. */
export async function forgetEnquiries(deps: Deps): Promise<void> {
  const now = deps.clock.iso()
  const before = { unconfirmed: later(now, -CONFIRM_WITHIN_HOURS * HOUR), seen: monthsFrom(now, -ENQUIRY_MONTHS) }
  await transactInParts(deps, async (tx) => {
    const due = await listEnquiriesDue(tx, before, AT_ONCE)
    for (const id of due) await deleteEnquiry(tx, id)
    return due.length
  })
}
