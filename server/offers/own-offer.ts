// SPDX-License-Identifier: AGPL-3.0-or-later
// What every page about own offers begins with: is this an association, and which offer is it?
import type { Request } from 'express'
import { countAccepted } from '../../db/queries/applications.ts'
import { getAssociation } from '../../db/queries/association.ts'
import { findOffer } from '../../db/queries/offers.ts'
import type { Deps } from '../deps.ts'
import { NotFound } from '../web/errors.ts'
import { param, type Handler } from '../web/handler.ts'
import type { MessageKey } from '../web/message-keys.ts'
import { titleOf } from './pages/words.ts'
import { redirect } from '../web/redirect.ts'

/** A centre that is not an association as well has no offers of its own. */
export function onlyAssociations(req: Request): void {
  if (req.site.kind === 'centre') throw new NotFound()
}

/** The offer of the address, with what its pages need. */
export async function readOwn(deps: Deps, req: Request) {
  onlyAssociations(req)
  const offer = await findOffer(deps.db, param(req, 'offer'))
  if (!offer || offer.state === 'archived') throw new NotFound()
  return {
    offer,
    association: await getAssociation(deps.db),
    accepted: await countAccepted(deps.db, offer.id),
    now: deps.clock.iso(),
  }
}
export type Own = Awaited<ReturnType<typeof readOwn>>

export const pathOf = (offer: { id: string }, end = '') => `/work/offers/${offer.id}${end}`

/** A change without questions: done, said, and back to the offer. */
export const pressed =
  (work: (deps: Deps, req: Request, id: string) => Promise<void>, done: MessageKey) =>
  (deps: Deps): Handler =>
  async (req, res) => {
    const { offer } = await readOwn(deps, req)
    await work(deps, req, offer.id)
    req.session.flash(done, { offer: titleOf(req.t, offer.content).text })
    await redirect(req, res, pathOf(offer))
  }
