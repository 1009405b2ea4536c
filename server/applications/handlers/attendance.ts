// SPDX-License-Identifier: AGPL-3.0-or-later
// Who came: for whoever is signed in, and by the link in the mail that asks.
import type { Request, Response } from 'express'
import { getAssociation } from '../../../db/queries/association.ts'
import { listAttending } from '../../../db/queries/attendance.ts'
import { findOffer, type OfferRow } from '../../../db/queries/offers.ts'
import { dateIn } from '../../base/clock.ts'
import type { Deps } from '../../deps.ts'
import { hasEnded } from '../../model/offer/event-days.ts'
import type { Viewer } from '../../model/viewer.ts'
import { NotFound, Refused } from '../../web/errors.ts'
import { typedValues } from '../../web/forms.ts'
import { param, type Handler } from '../../web/handler.ts'
import { redirect } from '../../web/redirect.ts'
import { attendancePath, findAttendanceLink } from '../answer-link.ts'
import { noteAttendance, type Came } from '../commands/attend.ts'
import { attendancePage, MOST_ATTENDING, type Place } from '../pages/attendance.ts'

export const show =
  (deps: Deps): Handler =>
  async (req, res) => {
    const offer = await offerOf(deps, req)
    await showAttendance(deps, req, res, offer, atWork(offer))
  }

export const save =
  (deps: Deps): Handler =>
  async (req, res) => {
    const offer = await offerOf(deps, req)
    await saveAttendance(deps, req, res, req.viewer, offer, atWork(offer))
  }

export const showByLink =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { offer, place } = await byLink(deps, req, res)
    await showAttendance(deps, req, res, offer, place)
  }

export const saveByLink =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { viewer, offer, place } = await byLink(deps, req, res)
    await saveAttendance(deps, req, res, viewer, offer, place)
  }

const atWork = ({ id }: OfferRow): Place => ({
  self: `/work/offers/${id}/attendance`,
  offerHref: `/work/offers/${id}`,
  hoursHref: `/work/hours/sheet?offer=${id}`,
  linkOf: '',
})

async function byLink(deps: Deps, req: Request, res: Response) {
  // The URL gives access to names, so nothing of the page may stay in a browser or a cache.
  res.set('Cache-Control', 'no-store')
  const token = param(req, 'token')
  const { viewer, offer } = await findAttendanceLink(deps.db, deps, token)
  const place: Place = {
    self: attendancePath(token),
    offerHref: `/offers/${offer.id}`,
    hoursHref: '',
    linkOf: viewer.name,
  }
  return { viewer, offer, place }
}

async function saveAttendance(
  deps: Deps,
  req: Request,
  res: Response,
  viewer: Viewer,
  offer: OfferRow,
  { self }: Place,
): Promise<void> {
  const noted = new Map<string, Came>()
  for (const [name, value] of Object.entries(typedValues(req.body))) {
    const id = /^came_([\w-]{1,64})$/.exec(name)?.[1]
    if (id && (value === 'came' || value === 'missed') && noted.size < MOST_ATTENDING) noted.set(id, value)
  }
  const count = await noteAttendance(deps, viewer, offer.id, noted)
  req.session.flash(count > 0 ? 'applications.attendance.done' : 'applications.attendance.nothing')
  await redirect(req, res, self)
}

async function showAttendance(deps: Deps, req: Request, res: Response, offer: OfferRow, place: Place): Promise<void> {
  const today = dateIn((await getAssociation(deps.db)).time_zone, deps.clock.now())
  if (!hasEnded(offer.content, today)) {
    // A look by a program that opens all links of a mail begins no session.
    if (!req.viewer.isSignedIn) throw new Refused('applications.refused.not_over')
    req.session.flash('applications.refused.not_over', {}, 'wait')
    return redirect(req, res, place.offerHref)
  }
  const rows = await listAttending(deps.db, offer.id, MOST_ATTENDING)
  await res.page('applications/attendance', attendancePage(offer, rows, place, req.t))
}

async function offerOf(deps: Deps, req: Request): Promise<OfferRow> {
  const offer = await findOffer(deps.db, param(req, 'offer'))
  if (!offer || offer.revision === 0) throw new NotFound()
  return offer
}
