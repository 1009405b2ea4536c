// SPDX-License-Identifier: AGPL-3.0-or-later
import { limits } from '../../../config/limits.ts'
import { answersShown } from '../../applications/delay.ts'
import { getAssociation } from '../../../db/queries/association.ts'
import { listShownTestimonials, testimonialsList } from '../../../db/queries/testimonials.ts'
import type { Deps } from '../../deps.ts'
import type { Handler } from '../../web/handler.ts'
import { testimonialOf } from '../../public-offer/testimonials.ts'
import { addressWith } from '../../web/paging.ts'
import { pagerByRow, placeAsked, readPage } from '../../web/rows.ts'
import { SOURCE_PATH, softwareVersion } from '../../web/software.ts'
import { staticPage, type StaticName } from '../pages/static.ts'

/** On the page about the association. */
const MOST_TESTIMONIALS = 3

const page =
  (name: StaticName) =>
  (deps: Deps): Handler =>
  async (req, res) =>
    res.page(`association/${name}`, staticPage(deps, req.t, await getAssociation(deps.db), software(deps), name))

/** With the latest words of volunteers. */
export const about =
  (deps: Deps): Handler =>
  async (req, res) => {
    const model = staticPage(deps, req.t, await getAssociation(deps.db), software(deps), 'about')
    const latest = await listShownTestimonials(deps.db, null, MOST_TESTIMONIALS + 1)
    const testimonials = latest.slice(0, MOST_TESTIMONIALS).map((row) => testimonialOf(req.t, row, true))
    const answers = req.site.kind === 'centre' ? null : await answersShown(deps, req.t)
    await res.page('association/about', { ...model, answers, testimonials, more: latest.length > MOST_TESTIMONIALS })
  }

/** All of them. */
export const testimonials =
  (deps: Deps): Handler =>
  async (req, res) => {
    const page = await readPage(testimonialsList(deps.db, 'shown'), placeAsked(req), limits.pageLength)
    await res.page('association/testimonials', {
      title: req.t('association.page.about.testimonials'),
      items: page.rows.map((row) => testimonialOf(req.t, row, true)),
      pager: pagerByRow(page, (place) => addressWith('/testimonials', { ...place })),
    })
  }
export const accessibility = page('accessibility')
export const privacy = page('privacy')
export const legal = page('legal')

function software({ config }: Deps) {
  return { version: softwareVersion(), source: config.sourceUrl ?? SOURCE_PATH }
}
