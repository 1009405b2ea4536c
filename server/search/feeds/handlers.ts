// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import type { Deps } from '../../deps.ts'
import type { MakeAnswer } from '../../web/public-answer.ts'
import { linkPages, readQuery } from '../request.ts'
import { queryOf } from '../query.ts'
import { search } from '../search.ts'
import { toAtom } from './atom.ts'
import { toCalendar } from './icalendar.ts'
import { entryOf, type Feed } from './entries.ts'
import { toJsonFeed } from './json-feed.ts'
import { openToAll, refuseUnclear } from './sending.ts'

const PER_PAGE = 50

type Write = (feed: Feed, req: Request) => string
const feed =
  (path: string, type: string, write: Write) =>
  (deps: Deps): MakeAnswer =>
  async (req, res) => {
    openToAll(res)
    const made = await makeFeed(deps, req, res, path)
    return made && { body: write(made, req), type, changed: made.updated }
  }

export const atom = feed('/offers.atom', 'application/atom+xml', toAtom)
export const json = feed('/offers.json', 'application/feed+json', (made) => JSON.stringify(toJsonFeed(made)))
export const calendar = feed('/offers.ics', 'text/calendar', (made, { t }) =>
  toCalendar(made, { deadline: (title) => t('search.feed.deadline', { title }) }),
)

async function makeFeed(deps: Deps, req: Request, res: Response, path: string): Promise<Feed | undefined> {
  const { query, ignored } = readQuery(deps, req)
  if (refuseUnclear(req, res, query, ignored)) return undefined
  const now = deps.clock.iso()
  const found = await search(deps, query, now, { perPage: PER_PAGE })
  const { publicUrl } = deps.config
  const { asked } = query
  linkPages(deps, res, path, query, found)
  const wording = { t: req.t, taxonomies: deps.taxonomies }
  return {
    title: `${req.t('search.feed.title')}, ${req.site.name}`,
    lang: String(req.site.lang),
    author: { name: req.site.name, url: `${publicUrl}/` },
    self: `${publicUrl}${path}${queryOf(asked, { page: found.page })}`,
    page: `${publicUrl}/offers${queryOf(asked)}`,
    next: found.page < found.pages ? `${publicUrl}${path}${queryOf(asked, { page: found.page + 1 })}` : null,
    updated: (await deps.offerSearch.lastChange(now)) ?? now,
    entries: found.offers.map((offer) => entryOf(wording, publicUrl, String(req.site.timeZone), offer)),
  }
}
