// SPDX-License-Identifier: AGPL-3.0-or-later
// Links are derived from the secret key, so they are the same in every mail; only their hash is stored.
import { keepEnquiryToken } from '../../db/queries/enquiries.ts'
import { CONFIRM_WITHIN_HOURS, monthsFrom } from '../applications/rules.ts'
import { DAY, HOUR, later } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import { ENQUIRY_MONTHS, PASSING_DAYS } from '../model/enquiry.ts'
import type { Tx } from '../web/transact.ts'

type Keys = Pick<Deps, 'secrets' | 'config'>

export const tokenOf = ({ secrets }: Pick<Deps, 'secrets'>, id: string): string => secrets.mac(id, 'enquiry link')
export const pathOf = (token: string): string => `/enquiries/${token}`
export const linkOf = (deps: Keys, id: string): string => deps.config.publicUrl + pathOf(tokenOf(deps, id))

/** The person's own page: until the mailbox must be confirmed, then as long as the row is kept. */
export async function keepLink(tx: Tx, deps: Deps, id: string, isConfirmed: boolean): Promise<void> {
  const now = deps.clock.iso()
  const expiresAt = isConfirmed ? monthsFrom(now, ENQUIRY_MONTHS + 1) : later(now, CONFIRM_WITHIN_HOURS * HOUR)
  await keepEnquiryToken(tx, { hash: deps.secrets.hash(tokenOf(deps, id)), subjectId: id, now, expiresAt })
}

const passingToken = ({ secrets }: Pick<Deps, 'secrets'>, id: string): string => secrets.mac(id, 'enquiry passing')

/** @param id of the message by which a member is asked. @returns the address of the page where it answers. */
export async function keepPassingLink(tx: Tx, deps: Deps, id: string): Promise<string> {
  const now = deps.clock.iso()
  const token = passingToken(deps, id)
  const link = { hash: deps.secrets.hash(token), subjectId: id, now, expiresAt: later(now, PASSING_DAYS * DAY) }
  await keepEnquiryToken(tx, link, true)
  return `${deps.config.publicUrl}/enquiries/passing/${token}`
}
