// SPDX-License-Identifier: AGPL-3.0-or-later
// Putting an offer online on a day to come, and taking that back.
import type { Request, Response } from 'express'
import { dateIn } from '../../base/clock.ts'
import { addDays } from '../../base/days.ts'
import type { Deps } from '../../deps.ts'
import { isScheduled } from '../../model/offer/standing.ts'
import { daysOf, MAX_DAYS } from '../../model/offer/window.ts'
import { Refused } from '../../web/errors.ts'
import { emptyForm, parseForm, withErrors, type Form } from '../../web/forms.ts'
import type { Handler } from '../../web/handler.ts'
import { redirect } from '../../web/redirect.ts'
import { runCommand } from '../../web/run-command.ts'
import { missingToPublish } from '../commands/change.ts'
import { routesOf } from '../commands/routing.ts'
import { scheduleOffer } from '../commands/schedule.ts'
import { centresIn, scheduleForm } from '../forms.ts'
import { routeLines } from '../pages/why.ts'
import { titleOf } from '../pages/words.ts'
import { pathOf, readOwn, receiverNames, type Own } from '../responses.ts'

const mayPlan = ({ offer, now }: Own): boolean =>
  offer.state === 'draft' || (offer.state === 'published' && isScheduled(offer, now))

/** For an offer that is or was online there is nothing to plan: its own page says how it stands. */
async function render(deps: Deps, req: Request, res: Response, own: Own, form: Form): Promise<void> {
  const { offer, association, now } = own
  const planned = isScheduled(offer, now)
  if (!mayPlan(own)) return redirect(req, res, pathOf(offer))
  const zone = association.time_zone
  const today = dateIn(zone, new Date(now))
  const from = offer.publish_from !== null && offer.publish_from > now ? offer.publish_from : null
  const isDraft = offer.state === 'draft'
  const missing = isDraft ? await missingToPublish(deps.db, own, now) : []
  const routes = isDraft && offer.visibility === 'public' ? await routesOf(deps.db, deps, offer) : []
  await res.page(
    'offers/schedule',
    {
      title: req.t('offers.schedule.title', { offer: titleOf(req.t, offer.content).text }),
      back: pathOf(offer),
      action: pathOf(offer, '/schedule'),
      undo: planned ? pathOf(offer, '/pause') : '',
      planned: planned && from ? req.t('offers.notice.scheduled', { day: req.t.date(from, 'long') }) : '',
      firstDay: from ? daysOf({ from, until: from }, zone).firstDay : '',
      tomorrow: addDays(today, 1),
      latest: addDays(today, MAX_DAYS),
      isDraft,
      routes: routeLines(req.t, routes, centresIn(req.body)),
      isIncomplete: missing.length > 0,
      missing: missing.map(({ field, key }) => ({ text: req.t(key), href: pathOf(offer, `/edit#f-${field}`) })),
      form,
    },
    Object.keys(form.errors).length > 0 ? 422 : 200,
  )
}

export const ask =
  (deps: Deps): Handler =>
  async (req, res) =>
    render(deps, req, res, await readOwn(deps, req), emptyForm())

export const schedule =
  (deps: Deps): Handler =>
  async (req, res) => {
    const own = await readOwn(deps, req)
    if (!mayPlan(own)) throw new Refused('offers.refused.schedule')
    const parsed = parseForm(scheduleForm, req.body)
    if (!parsed.ok) return render(deps, req, res, own, parsed.form)
    const { first_day } = parsed.value
    const today = dateIn(own.association.time_zone, new Date(own.now))
    const fault =
      first_day <= today
        ? 'offers.schedule.past'
        : first_day > addDays(today, MAX_DAYS)
          ? 'offers.error.until_far'
          : undefined
    if (fault) return render(deps, req, res, own, withErrors(parsed.form, { first_day: fault }))
    const done = await runCommand(parsed.form, () =>
      scheduleOffer(deps, req.viewer, own.offer.id, first_day, centresIn(req.body)),
    )
    // What is missing stands above the form, with the way to each field.
    if (!done.ok)
      return render(deps, req, res, own, { values: parsed.form.values, errors: { _: 'offers.publish.incomplete' } })
    const day = req.t.date(first_day, 'long')
    if (own.offer.state === 'draft') {
      const centres = await receiverNames(deps, req.t, own.offer.id)
      req.session.flash(centres ? 'offers.schedule.done_sent' : 'offers.schedule.done_own', { day, centres })
    } else req.session.flash('offers.schedule.done', { day })
    await redirect(req, res, pathOf(own.offer))
  }
