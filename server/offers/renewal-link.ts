// SPDX-License-Identifier: AGPL-3.0-or-later
// The link in a reminder renews one offer, once, without signing in. A GET changes nothing.
import { findOffer, type OfferRow } from '../../db/queries/offers.ts'
import { findToken, spendToken } from '../../db/queries/tokens.ts'
import type { Deps } from '../deps.ts'
import { transact } from '../web/transact.ts'
import { renewIn } from './commands/publish.ts'
import { RENEWAL } from './mails.ts'
import { TIMETABLE } from '../model/viewer.ts'
import { mayTry } from '../model/offer/rules.ts'

/** Undefined when the link has expired, or when there is nothing to renew. */
export async function offerToRenew(deps: Deps, token: string): Promise<OfferRow | undefined> {
  const found = await findToken(deps.db, deps.secrets.hash(token), RENEWAL, deps.clock.iso())
  const offer = found?.subject_id ? await findOffer(deps.db, found.subject_id) : undefined
  return offer && mayTry(offer.state, 'renew') ? offer : undefined
}

/** @returns the offer as it is now, or undefined when the link was used or has expired. */
export async function renewByLink(deps: Deps, token: string): Promise<OfferRow | undefined> {
  return transact(deps, async (tx) => {
    const spent = await spendToken(tx, deps.secrets.hash(token), RENEWAL, deps.clock.iso())
    if (!spent?.subject_id) return undefined
    await renewIn(tx, deps, TIMETABLE, spent.subject_id)
    return findOffer(tx, spent.subject_id)
  })
}
