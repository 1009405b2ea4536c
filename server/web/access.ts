// SPDX-License-Identifier: AGPL-3.0-or-later
// Who may enter a page; finer rights are in each domain's policy.
import type { Request, RequestHandler } from 'express'
import { Forbidden, NotFound, SignInFirst } from './errors.ts'
import type { Right } from '../model/rights.ts'
import { hasRight, hasSomewhere, type Viewer } from '../model/viewer.ts'
import { redirect } from './redirect.ts'

export type Access =
  | 'anyone'
  | 'signedIn'
  /** Who has a page of what waits. */
  | 'desk'
  | Right
  /** One of these is enough. */
  | readonly Right[]
  | { readonly all: readonly Right[] }
  /** Also for one project or team only: its handler shows and changes nothing beyond. `everywhere`: this one, over all, too. */
  | { readonly somewhere: Right; readonly everywhere?: Right }

/** For each of these there is a page of what waits. */
export const DESK = ['see_people', 'manage_hours', 'offers', 'moderation', 'help'] as const satisfies readonly Right[]

/** Has something to do on the page of what waits. */
export const hasDesk = (viewer: Viewer): boolean =>
  hasRight(viewer, ...DESK) || hasSomewhere(viewer, 'manage_hours') || hasSomewhere(viewer, 'see_people')

export function mayEnter(viewer: Viewer, who: Access): boolean {
  if (who === 'anyone') return true
  if (!viewer.isSignedIn) return false
  if (who === 'signedIn') return true
  if (who === 'desk') return hasDesk(viewer)
  if (typeof who === 'string') return hasRight(viewer, who)
  if ('somewhere' in who)
    return hasSomewhere(viewer, who.somewhere) || (who.everywhere !== undefined && hasRight(viewer, who.everywhere))
  return 'all' in who ? who.all.every((right) => hasRight(viewer, right)) : hasRight(viewer, ...who)
}

export function guard(who: Access): RequestHandler {
  return (req, res, next) => {
    if (mayEnter(req.viewer, who)) return next()
    if (req.viewer.isSignedIn) return next(new Forbidden())
    if (req.method === 'POST') return next(new SignInFirst())
    return redirect(req, res, signInPath(req.originalUrl))
  }
}

/** @param next the page to show after the sign-in. */
export const signInPath = (next: string): string => `/sign-in?next=${encodeURIComponent(next)}`

/** A centre that is not also an association has no offers of its own. */
export function onlyAssociations(req: Request): void {
  if (req.site.kind === 'centre') throw new NotFound()
}

/** An association without a centre has no members. */
export function onlyCentres(req: Request): void {
  if (req.site.kind === 'association') throw new NotFound()
}

/** A local path, or the fallback: never another site, whatever the spelling (`//`, `/\`, `https:`). */
export function localPath(text: unknown, fallback = '/'): string {
  if (typeof text !== 'string' || !/^\/(?![/\\])[^\s\\]*$/.test(text)) return fallback
  return new URL(text, 'http://local.invalid').host === 'local.invalid' ? text : fallback
}
