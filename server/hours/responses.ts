// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request } from 'express'
import { getAssociation } from '../../db/queries/association.ts'
import * as ledger from '../../db/queries/hours.ts'
import { dateIn } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import * as pages from './pages/entries.ts'

/** Lines a page. */
export const PAGE = 50

/** Today where the association is, as YYYY-MM-DD. */
export async function today(deps: Deps): Promise<string> {
  return dateIn((await getAssociation(deps.db)).time_zone, deps.clock.now())
}

/** What the form of hours offers to choose from; first what this person chose lately. */
export async function formChoices(deps: Deps, req: Request, personId: string) {
  return pages.choicesOf(req.t, {
    categories: await ledger.listCategories(deps.db),
    recent: await ledger.recentCategories(deps.db, personId),
    offers: await ledger.listOffersOf(deps.db, personId),
    today: await today(deps),
  })
}
