// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request } from 'express'
import type { Deps } from '../deps.ts'
import { countMembers, listMemberSectors, listMembersPage, listMemberTowns } from '../../db/queries/public-figures.ts'
import { listLinked } from '../../db/queries/listings.ts'
import { findPartnerLogos } from '../../db/queries/partner-logos.ts'
import { listShownTestimonials } from '../../db/queries/testimonials.ts'
import { picturesOf } from '../public-offer/pictures.ts'
import { channelOf } from '../public-offer/via.ts'
import { NotFound } from '../web/errors.ts'
import { param, query, type Handler } from '../web/handler.ts'
import type { MakeAnswer } from '../web/public-answer.ts'
import { pageOf } from '../web/paging.ts'
import { hasRight } from '../model/viewer.ts'
import { redirect as redirectTo } from '../web/redirect.ts'
import { approversOf } from './approvers.ts'
import { memberMap } from './pages/member-map.ts'
import { associationsPage } from './pages/associations-page.ts'
import { offerPage } from './pages/offer-page.ts'
import { keptIn } from './put-aside.ts'
import { cardView, linkPages, readQuery } from './request.ts'
import { findSimilar, search } from './search.ts'
import { searchPage } from './pages/search-page.ts'
import { getShownOffer, nameOf, type ShownOffer } from './shown-offer.ts'
import { noteShown, noteView } from '../statistics/count.ts'

/** With their logos a page of them stays light: test/web/weight.test.ts. */
const MEMBERS_A_PAGE = 18
/** The others are on the page of the association. */
const MOST_TESTIMONIALS = 3

export const index =
  (deps: Deps): MakeAnswer =>
  async (req, res) => {
    const { query: asked, ignored } = readQuery(deps, req)
    const found = await search(deps, asked, deps.clock.iso(), { whole: true })
    linkPages(deps, res, '/offers', asked, found)
    const view = { ...cardView(deps, req), approvers: await approversOf(deps.db, found.offers) }
    const shown = [...found.offers, ...(found.remote?.offers ?? [])]
    const uris = [...new Set(shown.map(({ offer_uri }) => offer_uri))]
    return {
      body: res.html('search/index', searchPage(view, req.site, asked, found, ignored)),
      type: 'text/html',
      note: (visit) => noteShown(deps, visit, uris),
    }
  }

/** Used by older sites and by people who type French. */
export const redirect = (): Handler => (req, res) => {
  const at = req.originalUrl.indexOf('?')
  return redirectTo(req, res, `/offers${at < 0 ? '' : req.originalUrl.slice(at)}`, 301)
}

export const show =
  (deps: Deps): MakeAnswer =>
  async (req, res) => {
    // The federation answers at the same address with the activity's object.
    if (deps.config.federation) res.vary('Accept')
    const offer = await getShownOffer(deps, req.viewer, param(req, 'offer'))
    const via = query(req, 'via').slice(0, 200)
    const channel = offer.offerId ? await channelOf(deps, deps.db, offer.offerId, via) : ''
    const similar = await findSimilar(deps, similarTo(deps, offer), deps.clock.iso())
    const approvers = (await approversOf(deps.db, [nameOf(offer)])).get(offer.uri) ?? []
    const logos = await findPartnerLogos(deps.db, [offer.association.uri])
    const linked = await listLinked(deps.db, { uri: offer.uri, linked: offer.content.linked }, deps.clock.iso())
    const pictures = await picturesOf(deps.db, deps, req.t, { uri: offer.uri, ...offer.content })
    const testimonials = offer.offerId ? await listShownTestimonials(deps.db, offer.offerId, MOST_TESTIMONIALS) : []
    // Only somebody with a session has any, and then the page is not kept.
    const kept = keptIn(req)
    const view = {
      offer,
      logo: logos.get(offer.association.uri),
      approvers,
      pictures,
      testimonials,
      linked,
      similar,
      via,
      back: searchBefore(deps, req),
      mayEdit: hasRight(req.viewer, 'offers'),
      kept: { count: kept.length, isAmong: kept.includes(offer.publicId) },
    }
    const { uri, offerId, state, isUnlisted } = offer
    return {
      body: res.html('search/offer', offerPage(cardView(deps, req), req.site, view)),
      type: 'text/html',
      note: (visit) => noteView(deps, visit, { uri, offerId, channel }),
      isLasting: (state === 'open' || state === 'full') && !isUnlisted,
    }
  }

function similarTo({ places }: Deps, { uri, content }: ShownOffer) {
  const points = content.places.flatMap(({ code, latitude, longitude }) => {
    const known = code ? places.find(code) : undefined
    const at = { latitude: latitude ?? known?.latitude, longitude: longitude ?? known?.longitude }
    return at.latitude === undefined || at.longitude === undefined ? [] : [{ ...at, code: code ?? '' } as const]
  })
  return {
    uri,
    causes: content.causes,
    points: points.slice(0, 3) as { latitude: number; longitude: number; code: string }[],
  }
}

/** The crumb leads back to it, so the page of an offer differs from one visitor to the next. */
export function searchBefore(deps: Deps, req: Request): string | null {
  const from = req.get('referer') ?? ''
  const search = `${deps.config.publicUrl}/offers?`
  return from.startsWith(search) && from.length < 2000 ? from.slice(deps.config.publicUrl.length) : null
}

export const associations =
  (deps: Deps): MakeAnswer =>
  async (req, res) => {
    if (req.site.kind === 'association') throw new NotFound()
    const towns = await listMemberTowns(deps.db)
    const town = towns.find(({ code }) => code === query(req, 'town'))?.code ?? ''
    const sectors = (await listMemberSectors(deps.db)).filter(({ code }) => deps.taxonomies.has('cause', code))
    const sector = sectors.find(({ code }) => code === query(req, 'sector'))?.code ?? ''
    const count = await countMembers(deps.db, { town, sector })
    const page = pageOf(query(req, 'page'), count, MEMBERS_A_PAGE)
    const members = await listMembersPage(deps.db, { ...page, town, sector })
    const offers = await deps.offerSearch.countByAssociation(deps.clock.iso())
    const { host } = new URL(deps.config.publicUrl)
    const logos = await findPartnerLogos(
      deps.db,
      members.map(({ partner_uri }) => partner_uri),
    )
    const model = associationsPage(req.t, {
      host,
      count,
      page,
      members,
      offers,
      logos,
      towns,
      town,
      sectors,
      sector,
      labelOf: (code) => deps.taxonomies.label('cause', code, req.t.locale),
      map: memberMap(deps.places, towns),
    })
    return { body: res.html('search/associations', model), type: 'text/html' }
  }
