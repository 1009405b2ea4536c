// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { limits } from '../../../config/limits.ts'
import { getAssociation, type AssociationRow } from '../../../db/queries/association.ts'
import { listUnreachedContacts } from '../../../db/queries/offer-contacts.ts'
import { countWaiting, offersList } from '../../../db/queries/offers.ts'
import { countAnswersToRead, listActiveCentres } from '../../../db/queries/submissions.ts'
import { listTypedOffers } from '../../../db/queries/typed-offers.ts'
import { countOpenTowns } from '../../../db/queries/typed-towns.ts'
import { readBegun } from '../../../db/queries/waiting.ts'
import { DAY, later } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import type { Right } from '../../model/rights.ts'
import { hasRight, hasSomewhere } from '../../model/viewer.ts'
import { query, type Handler } from '../../web/handler.ts'
import { parseForm, type Form } from '../../web/forms.ts'
import { redirect } from '../../web/redirect.ts'
import { placeAsked, readPage, sendRows } from '../../web/rows.ts'
import { keepSearch, readSearch, searchForm } from '../../web/searches.ts'
import { offerUri } from '../../public-offer/public-offer.ts'
import { firstSteps } from '../pages/first-steps.ts'
import { centreContacts } from '../pages/centre-contacts.ts'
import { dashboardOf } from '../pages/dashboard.ts'
import { fileOf, listAddress, listPage, listQuery, type Asked } from '../pages/list.ts'
import { onlyAssociations } from '../../web/access.ts'
import { maySettleTowns } from '../../towns/policy.ts'

const SOON_DAYS = 8
const TYPED_SHOWN = 5
const NOTHING = { drafts: 0, ending: 0, applications: 0, hours: 0 }

export const dashboard =
  (deps: Deps): Handler =>
  async (req, res) => {
    const now = deps.clock.iso()
    const may = (right: Right) => hasRight(req.viewer, right)
    const mayWrite = may('offers') && req.site.kind !== 'centre'
    const counted = may('offers') || may('manage_hours')
    const { hours, ...ofOffers } = counted ? await countWaiting(deps.db, now, later(now, SOON_DAYS * DAY)) : NOTHING
    const answers = may('offers') ? await countAnswersToRead(deps.db) : undefined
    const readsOver = req.site.kind !== 'association' && may('moderation')
    const { moderation = 0, requests = 0 } = (readsOver && req.waiting) || {}
    const { enquiries = 0, messages = 0, testimonials = 0 } = (may('offers') && req.waiting) || {}
    const { reports = 0 } = (hasRight(req.viewer, 'offers', 'moderation') && req.waiting) || {}
    const isChief = may('association')
    const { help = 0 } = (may('help') && req.waiting) || {}
    const mayEmbed = !mayWrite && hasRight(req.viewer, 'offers', 'moderation')
    const settles = maySettleTowns(req.viewer, req.site as Pick<AssociationRow, 'kind'>)
    const towns = settles ? await countOpenTowns(deps.db, limits.mostCounted) : 0
    const typed = mayWrite ? await listTypedOffers(deps.db, req.viewer.personId ?? '', TYPED_SHOWN) : []
    const tasks = dashboardOf(
      req.t,
      {
        ...(may('offers') && ofOffers),
        ...(hasSomewhere(req.viewer, 'manage_hours') && {
          hours: may('manage_hours') ? hours : (req.waiting?.hours ?? 0),
        }),
        ...answers,
        moderation,
        reports,
        requests,
        towns,
        enquiries,
        messages,
        testimonials,
        help,
      },
      typed,
      mayWrite && may('see_people') ? await listUnreachedContacts(deps.db) : [],
    )
    const first =
      isChief && may('manage_people')
        ? firstSteps(req.t, await getAssociation(deps.db), await readBegun(deps.db))
        : null
    const centres = mayWrite ? centreContacts(await listActiveCentres(deps.db)) : []
    await res.page('offers/dashboard', {
      ...tasks,
      first,
      centres,
      mayWrite,
      mayRecord: hasSomewhere(req.viewer, 'manage_hours'),
      mayEmbed,
    })
  }

async function viewOf(deps: Deps, req: Request) {
  const association = await getAssociation(deps.db)
  return {
    t: req.t,
    taxonomies: deps.taxonomies,
    places: deps.places,
    association,
    now: deps.clock.iso(),
    home: offerUri(deps, ''),
  }
}

export const index =
  (deps: Deps): Handler =>
  (req, res) =>
    showList(deps, req, res, { ...listQuery.parse(req.query), search: readSearch(req, 'offers') })

/** The words go into the session, as those of every search of the team (server/web/searches.ts). */
export const search =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(searchForm, req.body)
    const asked = listQuery.parse(parsed.form.values)
    if (!parsed.ok) {
      const shown = { ...asked, search: readSearch(req, 'offers') }
      return showList(deps, req, res, shown, parsed.form)
    }
    await redirect(req, res, listAddress({ ...asked, search: keepSearch(deps, req, 'offers', parsed.value) }))
  }

async function showList(deps: Deps, req: Request, res: Response, asked: Asked, form?: Form) {
  onlyAssociations(req)
  const view = await viewOf(deps, req)
  const list = offersList(deps.db, { ...asked, filter: asked.state, q: asked.search.words }, view)
  const page = await readPage(list, placeAsked(req), limits.pageLength)
  await res.page('offers/index', listPage(view, page, asked, form), form ? 422 : 200)
}

export const exportCsv =
  (deps: Deps): Handler =>
  async (req, res) => {
    onlyAssociations(req)
    const asked = listQuery.parse(req.query)
    const found = readSearch(req, 'offers')
    // Without the lost search, the file would have more offers than asked for; the list says that the search is lost.
    if (found.isLost) return redirect(req, res, listAddress({ ...asked, search: query(req, 'search') }))
    const view = await viewOf(deps, req)
    const list = offersList(deps.db, { ...asked, filter: asked.state, q: found.words }, view)
    await sendRows(res, list, fileOf(view))
  }
