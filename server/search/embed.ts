// SPDX-License-Identifier: AGPL-3.0-or-later
// Offers in a frame of another site, without our header, cookie or script; and the page on which the team makes one.
import type { Request, Response } from 'express'
import type { Deps } from '../deps.ts'
import { query as asked, type Handler } from '../web/handler.ts'
import { wholeNumber } from '../web/paging.ts'
import type { MakeAnswer } from '../web/public-answer.ts'
import { readSite } from '../web/site.ts'
import { LOCALES } from '../text/i18n.ts'
import { approversOf } from './approvers.ts'
import { cardOf } from './pages/cards.ts'
import { embedPage, LOOKS, MOST_IN_FRAME, USUAL_IN_FRAME, type Frame } from './pages/embed-page.ts'
import { queryOf } from './query.ts'
import { cardView, readQuery } from './request.ts'
import { search } from './search.ts'

/** What is not understood counts as not said, as in every address of a search. */
function readFrame(req: Request): Frame {
  return {
    number: wholeNumber(asked(req, 'number'), 1, MOST_IN_FRAME) ?? USUAL_IN_FRAME,
    look: LOOKS.find((look) => look === asked(req, 'look')) ?? '',
    lang: LOCALES.find((locale) => locale === asked(req, 'lang')) ?? '',
  }
}

function withPolicy(res: Response, name: string, value: string): void {
  const policy = String(res.get('content-security-policy')).split(';')
  const others = policy.filter((one) => !one.startsWith(`${name} `))
  res.set('Content-Security-Policy', [...others, `${name} ${value}`].join(';'))
}

export const frame =
  (deps: Deps): MakeAnswer =>
  async (req, res) => {
    const { number, look, lang } = readFrame(req)
    if (lang) await readSite(deps, req, lang)
    const { query } = readQuery(deps, req)
    const found = await search(deps, query, deps.clock.iso(), { perPage: number })
    const view = { ...cardView(deps, req), approvers: await approversOf(deps.db, found.offers) }
    withPolicy(res, 'frame-ancestors', '*')
    res.set('Cross-Origin-Resource-Policy', 'cross-origin')
    res.removeHeader('X-Frame-Options')
    const all = `/offers${queryOf(query.asked)}`
    const body = res.html('search/embed', {
      layout: 'plain',
      look,
      title: req.t('search.feed.title'),
      canonical: deps.config.publicUrl + all,
      cards: found.offers.map((offer) => cardOf(view, offer)),
      total: found.total,
      all,
    })
    return { body, type: 'text/html' }
  }

export const settings =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { query, ignored } = readQuery(deps, req)
    const found = await search(deps, query, deps.clock.iso(), { perPage: 1 })
    withPolicy(res, 'frame-src', "'self'")
    const view = { ...cardView(deps, req), site: req.site }
    await res.page(
      'search/embed-settings',
      embedPage(view, { query, ignored, frame: readFrame(req), total: found.total }),
    )
  }
