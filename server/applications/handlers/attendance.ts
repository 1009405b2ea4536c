// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { getAssociation } from '../../../db/queries/association.ts'
import { listAttending } from '../../../db/queries/attendance.ts'
import { findOffer, type OfferRow } from '../../../db/queries/offers.ts'
import { dateIn } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import { hasEnded } from '../../model/offer/event-days.ts'
import { NotFound } from '../../web/errors.ts'
import { typedValues } from '../../web/forms.ts'
import { param, type Handler } from '../../web/handler.ts'
import { redirect } from '../../web/redirect.ts'
import { noteAttendance, type Came } from '../commands/attend.ts'
import { attendancePage, MOST_ATTENDING } from '../pages/attendance.ts'

export const show =
  (deps: Deps): Handler =>
  async (req, res) =>
    showAttendance(deps, req, res)

export const save =
  (deps: Deps): Handler =>
  async (req, res) => {
    const offer = await offerOf(deps, req)
    const noted = new Map<string, Came>()
    for (const [name, value] of Object.entries(typedValues(req.body))) {
      const id = /^came_([\w-]{1,64})$/.exec(name)?.[1]
      if (id && (value === 'came' || value === 'missed') && noted.size < MOST_ATTENDING) noted.set(id, value)
    }
    const count = await noteAttendance(deps, req.viewer, offer.id, noted)
    req.session.flash(count > 0 ? 'applications.attendance.done' : 'applications.attendance.nothing')
    await redirect(req, res, `/work/offers/${offer.id}/attendance`)
  }

async function showAttendance(deps: Deps, req: Request, res: Response): Promise<void> {
  const offer = await offerOf(deps, req)
  const today = dateIn((await getAssociation(deps.db)).time_zone, deps.clock.now())
  if (!hasEnded(offer.content, today)) {
    req.session.flash('applications.refused.not_over', {}, 'wait')
    return redirect(req, res, `/work/offers/${offer.id}`)
  }
  const rows = await listAttending(deps.db, offer.id, MOST_ATTENDING)
  await res.page('applications/attendance', attendancePage(offer, rows, req.t))
}

async function offerOf(deps: Deps, req: Request): Promise<OfferRow> {
  const offer = await findOffer(deps.db, param(req, 'offer'))
  if (!offer || offer.revision === 0) throw new NotFound()
  return offer
}
