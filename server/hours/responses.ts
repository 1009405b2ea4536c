// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request } from 'express'
import { getAssociation } from '../../db/queries/association.ts'
import * as ledger from '../../db/queries/hours.ts'
import { dateIn } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import { query } from '../web/handler.ts'
import * as pages from './pages/entries.ts'

/** Lines a page. */
export const PAGE = 50

/** The page asked for, counted from 1. */
export const pageAsked = (req: Request) => Math.max(1, Number(query(req, 'page')) || 1)

/** Whether there is a next page is known by one line more than a page, which was read. */
export const pagesTo = (page: number, entries: unknown[]) => ({ page, pages: entries.length > PAGE ? page + 1 : page })

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
