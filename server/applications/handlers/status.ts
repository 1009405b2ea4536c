// SPDX-License-Identifier: AGPL-3.0-or-later
// The applicant's page, opened by the link in their mail. A GET changes nothing.
import type { Request, Response } from 'express'
import { findApplicationByToken } from '../../../db/queries/applications.ts'
import { listEventsOf } from '../../../db/queries/events.ts'
import { findGuardian } from '../../../db/queries/guardians.ts'
import { getAssociation } from '../../../db/queries/association.ts'
import { dateIn } from '../../base/clock.ts'
import { findTestimonialOf } from '../../../db/queries/testimonials.ts'
import type { Deps } from '../../deps.ts'
import { NotFound, Refused } from '../../web/errors.ts'
import { emptyForm, parseForm } from '../../web/forms.ts'
import { param, type Handler } from '../../web/handler.ts'
import { confirmApplication } from '../commands/confirm.ts'
import { sayCame } from '../commands/attend.ts'
import { takePlace } from '../commands/line.ts'
import { writeToTeam } from '../commands/messages.ts'
import { withdrawApplication } from '../commands/withdraw.ts'
import { usualDelay } from '../delay.ts'
import { attendanceForm, messageForm, withdrawForm } from '../forms.ts'
import { pathOf, tokenOf } from '../link.ts'
import { closedToApplicants, findHomeOffer } from '../offer.ts'
import { closedPage } from '../pages/apply.ts'
import { confirmPage, statusPage, withdrawPage } from '../pages/status.ts'
import type { Talk } from '../pages/messages.ts'
import { readLine } from '../read-line.ts'
import { readTalk } from '../read-talk.ts'
import { readWelcome } from '../read-welcome.ts'
import type { ApplicationState } from '../../model/application.ts'
import { step } from '../rules.ts'
import type { MessageKey } from '../../text/message-keys.ts'
import { sentForm } from '../../web/once.ts'
import { mayTestify } from '../testimonial.ts'
import { refuseTooMany } from '../../limits.ts'
import { redirect } from '../../web/redirect.ts'

export const show =
  (deps: Deps): Handler =>
  async (req, res) => {
    const setting = await settingOf(deps, req, res)
    const { application, offer } = setting
    if (application.state !== 'unconfirmed') return showStatus(deps, req, res, setting)
    const why = closedToApplicants(offer, deps.clock.iso(), application.seats)
    if (why) return res.page('applications/closed', closedPage(setting, why))
    await res.page('applications/confirm', confirmPage(setting))
  }

type Setting = Awaited<ReturnType<typeof settingOf>>
type TalkAgain = Pick<Talk, 'form' | 'refused'>

async function showStatus(
  deps: Deps,
  req: Request,
  res: Response,
  setting: Setting,
  status = 200,
  again: TalkAgain = {},
) {
  const { application, offer } = setting
  const events = await listEventsOf(deps.db, application.id, 'application')
  const wasAccepted = events.some(({ type }) => type === 'application.accepted')
  const about = {
    days: await usualDelay(deps.db),
    wasAccepted,
    line: await readLine(deps, application, events),
    isOpen: closedToApplicants(offer, deps.clock.iso()) === undefined,
    today: dateIn((await getAssociation(deps.db)).time_zone, deps.clock.now()),
    until: application.held_until ? req.t.date(application.held_until, 'datetime') : '',
    guardian: await findGuardian(deps.db, application.id),
    welcome: await readWelcome(deps, application.id),
    maySay: mayTestify(application) || (await findTestimonialOf(deps.db, application.id)) !== undefined,
    talk: { ...(await readTalk(deps, application.id)), ...again },
  }
  await res.page('applications/status', statusPage(setting, about), status)
}

