// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'

/**
 * The only way in which a handler redirects: saves the session first, because the next request may come at once.
 * @param to a path of this site, or a whole URL.
 * @param status 303 after a form (RFC 9110 §15.4.4), 301 for a permanent move, 302 for a temporary one.
 */
export async function redirect(req: Request, res: Response, to: string, status: 301 | 302 | 303 = 303): Promise<void> {
  // The page of a form that was not taken leads elsewhere: what was typed is not left behind.
  if (req.formAgain?.error) throw req.formAgain.error
  await req.session.save()
  if (status === 303) req.taken?.answered(to)
  res.redirect(status, to)
}
