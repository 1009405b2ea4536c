// SPDX-License-Identifier: AGPL-3.0-or-later
import type { ErrorRequestHandler, Request, RequestHandler } from 'express'
import { pathForLog } from '../base/log.ts'
import type { Deps } from '../deps.ts'
import { HttpError, NotFound, TooMany } from './errors.ts'
import type { MessageKey } from '../text/message-keys.ts'

export const notFound: RequestHandler = (_req, _res, next) => next(new NotFound())

function wantsJson(req: Request): boolean {
  // A program that sends JSON gets JSON, also without an Accept header.
  if (req.is(['json', '+json'])) return true
  return req.path.startsWith('/api/') || !req.accepts(['html', 'json']) || req.accepts(['html', 'json']) === 'json'
}

/** Full disk, locked or read-only file: the person can try again later, and nothing is half written. */
function isStorageFault(error: unknown): boolean {
  const code = String((error as { code?: unknown } | null)?.code ?? '')
  return /^SQLITE_(FULL|BUSY|LOCKED|READONLY|IOERR|CANTOPEN)/.test(code)
}

function known(error: unknown): { status: number; key: MessageKey; params: Record<string, string | number> } {
  if (error instanceof HttpError) return error
  if (isStorageFault(error)) return { status: 503, key: 'error.storage.text', params: {} }
  const status = Number((error as { status?: unknown } | null)?.status)
  if (status === 413) return { status, key: 'error.too_large.text', params: {} }
  if (status >= 400 && status < 500)
    return { status: status === 404 ? 404 : 400, key: 'error.bad_request.text', params: {} }
  return { status: 500, key: 'error.unknown.text', params: {} }
}

export function answerFault(deps: Deps): ErrorRequestHandler {
  return async (error: unknown, req, res, _next) => {
    const { status, key, params } = known(error)
    if (status >= 500) {
      const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
      deps.log.error('a request failed', { id: req.id, status, path: pathForLog(req.path), error: stack })
    }
    // Not left to Express, which would print it to the console, outside the log.
    if (res.headersSent) return void res.destroy()
    try {
      if (error instanceof TooMany) res.set('Retry-After', String(error.seconds))
      if (status === 503) res.set('Retry-After', '30')
      if (!req.t || !res.page || wantsJson(req)) {
        return void res.status(status).json({ error: req.t ? req.t(key, params) : 'error', reference: req.id })
      }
      // What is gone is not there either, for a person.
      const shown = status === 410 ? 404 : status
      const view = deps.views.has(`errors/${shown}`) ? `errors/${shown}` : 'errors/500'
      const title = req.t.code('error.title', String(shown))
      const model = { title, reason: req.t(key, params), reference: req.id }
      await res.page(view, model, status)
    } catch (second) {
      deps.log.error('the page of a fault failed too', { id: req.id, error: String(second) })
      if (!res.headersSent) res.status(status).type('text').send(`${status} ${req.id}`)
    }
  }
}
