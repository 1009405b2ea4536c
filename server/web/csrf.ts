// SPDX-License-Identifier: AGPL-3.0-or-later
// Refuses forms of other sites by Sec-Fetch-Site, else Origin, else the token in the form (OWASP; Fetch Metadata).
import type { Request, RequestHandler } from 'express'
import { sameText } from '../base/secrets.ts'
import type { Deps } from '../deps.ts'
import { Forbidden } from './errors.ts'

export function formToken(deps: Deps, req: Request): string {
  return deps.secrets.mac(req.session.idHash ?? 'nobody', 'form token')
}

/** What the browser says about it; undefined from a browser that says nothing. */
export function isFromUs(deps: Deps, req: Request): boolean | undefined {
  const site = req.get('sec-fetch-site')
  if (site) return site === 'same-origin' || site === 'none'
  const origin = req.get('origin')
  return origin ? origin === deps.config.publicUrl : undefined
}

function comesFromUs(deps: Deps, req: Request): boolean {
  const said = isFromUs(deps, req)
  if (said !== undefined) return said
  const body = req.body as Record<string, unknown> | undefined
  return typeof body?._csrf === 'string' && sameText(body._csrf, formToken(deps, req))
}

export function refuseForgery(deps: Deps): RequestHandler {
  return (req, _res, next) => {
    if (req.method === 'GET' || req.method === 'HEAD' || req.method === 'OPTIONS') return next()
    if (!comesFromUs(deps, req)) return next(new Forbidden('error.forgery.text'))
    const body = req.body as Record<string, unknown> | undefined
    if (body) {
      for (const name of ['_csrf', '_owner', '_page']) delete body[name]
    }
    next()
  }
}
