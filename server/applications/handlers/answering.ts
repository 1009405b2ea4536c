// SPDX-License-Identifier: AGPL-3.0-or-later
// Somebody of the team answers by the link in their mail, without signing in. Programs that open all links of a mail
// send no form, so each answer is a form.
import type { Request, Response } from 'express'
import type { Deps } from '../../deps.ts'
import { refuseTooMany } from '../../limits.ts'
import { Refused } from '../../web/errors.ts'
import { emptyForm, parseForm, type Form } from '../../web/forms.ts'
import { param, type Handler } from '../../web/handler.ts'
import { sentForm } from '../../web/once.ts'
import { redirect } from '../../web/redirect.ts'
import { runCommand } from '../../web/run-command.ts'
import { answerPath, findAnswering, isAnswered } from '../answer-link.ts'
import { acceptByLink, declineByLink, waitByLink } from '../commands/by-link.ts'
import { readByLink, writeByLink } from '../commands/messages.ts'
import { acceptForm, messageForm, readingForm, refusalForm } from '../forms.ts'
import { acceptancePage, answeringPage, linePage, mayWait, talkPage } from '../pages/answering.ts'
import type { Talk } from '../pages/messages.ts'
import { refusalPage } from '../pages/work.ts'
import { readTalk } from '../read-talk.ts'

export const show =
  (deps: Deps): Handler =>
  async (req, res) =>
    res.page('applications/answering', answeringPage(await settingOf(deps, req, res)))

export const askAcceptance =
  (deps: Deps): Handler =>
  (req, res) =>
    whileOpen(deps, req, res, (setting) => showAcceptance(res, setting, emptyForm()))

export const accept =
  (deps: Deps): Handler =>
  (req, res) =>
    whileOpen(deps, req, res, async (setting) => {
      const parsed = parseForm(acceptForm, req.body)
      if (!parsed.ok) return showAcceptance(res, setting, parsed.form, 422)
      const again = (refused: string) => showAcceptance(res, setting, parsed.form, 409, refused)
      await orExplain(deps, req, res, again, async () => {
        const done = await runCommand(parsed.form, () => acceptByLink(deps, setting.token, parsed.value))
        if (!done.ok) return showAcceptance(res, setting, done.form, 422)
        req.session.flash('applications.acceptance.done')
        await redirect(req, res, answerPath(setting.token))
      })
    })

export const askRefusal =
  (deps: Deps): Handler =>
  (req, res) =>
    whileOpen(deps, req, res, (setting) => showRefusal(res, setting, emptyForm()))

export const decline =
  (deps: Deps): Handler =>
  (req, res) =>
    whileOpen(deps, req, res, async (setting) => {
      const parsed = parseForm(refusalForm(deps.taxonomies), req.body)
      if (!parsed.ok) return showRefusal(res, setting, parsed.form, 422)
      const again = () => showRefusal(res, setting, parsed.form, 409)
      await orExplain(deps, req, res, again, async () => {
        await declineByLink(deps, setting.token, parsed.value)
        req.session.flash('applications.refusal.done')
        await redirect(req, res, answerPath(setting.token))
      })
    })

export const askWaiting =
  (deps: Deps): Handler =>
  (req, res) =>
    whileOpen(deps, req, res, (setting) =>
      mayWait(setting)
        ? res.page('applications/answering-line', linePage(setting))
        : redirect(req, res, answerPath(setting.token)),
    )

export const wait =
  (deps: Deps): Handler =>
  (req, res) =>
    whileOpen(deps, req, res, async (setting) => {
      if (!mayWait(setting)) return redirect(req, res, answerPath(setting.token))
      const again = (refused: string) => res.page('applications/answering-line', linePage(setting, refused), 409)
      await orExplain(deps, req, res, again, async () => {
        await waitByLink(deps, setting.token)
        req.session.flash('applications.line.put_done')
        await redirect(req, res, answerPath(setting.token))
      })
    })

export const talk =
  (deps: Deps): Handler =>
  (req, res) =>
    whileTalking(deps, req, res, (setting) => showTalk(deps, res, setting))

export const write =
  (deps: Deps): Handler =>
  (req, res) =>
    whileTalking(deps, req, res, async (setting) => {
      const parsed = parseForm(messageForm, req.body)
      if (!parsed.ok) return showTalk(deps, res, setting, 422, { form: parsed.form })
      await refuseTooMany(deps, [{ limit: 'messages of an application', of: `team ${setting.application.id}` }])
      const again = (refused: string) => showTalk(deps, res, setting, 409, { form: parsed.form, refused })
      try {
        await writeByLink(deps, setting.token, parsed.value, sentForm(req))
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        return again(req.t(error.key, error.params))
      }
      req.session.flash('applications.messages.sent')
      await redirect(req, res, `${answerPath(setting.token)}/messages`)
    })

export const markRead =
  (deps: Deps): Handler =>
  (req, res) =>
    whileTalking(deps, req, res, async (setting) => {
      const parsed = parseForm(readingForm, req.body)
      if (parsed.ok) await readByLink(deps, setting.token, parsed.value.last)
      req.session.flash('applications.messages.marked')
      await redirect(req, res, `${answerPath(setting.token)}/messages`)
    })

async function showTalk(
  deps: Deps,
  res: Response,
  setting: Setting,
  status = 200,
  again: Pick<Talk, 'form' | 'refused'> = {},
) {
  const talk = { ...(await readTalk(deps, setting.application.id)), ...again }
  await res.page('applications/answering-messages', talkPage(setting, talk), status)
}

async function whileTalking(deps: Deps, req: Request, res: Response, show: (setting: Setting) => Promise<unknown>) {
  const setting = await settingOf(deps, req, res)
  if (setting.canTalk) return show(setting)
  await redirect(req, res, answerPath(setting.token))
}

type Setting = Awaited<ReturnType<typeof settingOf>>

async function settingOf(deps: Deps, req: Request, res: Response) {
  // The URL gives access to the application, so nothing of the page may stay in a browser or a cache.
  res.set('Cache-Control', 'no-store')
  const token = param(req, 'token')
  return { deps, token, ...(await findAnswering(deps.db, deps, token)), association: req.site.name, t: req.t }
}

const showAcceptance = (res: Response, setting: Setting, form: Form, status = 200, refused = '') =>
  res.page('applications/answering-acceptance', acceptancePage(setting, form, refused), status)

const showRefusal = (res: Response, setting: Setting, form: Form, status = 200) =>
  res.page('applications/refusal', refusalPage(setting, form, answerPath(setting.token)), status)

/** Of what is answered, only the page that says so. */
async function whileOpen(deps: Deps, req: Request, res: Response, show: (setting: Setting) => Promise<unknown>) {
  const setting = await settingOf(deps, req, res)
  if (!isAnswered(setting.application)) return show(setting)
  await redirect(req, res, answerPath(setting.token))
}

/** When a colleague answered first, the page that says so; when it cannot be done now, the same page with the reason. */
async function orExplain(
  deps: Deps,
  req: Request,
  res: Response,
  again: (refused: string) => Promise<unknown>,
  act: () => Promise<void>,
) {
  try {
    await act()
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    const { application, token } = await settingOf(deps, req, res)
    if (!isAnswered(application)) return again(req.t(error.key, error.params))
    await redirect(req, res, answerPath(token))
  }
}
