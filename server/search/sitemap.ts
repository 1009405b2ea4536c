// SPDX-License-Identifier: AGPL-3.0-or-later
// What search engines read (https://www.sitemaps.org/protocol.html): only pages whose canonical address is here, so no
// offers of members. An offer that is over is in no file any more.
import { setImmediate } from 'node:timers/promises'
import type { Request } from 'express'
import { limits } from '../../config/limits.ts'
import { listListedAfter, listPartEnds } from '../../db/queries/listed.ts'
import type { Deps } from '../deps.ts'
import { query, type Handler } from '../web/handler.ts'
import { streamTexts } from '../web/stream.ts'
import { xml } from './feeds/atom.ts'

const READ_AT_ONCE = 500
const NAMESPACE = 'http://www.sitemaps.org/schemas/sitemap/0.9'
const PAGES = ['/', '/offers', '/about', '/accessibility', '/privacy', '/legal'] as const

const entry = (tag: 'url' | 'sitemap', address: string, changed: string | null): string =>
  `<${tag}><loc>${xml(address)}</loc>${changed ? `<lastmod>${changed}</lastmod>` : ''}</${tag}>\n`
const begin = (tag: 'urlset' | 'sitemapindex') =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<${tag} xmlns="${NAMESPACE}">\n`

/** The index of the files. */
export const index =
  ({ db, config, offerSearch, clock }: Deps): Handler =>
  async (_req, res) => {
    const changed = await offerSearch.lastChange(clock.iso())
    const ends = await listPartEnds(db, limits.sitemapEntries)
    const files = [
      `${config.publicUrl}/sitemap/pages.xml`,
      ...['', ...ends].map((after) => `${config.publicUrl}/sitemap/offers.xml${after && `?after=${after}`}`),
    ]
    const body = files.map((file, at) => entry('sitemap', file, at === 0 ? null : changed)).join('')
    res.type('application/xml').send(`${begin('sitemapindex')}${body}</sitemapindex>\n`)
  }

export const pages =
  ({ config }: Deps): Handler =>
  (req, res) => {
    const all = req.site.kind === 'association' ? PAGES : [...PAGES, '/associations']
    const body = all.map((path) => entry('url', config.publicUrl + path, null)).join('')
    res.type('application/xml').send(`${begin('urlset')}${body}</urlset>\n`)
  }

/** Our own offers behind the one that the address names. */
export const offers =
  (deps: Deps): Handler =>
  (req, res) =>
    streamTexts(res.set('Content-Type', 'application/xml; charset=utf-8'), offerTexts(deps, req))

async function* offerTexts({ db, config, clock }: Deps, req: Request): AsyncGenerator<string> {
  yield begin('urlset')
  const now = clock.iso()
  let after = query(req, 'after')
  for (let left: number = limits.sitemapEntries; left > 0;) {
    const rows = await listListedAfter(db, after, { now, most: Math.min(READ_AT_ONCE, left) })
    const listed = rows.filter(({ is_listed }) => is_listed)
    if (listed.length > 0)
      yield listed.map((one) => entry('url', `${config.publicUrl}/offers/${one.offer_id}`, one.updated_at)).join('')
    if (rows.length < Math.min(READ_AT_ONCE, left)) break
    left -= rows.length
    after = rows.at(-1)!.offer_id
    await setImmediate()
  }
  yield '</urlset>\n'
}

/** Everything may be read; what is not for search engines says so itself. */
export const robots =
  ({ config }: Deps): Handler =>
  (_req, res) => {
    res.type('text/plain').send(`User-agent: *\nDisallow:\n\nSitemap: ${config.publicUrl}/sitemap.xml\n`)
  }
