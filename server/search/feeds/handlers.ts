// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { findAssociation } from '../../../db/queries/association.ts'
import type { Deps } from '../../deps.ts'
import type { MakeAnswer } from '../../web/public-answer.ts'
import { linkPages, readQuery } from '../request.ts'
import { queryOf } from '../query.ts'
import { search, type FoundOffer, type Query } from '../search.ts'
import { toAtom } from './atom.ts'
import { listToCome, MOST_IN_CALENDAR } from './calendar-offers.ts'
import { toCalendar, writeEvent } from './icalendar.ts'
import { entryOf, type Feed } from './entries.ts'
import { toJsonFeed } from './json-feed.ts'
import { openToAll, refuseUnclear } from './sending.ts'

const PER_PAGE = 50

type Write = (feed: Feed) => string
const feed =
  (path: string, type: string, write: Write) =>
  (deps: Deps): MakeAnswer =>
  async (req, res) => {
    openToAll(res)
    const made = await makeFeed(deps, req, res, path)
    return made && { body: write(made), type, changed: await deps.offerSearch.lastChange(deps.clock.iso()) }
  }

export const atom = feed('/offers.atom', 'application/atom+xml', toAtom)
export const json = feed('/offers.json', 'application/feed+json', (made) => JSON.stringify(toJsonFeed(made)))

async function makeFeed(deps: Deps, req: Request, res: Response, path: string): Promise<Feed | undefined> {
  const { query, ignored } = readQuery(deps, req)
  if (refuseUnclear(req, res, query, ignored)) return undefined
  const found = await search(deps, query, deps.clock.iso(), { perPage: PER_PAGE })
  const { publicUrl } = deps.config
  const { asked } = query
  linkPages(deps, res, path, query, found)
  return {
    ...headOf(deps, req, query),
    self: `${publicUrl}${path}${queryOf(asked, { page: found.page })}`,
    next: found.page < found.pages ? `${publicUrl}${path}${queryOf(asked, { page: found.page + 1 })}` : null,
    updated: newestOf(found.offers) ?? (await findAssociation(deps.db))?.created_at ?? deps.clock.iso(),
    entries: found.offers.map((offer) => entryOf(wordingOf(deps, req), publicUrl, String(req.site.timeZone), offer)),
  }
}

/** A program that is subscribed to it asks for one address only, so it holds all of the search that is to come. */
export const calendar =
  (deps: Deps): MakeAnswer =>
  async (req, res) => {
    openToAll(res)
    const { query, ignored } = readQuery(deps, req)
    if (refuseUnclear(req, res, query, ignored)) return undefined
    const { t } = req
    const timeZone = String(req.site.timeZone)
    const deadline = (title: string) => t('search.feed.deadline', { title })
    const { events, isCut } = await listToCome(deps, query, {
      timeZone,
      words: `${t.locale} ${timeZone}`,
      write: (offer) => writeEvent(entryOf(wordingOf(deps, req), deps.config.publicUrl, timeZone, offer), deadline),
    })
    const about = isCut ? t('search.feed.cut', { count: t.number(MOST_IN_CALENDAR) }) : ''
    const body = toCalendar(headOf(deps, req, query), events, about)
    return { body, type: 'text/calendar', changed: await deps.offerSearch.lastChange(deps.clock.iso()) }
  }

const wordingOf = (deps: Deps, { t }: Request) => ({ t, taxonomies: deps.taxonomies })

function headOf({ config }: Deps, req: Request, { asked }: Query) {
  return {
    title: `${req.t('search.feed.title')}, ${req.site.name}`,
    lang: String(req.site.lang),
    author: { name: req.site.name, url: `${config.publicUrl}/` },
    page: `${config.publicUrl}/offers${queryOf(asked)}`,
  }
}

/** When what is shown last changed; an offer may have been written long before it is visible. */
function newestOf(offers: readonly FoundOffer[]): string | undefined {
  return offers
    .flatMap(({ updated_at, visible_from }) => [updated_at, visible_from])
    .toSorted()
    .at(-1)
}
