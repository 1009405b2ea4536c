// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, RequestHandler, Response } from 'express'
import type { WaitingCounts } from '../../db/queries/waiting.ts'
import type { FormAgain } from './form-again.ts'
import type { Session } from './session.ts'
import type { Translator } from '../text/i18n.ts'
import type { PageModel, Site } from '../text/render.ts'
import type { Taken } from './taken.ts'
import type { Sent } from './upload.ts'
import type { Viewer } from '../model/viewer.ts'

type BeginForm = (req: Request) => void
type ShowPage = (req: Request, res: Response) => Promise<void>

declare global {
  // eslint-disable-next-line -- express is extended through this namespace
  namespace Express {
    interface Request {
      id: string
      viewer: Viewer
      t: Translator
      session: Session
      site: Site
      sentFiles?: Record<string, Sent>
      /** Of a POST: where its form stands, and the action of that form. */
      form?: { page: string; action: string }
      formAgain?: FormAgain
      /** Of a form: where it led when it came a moment ago. */
      taken?: Taken
      /** For people who are signed in. */
      waiting?: WaitingCounts | undefined
      /** For people of the team. */
      centre?: { partner_name: string; partner_url: string } | undefined
      /** For the sign-in page: a form whose session was over, sealed. */
      sealedForm?: string
      /** The router is shared by all instances; these are this instance's own, in the order of the routes. */
      ofInstance: {
        refuseForgery: RequestHandler
        handlers: readonly Handler[]
        beginForm: BeginForm
        /** Answers with the page that `showAgain` asked for. @throws what that page throws. */
        showPage: ShowPage
      }
    }
    interface Response {
      /** Renders views/<view>.hbs inside the page layout. */
      html(view: string, model: PageModel): string
      /** Sends the same. */
      page(view: string, model: PageModel, status?: number): Promise<void>
    }
  }
}

export type Handler = (req: Request, res: Response) => unknown

export function param(req: Request, name: string): string {
  const value = req.params[name]
  return typeof value === 'string' ? value : ''
}

/** '' when it was not given exactly once. */
export function query(req: Request, name: string): string {
  const value = (req.query as Record<string, unknown>)[name]
  return typeof value === 'string' ? value : ''
}
