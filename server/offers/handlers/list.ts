// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request } from 'express'
import { limits } from '../../../config/limits.ts'
import { getAssociation } from '../../../db/queries/association.ts'
import { countWaiting, offersList, type OfferFilter } from '../../../db/queries/offers.ts'
import { countAnswersToRead, listAnswersAbout } from '../../../db/queries/submissions.ts'
import { readBegun } from '../../../db/queries/waiting.ts'
import { DAY, later } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import { hasRole } from '../../model/viewer.ts'
import { query, type Handler } from '../../web/handler.ts'
import { addressWith } from '../../web/paging.ts'
import { pagerByRow, placeAsked, readPage, sendRows } from '../../web/rows.ts'
import { firstSteps } from '../pages/first-steps.ts'
import { dashboardOf, fileOf, FILTERS, filtersOf, lineOf } from '../pages/list.ts'
import { onlyAssociations } from '../../web/access.ts'

const SOON_DAYS = 8

export const dashboard =
  (deps: Deps): Handler =>
  async (req, res) => {
    const now = deps.clock.iso()
    const isCoordinator = hasRole(req.viewer, 'coordinator')
    const waiting = isCoordinator ? await countWaiting(deps.db, now, later(now, SOON_DAYS * DAY)) : undefined
    const answers = isCoordinator ? await countAnswersToRead(deps.db) : undefined
    const readsOver = req.site.kind !== 'association' && hasRole(req.viewer, 'moderator')
    const { moderation = 0, requests = 0 } = (readsOver && req.waiting) || {}
    const tasks = dashboardOf(req.t, { ...waiting, ...answers, moderation, requests })
    const isChief = hasRole(req.viewer, 'administrator')
    const first = isChief ? firstSteps(req.t, await getAssociation(deps.db), await readBegun(deps.db)) : null
    const mayWrite = isCoordinator && req.site.kind !== 'centre'
    await res.page('offers/dashboard', { ...tasks, first, mayWrite, mayRecord: isCoordinator })
  }

const filterOf = (req: Request): OfferFilter => FILTERS.find((one) => one === query(req, 'state')) ?? 'all'

async function viewOf(deps: Deps, req: Request) {
  const association = await getAssociation(deps.db)
  return { t: req.t, taxonomies: deps.taxonomies, association, now: deps.clock.iso() }
}

export const index =
  (deps: Deps): Handler =>
  async (req, res) => {
    onlyAssociations(req)
    const filter = filterOf(req)
    const view = await viewOf(deps, req)
    const page = await readPage(offersList(deps.db, filter, view.now), placeAsked(req), limits.pageLength)
    const answers = await listAnswersAbout(
      deps.db,
      page.rows.map(({ id }) => id),
    )
    await res.page('offers/index', {
      title: req.t('offers.list.title'),
      filters: filtersOf(req.t, filter),
      filter,
      offers: page.rows.map((offer) => lineOf(view, offer, answers.get(offer.id))),
      isFiltered: filter !== 'all',
      pager: pagerByRow(page, (to) => addressWith('/work/offers', { state: filter, ...to })),
    })
  }

export const exportCsv =
  (deps: Deps): Handler =>
  async (req, res) => {
    onlyAssociations(req)
    const view = await viewOf(deps, req)
    await sendRows(res, offersList(deps.db, filterOf(req), view.now), fileOf(view))
  }