/** A question to the team, or an answer. */
export const writeMessage =
  (deps: Deps): Handler =>
  async (req, res) => {
    const setting = await settingOf(deps, req, res)
    const { application, token } = setting
    if (application.state === 'unconfirmed') return redirect(req, res, pathOf(token))
    const parsed = parseForm(messageForm, req.body)
    if (!parsed.ok) return showStatus(deps, req, res, setting, 422, { form: parsed.form })
    await refuseTooMany(deps, [{ limit: 'messages of an application', of: `person ${application.id}` }])
    try {
      await writeToTeam(deps, token, parsed.value.body, sentForm(req))
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      const refused = req.t(error.key, error.params)
      return showStatus(deps, req, res, await settingOf(deps, req, res), 409, { form: parsed.form, refused })
    }
    req.session.flash('applications.messages.sent')
    await redirect(req, res, `${pathOf(token)}#messages`)
  }

const FLASH = {
  confirmed: 'applications.confirm.done',
  again: 'applications.confirm.again',
  known: 'applications.confirm.known',
} as const

export const confirm =
  (deps: Deps): Handler =>
  async (req, res) => {
    try {
      const { outcome, applicationId } = await confirmApplication(deps, param(req, 'token'))
      req.session.flash(FLASH[outcome], {}, outcome === 'known' ? 'wait' : 'ok')
      await redirect(req, res, pathOf(tokenOf(deps, applicationId)))
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      const setting = await settingOf(deps, req, res)
      const why = closedToApplicants(setting.offer, deps.clock.iso(), setting.application.seats) ?? 'closed'
      await res.page('applications/closed', closedPage(setting, why), 409)
    }
  }

/** What the person says; the team notes it. */
export const attendance =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { token } = await settingOf(deps, req, res)
    const parsed = parseForm(attendanceForm, req.body)
    if (!parsed.ok) return redirect(req, res, pathOf(token))
    try {
      await sayCame(deps, token, parsed.value.came === 'came')
      req.session.flash('applications.attendance.said')
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      req.session.flash(error.key as 'applications.refused.completed', {}, 'wait')
    }
    await redirect(req, res, pathOf(token))
  }

/** A second click, or one that comes too late, reads what is the case. */
export const takeHeldPlace =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { token } = await settingOf(deps, req, res)
    try {
      await takePlace(deps, token)
      req.session.flash('applications.line.taken')
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      req.session.flash(error.key as 'applications.refused.lapsed', {}, 'wait')
    }
    await redirect(req, res, pathOf(token))
  }

export const askWithdrawal =
  (deps: Deps): Handler =>
  async (req, res) => {
    const setting = await settingOf(deps, req, res)
    if (!step(setting.application.state, 'withdraw').ok) return redirect(req, res, pathOf(setting.token))
    await res.page('applications/withdraw', withdrawPage(setting, emptyForm()))
  }

export const withdraw =
  (deps: Deps): Handler =>
  async (req, res) => {
    const setting = await settingOf(deps, req, res)
    const parsed = parseForm(withdrawForm(deps.taxonomies), req.body)
    if (!parsed.ok) return res.page('applications/withdraw', withdrawPage(setting, parsed.form), 422)
    const isDone = setting.application.state === 'withdrawn'
    if (!isDone) await withdrawApplication(deps, setting.token, parsed.value.reason)
    req.session.flash(DONE[setting.application.state] ?? 'applications.withdraw.done')
    await redirect(req, res, pathOf(setting.token))
  }

const DONE: Partial<Record<ApplicationState, MessageKey>> = {
  accepted: 'applications.withdraw.done_accepted',
  waitlisted: 'applications.line.left',
}

/** @throws NotFound in the same way for a wrong and an expired link, so that guessing shows nothing. */
async function settingOf(deps: Deps, req: Request, res: Response) {
  // The URL gives access to the application, so nothing of the page may stay in a browser or a cache.
  res.set('Cache-Control', 'no-store')
  const token = param(req, 'token')
  const application = await findApplicationByToken(deps.db, deps.secrets.hash(token), deps.clock.iso())
  const offer = application && (await findHomeOffer(deps.db, application.offer_id))
  if (!offer) throw new NotFound('applications.link_over.text')
  return {
    deps,
    application,
    offer,
    token,
    association: req.site.name,
    mayNote: false,
    isKnown: false,
    guardianAge: null,
    t: req.t,
  }
}
