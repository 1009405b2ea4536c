// SPDX-License-Identifier: AGPL-3.0-or-later
// What a handler is given besides what express gives.
import type { Request, Response } from 'express'
import type { Session } from './session.ts'
import type { Translator } from '../text/i18n.ts'
import type { PageModel, Site } from '../text/render.ts'
import type { Viewer } from '../model/viewer.ts'

declare global {
  // eslint-disable-next-line -- express is extended through this namespace
  namespace Express {
    interface Request {
      id: string
      viewer: Viewer
      t: Translator
      session: Session
      site: Site
      rawBody?: Buffer
    }
    interface Response {
      /** Renders views/<view>.hbs inside the page layout. */
      page(view: string, model: PageModel, status?: number): Promise<void>
    }
  }
}

export type Handler = (req: Request, res: Response) => unknown

/** A path parameter that the route guarantees. */
export function param(req: Request, name: string): string {
  const value = req.params[name]
  return typeof value === 'string' ? value : ''
}

/** A query value when it was given once; otherwise the empty text. */
export function query(req: Request, name: string): string {
  const value = (req.query as Record<string, unknown>)[name]
  return typeof value === 'string' ? value : ''
}
