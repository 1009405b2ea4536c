// SPDX-License-Identifier: AGPL-3.0-or-later
// The page of an application for the team, again with what is to be said.
import type { Request, Response } from 'express'
import * as applications from '../../db/queries/applications.ts'
import { listEventsOf } from '../../db/queries/events.ts'
import { findGuardian } from '../../db/queries/guardians.ts'
import { listNames } from '../../db/queries/hours.ts'
import { findMailAbout } from '../../db/queries/mails.ts'
import type { Deps } from '../deps.ts'
import { Forbidden, NotFound, Refused } from '../web/errors.ts'
import { emptyForm, type Form } from '../web/forms.ts'
import { param } from '../web/handler.ts'
import { findHomeOffer } from './offer.ts'
import { showPage } from './pages/work.ts'
import { mayAnswer } from './policy.ts'
import type { Talk } from './pages/messages.ts'
import { readLine } from './read-line.ts'
import { readTalk } from './read-talk.ts'
import { readWelcome } from './read-welcome.ts'
import { step } from './rules.ts'

/** When a colleague answered first or no seat is left, the same page says so and keeps what was typed. */
export async function orExplain(deps: Deps, req: Request, res: Response, form: Form, act: () => Promise<void>) {
  try {
    await act()
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    await showOne(deps, req, res, form, 409, req.t(error.key, error.params))
  }
}

export async function showAgain(deps: Deps, req: Request, res: Response, form: Form) {
  const { application } = await load(deps, req)
  const may = step(application.state, 'accept')
  if (may.ok) return showOne(deps, req, res, form, 422)
  return showOne(deps, req, res, emptyForm(), 409, req.t(may.reason))
}

type TalkAgain = Pick<Talk, 'form' | 'refused'>

export async function showOne(
  deps: Deps,
  req: Request,
  res: Response,
  form: Form,
  status = 200,
  refused = '',
  again: TalkAgain = {},
) {
  const loaded = await load(deps, req)
  const { id } = loaded.application
  const talk = { ...(await readTalk(deps, id)), ...again }
  const one = { ...loaded, talk, guardian: await findGuardian(deps.db, id), welcome: await readWelcome(deps, id) }
  await res.page(
    'applications/show',
    { ...showPage(one, form, refused), undelivered: await isUndelivered(one) },
    status,
  )
}

/** The first mail to the person was refused for good, and none arrived since. */
async function isUndelivered({
  deps,
  application: { id, person_id },
}: Pick<Awaited<ReturnType<typeof load>>, 'deps' | 'application'>) {
  const abouts = [`application:${id}`, ...(person_id ? [`person:${person_id}`] : [])]
  const mails = await Promise.all(abouts.map((about) => findMailAbout(deps.db, about)))
  return mails.some((mail) => mail?.state === 'failed')
}

export async function load(deps: Deps, req: Request) {
  if (!mayAnswer(req.viewer)) throw new Forbidden()
  const application = await applications.findApplication(deps.db, param(req, 'application'))
  const offer = application && (await findHomeOffer(deps.db, application.offer_id))
  if (!offer || application.state === 'unconfirmed') throw new NotFound()
  const events = await listEventsOf(deps.db, application.id, 'application')
  const actors = events.flatMap(({ actorId }) => (actorId ? [actorId] : []))
  const names = await listNames(deps.db, [...new Set(actors)])
  const line = await readLine(deps, application, events)
  return { deps, application, offer, events, names, line, association: req.site.name, t: req.t }
}
