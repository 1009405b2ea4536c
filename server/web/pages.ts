// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, RequestHandler, Response } from 'express'
import { findCentre } from '../../db/queries/affiliations.ts'
import { countQuestionsTo, countWaitingForTeam, type WaitingCounts } from '../../db/queries/waiting.ts'
import { HOUR, later } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import type { Translator } from '../text/i18n.ts'
import type { SharedName } from '../text/render.ts'
import { helpAt } from './guides.ts'
import { isOfTeam, reachOf } from '../model/viewer.ts'
import { signInPath } from './access.ts'
import { formToken } from './csrf.ts'
import { fillFromSession, ownerMark, withTyped } from './form-again.ts'
import './handler.ts'
import { routeOf, shownPath } from './shown-path.ts'
import { navigation, readSite, shownCount } from './site.ts'
import { answeredAsBefore } from './taken.ts'

const NOTHING_WAITS = {
  applications: 0,
  messages: 0,
  enquiries: 0,
  help: 0,
  reports: 0,
  testimonials: 0,
  hours: 0,
  moderation: 0,
  requests: 0,
}

/** Gives each request what a page needs: its site, texts and menu, and `res.page`, which sends one. */
export function preparePages(deps: Deps, assets: Record<string, string>): RequestHandler {
  return async (req, res, next) => {
    await readSite(deps, req)
    req.waiting = await countWaiting(deps, req)
    if (isOfTeam(req.viewer)) req.centre = await findCentre(deps.db)
    res.vary('Accept-Language')
    // Pages behind one-time links and unfinished sign-ins are as private as those of people signed in.
    const isPrivate =
      req.viewer.isSignedIn ||
      /^\/(?:setup|welcome|password|email|erasure|sign-in|alerts|notices|applications|attestations|renew)\//i.test(
        req.path,
      )
    // Language, form token and the message between two pages come from the cookie.
    res.vary('Cookie')
    res.set('Cache-Control', isPrivate ? 'no-store' : req.session.idHash ? 'private, no-cache' : 'no-cache')
    res.html = (view, model) =>
      deps.views.page(view, String(model.layout ?? 'page'), pageModel(deps, req, model, assets))
    res.page = async (view, model, status = 200) => {
      if (await answeredAsBefore(req, res, status)) return
      await sendPage(deps, req, res, res.html(view, model), status)
    }
    fillFromSession(deps, req)
    next()
  }
}

async function countWaiting({ db }: Deps, { viewer }: Request): Promise<WaitingCounts | undefined> {
  if (!viewer.personId) return undefined
  const team = isOfTeam(viewer) ? await countWaitingForTeam(db, reachOf(viewer, 'see_hours')) : NOTHING_WAITS
  return { ...team, questions: await countQuestionsTo(db, viewer.personId) }
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
  const nav = navigation(viewer, site, req.path, t, req.waiting)
  const shared = {
    t: t as Translator,
    site,
    assets,
    viewer: {
      isSignedIn: viewer.isSignedIn,
      name: viewer.name,
      /** For links that lead where only some may enter. */
      may: Object.fromEntries([...viewer.rights].map((right) => [right, true])),
    },
    nav,
    help: helpFor(req, String(model.reference ?? '')),
    navWaiting: shownCount(nav.reduce((sum, { waiting }) => sum + waiting, 0)),
    flash: notice ? { kind: 'wait', text: notice } : flash && { ...flash, text: t(flash.key as never, flash.params) },
    csrf: formToken(deps, req),
    sessionEnd: sessionEnd(deps, req),
    signInAgain: signInPath(req.form?.page ?? req.originalUrl),
    owner: ownerMark(deps, viewer.personId ?? undefined),
    // After a form with faults, the page that it stands on.
    path: req.form?.page ?? req.originalUrl,
  } satisfies Record<SharedName, unknown>
  return { ...model, ...shared, canonical: model.canonical ?? deps.config.publicUrl + req.path }
}

/** At the foot of each page. The team is not told to call itself: it has its centre and the host of the site. */
function helpFor(req: Request, reference: string) {
  const { viewer, site, centre } = req
  const phone = site.phone as { who: string } | null
  const isTeam = isOfTeam(viewer)
  return {
    phone: isTeam && (phone?.who === '' || phone?.who === viewer.name) ? null : phone,
    isTeam,
    centre: centre ? { name: centre.partner_name, url: centre.partner_url } : null,
    host: isTeam ? site.host : '',
    ask: askPath(req, reference),
    guide: helpAt(routeOf(req)),
  }
}

/** The form for what does not work, with the page that somebody looks at. */
function askPath(req: Request, reference: string): string {
  const page = req.path.startsWith('/help/') ? '' : shownPath(req)
  const said = new URLSearchParams({ ...(page && { page }), ...(reference && { reference }) }).toString()
  return said ? `/help/ask?${said}` : '/help/ask'
}

/** For the warning before the session ends: without script within its last hour, else ten minutes before. */
function sessionEnd({ clock }: Deps, { session, t }: Request) {
  const { endsAt } = session
  if (!endsAt) return null
  const isNear = later(clock.iso(), HOUR) > endsAt
  return { at: endsAt, isNear, text: t('layout.session_end', { time: t.date(endsAt, 'time') }) }
}
