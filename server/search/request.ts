// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import type { Deps } from '../deps.ts'
import type { CardView } from './pages/cards.ts'
import { queryOf, readAsked, type Asked, type Ignored } from './query.ts'
import { understand, type Found, type Query } from './search.ts'

export function cardView(deps: Deps, req: Request): CardView {
  const { name, kind } = req.site
  return { t: req.t, taxonomies: deps.taxonomies, places: deps.places, centre: name, isCentre: kind !== 'association' }
}

export function readQuery(deps: Deps, req: Request): { query: Query; ignored: Ignored[] } {
  const { asked, ignored } = readAsked(req.query, deps.taxonomies)
  return { query: understandFor(deps, req, asked), ignored }
}

/** As it is meant at this site. */
export function understandFor(deps: Deps, req: Request, asked: Asked): Query {
  const { country, territory } = req.site
  return understand(deps.places, asked, country as 'FR' | 'CA', territory as string[])
}

/** Link header, for programs (RFC 8288). */
export function linkPages(
  deps: Deps,
  res: Response,
  path: string,
  { asked }: Query,
  { page, pages }: Found,
  more = '',
): void {
  const at = (number: number) => {
    const text = [queryOf(asked, { page: number }).slice(1), more].filter(Boolean).join('&')
    return `${deps.config.publicUrl}${path}${text && `?${text}`}`
  }
  const links = {
    ...(page > 1 && { first: at(1), prev: at(Math.min(page - 1, pages)) }),
    ...(page < pages && { next: at(page + 1), last: at(pages) }),
  }
  if (Object.keys(links).length > 0) res.links(links)
}
