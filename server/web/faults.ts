// SPDX-License-Identifier: AGPL-3.0-or-later
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express'
import { isFileFault } from '../../db/open.ts'
import type { Deps } from '../deps.ts'
import { signInPath } from './access.ts'
import { isFromUs } from './csrf.ts'
import { HttpError, NotFound, SignInFirst, TooMany } from './errors.ts'
import { readPage, sealForm, showAgain } from './form-again.ts'
import './handler.ts'
import { redirect } from './redirect.ts'
import { answeredBefore } from './taken.ts'
import { routeOf } from './shown-path.ts'
import type { MessageKey } from '../text/message-keys.ts'

export const notFound: RequestHandler = (_req, _res, next) => next(new NotFound())

function wantsJson(req: Request): boolean {
  // A program that sends JSON gets JSON, also without an Accept header.
  if (req.is(['json', '+json'])) return true
  return req.path.startsWith('/api/') || !req.accepts(['html', 'json']) || req.accepts(['html', 'json']) === 'json'
}

function known(error: unknown): { status: number; key: MessageKey; params: Record<string, string | number> } {
  if (error instanceof HttpError) return error
  // The person can try again later, and nothing is half written.
  if (isFileFault(error)) return { status: 503, key: 'error.storage.text', params: {} }
  const status = Number((error as { status?: unknown } | null)?.status)
  if (status === 413) return { status, key: 'error.too_large.text', params: {} }
  if (status >= 400 && status < 500)
    return { status: status === 404 ? 404 : 400, key: 'error.bad_request.text', params: {} }
  return { status: 500, key: 'error.unknown.text', params: {} }
}

type Known = ReturnType<typeof known>

export function answerFault(deps: Deps): ErrorRequestHandler {
  return async (error: unknown, req, res, _next) => {
    const fault = known(error)
    if (fault.status >= 500) {
      const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
      deps.log.error('a request failed', { id: req.id, status: fault.status, route: routeOf(req), error: stack })
    }
    // Not left to Express, which would print it to the console, outside the log.
    if (res.headersSent) return void res.destroy()
    try {
      if (error instanceof TooMany) res.set('Retry-After', String(error.seconds))
      if (fault.status === 503) res.set('Retry-After', '30')
      if (!req.t || !res.page || wantsJson(req)) {
        const text = req.t ? req.t(fault.key, fault.params) : 'error'
        return void res.status(fault.status).json({ error: text, reference: req.id })
      }
      if (req.form && req.method === 'POST') return await answerForm(deps, req, res, error, fault)
      await faultPage(deps, req, res, fault)
    } catch (second) {
      deps.log.error('the page of a fault failed too', { id: req.id, error: String(second) })
      if (!res.headersSent) res.status(fault.status).type('text').send(`${fault.status} ${req.id}`)
    }
  }
}

async function faultPage(deps: Deps, req: Request, res: Response, { status, key, params }: Known): Promise<void> {
  // What is gone is not there either, for a person.
  const shown = status === 410 ? 404 : status
  const view = deps.views.has(`errors/${shown}`) ? `errors/${shown}` : 'errors/500'
  const title = req.t.code('error.title', String(shown))
  const model = { title, reason: req.t(key, params), reference: req.id }
  // What was typed is shown below the reason; a page without anything typed is sent as it is.
  if (req.formAgain) delete req.formAgain.error
  await res.page(view, model, status)
}

/** A form that could not be taken comes back filled in; a page of the fault only where nothing was typed. */
async function answerForm(deps: Deps, req: Request, res: Response, error: unknown, fault: Known): Promise<void> {
  // A form of another site is not shown as ours.
  const isForeign = isFromUs(deps, req) === false
  if (error instanceof SignInFirst) return signInFirst(req, res, isForeign ? '' : sealForm(deps, req))
  if (isForeign) return faultPage(deps, req, res, fault)
  const reference = fault.status >= 500 ? req.t('error.reference', { reference: req.id }) : ''
  const notice = [req.t(fault.key, fault.params), req.t('form.again.kept'), reference].filter(Boolean).join(' ')
  showAgain(req, { notice, status: fault.status, error })
  try {
    await req.ofInstance.showPage(req, res)
  } catch (second) {
    if (res.headersSent) throw second
    await faultPage(deps, req, res, fault)
  }
}

/** @param sealed '' when nothing was typed. */
async function signInFirst(req: Request, res: Response, sealed: string): Promise<void> {
  req.ofInstance.beginForm(req)
  if (await answeredBefore(req, res)) return
  req.taken?.answered(undefined)
  const { page = '/' } = req.form ?? {}
  if (!sealed) return redirect(req, res, signInPath(page))
  req.sealedForm = sealed
  req.formAgain = { action: '', values: {}, notice: req.t('form.again.sign_in'), status: 401 }
  readPage(req, signInPath(page))
  await req.ofInstance.showPage(req, res)
}
