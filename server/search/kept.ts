// SPDX-License-Identifier: AGPL-3.0-or-later
// What somebody put aside: a page of it, from their session or from a link that was passed on.
import { listListingsNamed } from '../../db/queries/listings.ts'
import type { Deps } from '../deps.ts'
import { listedState } from '../model/offer/standing.ts'
import { param, query, type Handler } from '../web/handler.ts'
import { NotFound } from '../web/errors.ts'
import { redirect } from '../web/redirect.ts'
import { cardOf } from './pages/cards.ts'
import { keptIn, MOST_KEPT, readIds, SEPARATOR } from './put-aside.ts'
import { cardView } from './request.ts'
import { getShownOffer } from './shown-offer.ts'

/** The page with just these; it says nothing about who put them aside. */
const listPath = (ids: readonly string[]) => `/offers/kept?list=${ids.join(SEPARATOR)}`

export const index =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { t } = req
    const given = query(req, 'list')
    const ids = given ? readIds(given.split(SEPARATOR)) : keptIn(req)
    const now = deps.clock.iso()
    const found = (await listListingsNamed(deps.db, ids)).filter(({ visible_from }) => visible_from <= now)
    const rows = new Map(found.map((row) => [row.public_id, row]))
    const view = cardView(deps, req)
    const items = ids.map((id) => {
      const row = rows.get(id)
      const state = row ? listedState(row, now) : 'over'
      const card = row && cardOf(view, { ...row, km: null, town: null })
      const isOpen = state === 'open' || state === 'full'
      return { id, card: isOpen ? card : undefined, title: card?.title, isFull: state === 'full' }
    })
    const link = deps.config.publicUrl + listPath(ids)
    const title = given ? t('search.kept.title_of_list') : t('search.kept.title')
    const own = keptIn(req)
    return res.page('search/kept', {
      title,
      robots: 'noindex',
      items: items.map((one) => ({ ...one, isOwn: own.includes(one.id) })),
      link,
      mail: `mailto:?subject=${encodeURIComponent(title)}&body=${encodeURIComponent(link)}`,
    })
  }

export const keep =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { publicId, isUnlisted } = await getShownOffer(deps, req.viewer, param(req, 'offer'))
    // The page of what was put aside reads what is listed, and may be passed on.
    if (isUnlisted) throw new NotFound()
    const others = keptIn(req).filter((id) => id !== publicId)
    req.session.set('kept', [...others, publicId].slice(-MOST_KEPT))
    req.session.flash('search.kept.done')
    return redirect(req, res, `/offers/${publicId}`)
  }

export const letGo = (): Handler => (req, res) => {
  const left = keptIn(req).filter((id) => id !== param(req, 'offer'))
  req.session.set('kept', left.length > 0 ? left : undefined)
  req.session.flash('search.kept.gone')
  return redirect(req, res, '/offers/kept')
}
