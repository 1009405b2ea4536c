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
import { once } from './base/once.ts'
import type { Deps } from './deps.ts'
import { pageOfForm, routes, type Route } from './routes.ts'
import { sharedAssets } from './shared.ts'
import { guard, localPath } from './web/access.ts'
import { refuseForgery } from './web/csrf.ts'
import { NotFound } from './web/errors.ts'
import { answerFault, notFound } from './web/faults.ts'
import { param } from './web/handler.ts'
import { preparePages } from './web/pages.ts'
import { routeOf } from './web/shown-path.ts'
import { securityHeaders } from './web/security-headers.ts'
import { sessionReader } from './web/session.ts'
import { answeredBefore, watchForms } from './web/taken.ts'

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
  app.use(bodyOf)
  app.use(beforeSetUp)
  app.use(...siteMap(deps))
  app.use(notFound)
  app.use(answerFault(deps))
  return app
}

/** Handlers read the fields of a form, also of a request that sent none. */
const bodyOf: RequestHandler = (req, _res, next) => {
  req.body ??= {}
  next()
}

function nameRequest(deps: Deps): RequestHandler {
  return (req, res, next) => {
    req.id = deps.newId().slice(-12)
    const from = performance.now()
    const { method } = req
    res.on('finish', () => {
      const ms = Math.round(performance.now() - from)
      deps.log.info('request', {
        id: req.id,
        method,
        route: routeOf(req),
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

function siteMap(deps: Deps): RequestHandler[] {
  const parts: Request['ofInstance'] = {
    refuseForgery: refuseForgery(deps),
    beginForm: watchForms(deps),
    handlers: routes.map(({ who, handler }) => behindSecondFactor(deps, who, handler(deps))),
    showPage: (req, res) =>
      new Promise((resolve, reject) => {
        res.once('close', resolve)
        sharedPaths()(req, res, (error?: unknown) => reject(error ?? new NotFound()))
      }),
  }
  const giveParts: RequestHandler = (req, _res, next) => {
    req.ofInstance = parts
    next()
  }
  return [giveParts, sharedPaths()]
}

function nameForm(route: Route): RequestHandler {
  const { method, path, form = path } = route
  const page = method === 'post' ? pageOfForm(route) : ''
  const inPlace = (text: string, req: Request) =>
    text.replaceAll(/:(\w+)/g, (_all, name: string) => encodeURIComponent(param(req, name)))
  return (req, _res, next) => {
    const { _page } = (req.body ?? {}) as Record<string, unknown>
    // The page as it was in the browser, with its query.
    if (method === 'post') req.form = { page: localPath(_page, inPlace(page, req)), action: inPlace(form, req) }
    next()
  }
}

/** As a path begins: what of it is a parameter, or no longer this part, begins nothing. */
const beginningOf = (path: string): string => /^\/([\w-]*)/.exec(path)?.[1]?.toLowerCase() ?? ''

/**
 * The table of paths takes 0.5 MB and is the same for every instance of the process. There is a router for each beginning
 * of a path, because a router tries every path that it has, one after the other.
 */
const sharedPaths = once((): RequestHandler => {
  const routers = new Map<string, Router>()
  for (const [at, route] of routes.entries()) {
    const steps: RequestHandler[] = [nameForm(route), guard(route.who)]
    if (route.method === 'post') {
      const forgery: RequestHandler = (req, res, next) => req.ofInstance.refuseForgery(req, res, next)
      steps.push(...(route.before?.() ?? []), ...(route.isOneClick ? [] : [forgery]))
    }
    const run: RequestHandler = (req: Request, res: Response, next: NextFunction) => {
      const isForm = route.method === 'post'
      if (isForm) req.ofInstance.beginForm(req)
      Promise.resolve(isForm && !route.signsIn && answeredBefore(req, res))
        .then((isAnswered) => isAnswered || req.ofInstance.handlers[at]?.(req, res))
        .catch(next)
        .finally(() => req.taken?.answered(undefined))
    }
    const beginning = beginningOf(route.path)
    if (/^\/[^/]*[:*{]/.test(route.path)) throw new Error(`${route.path}: the first part of a path is no parameter`)
    const router = routers.get(beginning) ?? Router({ caseSensitive: false, strict: false })
    routers.set(beginning, router)
    router[route.method](route.path, ...steps, run)
  }
  return (req, res, next) => {
    const router = routers.get(beginningOf(req.path))
    if (router) router(req, res, next)
    else next()
  }
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
