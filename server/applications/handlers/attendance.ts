// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { listAttending } from '../../../db/queries/attendance.ts'
import { findOffer } from '../../../db/queries/offers.ts'
import type { Deps } from '../../deps.ts'
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
    const { offer } = await load(deps, req)
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
  const { offer, rows } = await load(deps, req)
  await res.page('applications/attendance', attendancePage(offer, rows, req.t))
}

async function load(deps: Deps, req: Request) {
  const offer = await findOffer(deps.db, param(req, 'offer'))
  if (!offer || offer.revision === 0) throw new NotFound()
  return { offer, rows: await listAttending(deps.db, offer.id, MOST_ATTENDING) }
}
