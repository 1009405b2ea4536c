// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, RequestHandler, Response } from 'express'
import { countWaitingForTeam } from '../../db/queries/waiting.ts'
import { HOUR, later } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import type { Translator } from '../text/i18n.ts'
import { isStaff } from '../model/viewer.ts'
import { formToken } from './csrf.ts'
import { fillFromSession, ownerMark, withTyped } from './form-again.ts'
import './handler.ts'
import { navigation, readSite, shownCount } from './site.ts'

/** Gives each request what a page needs: its site, texts and menu, and `res.page`, which sends one. */
export function preparePages(deps: Deps, assets: Record<string, string>): RequestHandler {
  return async (req, res, next) => {
    await readSite(deps, req)
    if (isStaff(req.viewer.roles)) req.waiting = await countWaitingForTeam(deps.db)
    res.vary('Accept-Language')
    // Pages behind one-time links and unfinished sign-ins are as private as those of people signed in.
    const isPrivate =
      req.viewer.isSignedIn ||
      /^\/(?:setup|welcome|password|email|erasure|sign-in|applications|renew)\//i.test(req.path)
    // Language, form token and the message between two pages come from the cookie.
    res.vary('Cookie')
    res.set('Cache-Control', isPrivate ? 'no-store' : req.session.idHash ? 'private, no-cache' : 'no-cache')
    res.html = (view, model) =>
      deps.views.page(view, String(model.layout ?? 'page'), pageModel(deps, req, model, assets))
    res.page = (view, model, status = 200) => sendPage(deps, req, res, res.html(view, model), status)
    fillFromSession(deps, req)
    next()
  }
}

async function sendPage(deps: Deps, req: Request, res: Response, html: string, status: number): Promise<void> {
  const again = req.formAgain
  const filled = again ? withTyped(html, again) : undefined
  // A button of which nothing was typed gets the page of its fault.
  if (again?.error && !filled) {
    const { error } = again
    delete req.formAgain
    throw error
  }
  await req.session.saveIfPossible()
  const left = filled?.left.length ? deps.views.part('errors/left', { t: req.t, left: filled.left }) : ''
  res
    .status(status === 200 && again ? again.status : status)
    .type('html')
    .send(filled ? filled.html.replace(/<main [^>]*>/, (main) => main + left) : html)
}

function pageModel(deps: Deps, req: Request, model: Record<string, unknown>, assets: Record<string, string>) {
  const { viewer, site, t } = req
  const { notice } = req.formAgain ?? {}
  const flash = notice ? undefined : req.session.takeFlash()
  const has = (role: string) => viewer.roles.has(role as never) || viewer.roles.has('administrator')
  const nav = navigation(viewer, site, req.path, t, req.waiting)
  return {
    ...model,
    t: t as Translator,
    site,
    assets,
    viewer: {
      isSignedIn: viewer.isSignedIn,
      name: viewer.name,
      isAdministrator: viewer.roles.has('administrator'),
      isCoordinator: has('coordinator'),
      isTreasurer: has('treasurer'),
      isModerator: has('moderator'),
      isVolunteer: viewer.roles.has('volunteer'),
    },
    nav,
    navWaiting: shownCount(nav.reduce((sum, { waiting }) => sum + waiting, 0)),
    flash: notice ? { kind: 'wait', text: notice } : flash && { ...flash, text: t(flash.key as never, flash.params) },
    csrf: formToken(deps, req),
    sessionEnd: sessionEnd(deps, req),
    owner: ownerMark(deps, viewer.personId ?? undefined),
    // After a form with faults, the page that it stands on.
    path: req.form?.page ?? req.originalUrl,
    canonical: model.canonical ?? deps.config.publicUrl + req.path,
  }
}

/** For the warning before the session ends: without script within its last hour, else ten minutes before. */
function sessionEnd({ clock }: Deps, { session, t }: Request) {
  const { endsAt } = session
  if (!endsAt) return null
  const isNear = later(clock.iso(), HOUR) > endsAt
  return { at: endsAt, isNear, text: t('layout.session_end', { time: t.date(endsAt, 'time') }) }
}
