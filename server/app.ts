// SPDX-License-Identifier: AGPL-3.0-or-later
import type { IncomingMessage } from 'node:http'
import compression from 'compression'
import express, {
  type Express,
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
  Router,
} from 'express'
import { behindSecondFactor } from './accounts/require-second-factor.ts'
import { beforeSetUp } from './accounts/first-start.ts'
import { pathForLog } from './base/log.ts'
import { once } from './base/once.ts'
import type { Deps } from './deps.ts'
import { routes } from './routes.ts'
import { sharedAssets } from './shared.ts'
import { guard } from './web/access.ts'
import { formToken, refuseForgery } from './web/csrf.ts'
import { answerFault, notFound } from './web/faults.ts'
import type { Translator } from './text/i18n.ts'
import './web/handler.ts'
import { securityHeaders } from './web/security-headers.ts'
import { sessionReader } from './web/session.ts'
import { navigation, readSite } from './web/site.ts'

/** @param beforePages routers that answer before sessions and forms: federation and health. */
export function createApp(deps: Deps, beforePages: RequestHandler[] = []): Express {
  const app = express()
  const assets = sharedAssets()
  // Without it, Express would use its settings for development.
  app.set('env', 'production')
  app.disable('x-powered-by')
  app.set('trust proxy', deps.config.trustedProxies.length > 0 ? [...deps.config.trustedProxies] : false)
  app.set('query parser', 'simple')
  app.use(nameRequest(deps))
  app.use(protect(deps))
  app.use(assets.router)
  for (const router of beforePages) app.use(router)
  app.use(compression())
  app.use(sessionReader(deps))
  app.use(preparePages(deps, assets.urls))
  app.use(express.urlencoded({ extended: false, limit: '128kb', parameterLimit: 400 }))
  app.use(beforeSetUp)
  app.use(...siteMap(deps))
  app.use(notFound)
  app.use(answerFault(deps))
  return app
}

function nameRequest(deps: Deps): RequestHandler {
  return (req, res, next) => {
    req.id = deps.newId().slice(-12)
    const from = performance.now()
    res.on('finish', () => {
      const ms = Math.round(performance.now() - from)
      deps.log.info('request', {
        id: req.id,
        method: req.method,
        path: pathForLog(req.path),
        status: res.statusCode,
        ms,
      })
    })
    next()
  }
}

function protect(deps: Deps): RequestHandler {
  const headers = securityHeaders(deps.config.isHttps)
  return (_req, res, next) => {
    for (const [name, value] of headers) res.setHeader(name, value)
    next()
  }
}

function preparePages(deps: Deps, assets: Record<string, string>): RequestHandler {
  return async (req, res, next) => {
    await readSite(deps, req)
    res.vary('Accept-Language')
    // Pages behind one-time links and unfinished sign-ins are as private as those of people signed in.
    const isPrivate =
      req.viewer.isSignedIn ||
      /^\/(?:setup|welcome|password|email|erasure|sign-in|applications|renew)\//i.test(req.path)
    if (isPrivate) res.set('Cache-Control', 'no-store')
    res.html = (view, model) =>
      deps.views.page(view, String(model.layout ?? 'page'), pageModel(deps, req, model, assets))
    res.page = async (view, model, status = 200) => {
      const html = res.html(view, model)
      await req.session.save()
      res.status(status).type('html').send(html)
    }
    next()
  }
}

function pageModel(deps: Deps, req: Request, model: Record<string, unknown>, assets: Record<string, string>) {
  const { viewer, site, t } = req
  const flash = req.session.takeFlash()
  const has = (role: string) => viewer.roles.has(role as never) || viewer.roles.has('administrator')
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
    nav: navigation(viewer, site, req.path, t),
    flash: flash ? { kind: flash.kind, text: t(flash.key as never, flash.params) } : null,
    csrf: formToken(deps, req),
    path: req.originalUrl,
    canonical: model.canonical ?? deps.config.publicUrl + req.path,
  }
}

function siteMap(deps: Deps): RequestHandler[] {
  const parts = {
    refuseForgery: refuseForgery(deps),
    handlers: routes.map(({ who, handler }) => behindSecondFactor(deps, who, handler(deps))),
  }
  const giveParts: RequestHandler = (req, _res, next) => {
    req.ofInstance = parts
    next()
  }
  return [giveParts, sharedPaths()]
}

/** The table of paths takes 0.5 MB and is the same for every instance of the process. */
const sharedPaths = once((): Router => {
  const router = Router({ caseSensitive: false, strict: false })
  for (const [at, route] of routes.entries()) {
    const steps: RequestHandler[] = [guard(route.who)]
    if (route.method === 'post') {
      const forgery: RequestHandler = (req, res, next) => req.ofInstance.refuseForgery(req, res, next)
      steps.push(...(route.before?.() ?? []), forgery)
    }
    const run: RequestHandler = (req: Request, res: Response, next: NextFunction) => {
      Promise.resolve()
        .then(() => req.ofInstance.handlers[at]?.(req, res))
        .catch(next)
    }
    router[route.method](route.path, ...steps, run)
  }
  return router
})

/** The client's address behind trusted proxies, for requests that do not pass through Express. */
export function addressOf(app: Express): (req: IncomingMessage) => string | undefined {
  const isTrusted = app.get('trust proxy fn') as (address: string, hop: number) => boolean
  return (req) => {
    const direct = req.socket.remoteAddress
    const forwarded = req.headers['x-forwarded-for']
    if (!direct || !forwarded || !isTrusted(direct, 0)) return direct
    const hops = [
      direct,
      ...String(forwarded)
        .split(',')
        .reverse()
        .map((hop) => hop.trim()),
    ]
    return hops.find((hop, at) => !isTrusted(hop, at)) ?? hops.at(-1)
  }
}
