// SPDX-License-Identifier: AGPL-3.0-or-later
// The team reads what people say before it is public.
import type { Request } from 'express'
import { limits } from '../../../config/limits.ts'
import { countTestimonials, testimonialsList } from '../../../db/queries/testimonials.ts'
import type { Deps } from '../../deps.ts'
import { TESTIMONIAL_STATES } from '../../model/testimonial.ts'
import { Refused } from '../../web/errors.ts'
import { parseForm } from '../../web/forms.ts'
import { param, query, type Handler } from '../../web/handler.ts'
import { redirect } from '../../web/redirect.ts'
import { placeAsked, readPage } from '../../web/rows.ts'
import { decideTestimonial } from '../commands/testimonial.ts'
import { decisionOfTestimonial, undoneTestimonial } from '../forms.ts'
import { TESTIMONIALS, testimonialsPage } from '../pages/testimonial.ts'

export const index =
  (deps: Deps): Handler =>
  async (req, res) => {
    const show = TESTIMONIAL_STATES.find((one) => one === query(req, 'show')) ?? 'waiting'
    const page = await readPage(testimonialsList(deps.db, show), placeAsked(req), limits.pageLength)
    const count = await countTestimonials(deps.db, show, limits.mostCounted)
    await res.page('applications/testimonials', testimonialsPage(req.t, show, page, count))
  }

export const decide =
  (deps: Deps): Handler =>
  async (req, res) => {
    const id = param(req, 'testimonial')
    const parsed = parseForm(decisionOfTestimonial, req.body)
    if (!parsed.ok) req.session.flash('applications.testimonial.choose', {}, 'wait')
    else {
      await orTell(req, async () => {
        const done = await decideTestimonial(deps, req.viewer, id, parsed.value)
        const undo = done && {
          action: `${TESTIMONIALS}/${id}/undo`,
          value: `${done.version} ${done.was}`,
          label: req.t('applications.testimonial.undo'),
        }
        req.session.flash(`applications.testimonial.done.${parsed.value.state}`, {}, 'ok', { undo })
      })
    }
    await redirect(req, res, TESTIMONIALS)
  }

export const undo =
  (deps: Deps): Handler =>
  async (req, res) => {
    const parsed = parseForm(undoneTestimonial, req.body)
    if (parsed.ok) {
      await orTell(req, async () => {
        await decideTestimonial(deps, req.viewer, param(req, 'testimonial'), parsed.value.undo)
        req.session.flash('applications.testimonial.undone')
      })
    }
    await redirect(req, res, TESTIMONIALS)
  }

/** What the person changed or took back meanwhile, or a colleague decided, is told; the list shows it as it is now. */
async function orTell(req: Request, act: () => Promise<void>): Promise<void> {
  try {
    await act()
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    req.session.flash(error.key, {}, 'wait')
  }
}
