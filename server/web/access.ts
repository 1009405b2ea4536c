// SPDX-License-Identifier: AGPL-3.0-or-later
// Who may enter a page; finer rights are in each domain's policy.
import type { Request, RequestHandler } from 'express'
import { Forbidden, NotFound, SignInFirst } from './errors.ts'
import { hasRole, mayKeepHelpDesk, mayValidateCec, type Viewer } from '../model/viewer.ts'
import { redirect } from './redirect.ts'

export type Access =
  | 'anyone'
  | 'signedIn'
  | 'volunteer'
  | 'coordinator'
  | 'treasurer'
  | 'moderator'
  | 'administrator'
  /** Coordinators and the treasurer. */
  | 'hoursReader'
  /** Coordinators and moderators: for both there is a page of what waits. */
  | 'desk'
  /** Administrators, and whoever they gave the desk for help with the site. */
  | 'helper'
  /** Administrators, and whoever they asked to validate declarations for the CEC. */
  | 'cecValidator'

export function mayEnter(viewer: Viewer, who: Access): boolean {
  if (who === 'anyone') return true
  if (!viewer.isSignedIn) return false
  if (who === 'helper') return mayKeepHelpDesk(viewer)
  if (who === 'cecValidator') return mayValidateCec(viewer)
  if (who === 'desk') return hasRole(viewer, 'coordinator', 'moderator')
  if (who === 'hoursReader') return hasRole(viewer, 'coordinator', 'treasurer')
  return who === 'signedIn' || hasRole(viewer, who)
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
