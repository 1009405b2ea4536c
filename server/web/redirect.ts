// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'

/**
 * Leads on to another page, once what the session was given is saved: the next request may come at once. The only way
 * in which a handler redirects.
 * @param to a path of this site, or a whole address.
 * @param status 303 after a form (RFC 9110 §15.4.4), 301 for an address that has moved for good, 302 for one that is
 * elsewhere today.
 */
export async function redirect(req: Request, res: Response, to: string, status: 301 | 302 | 303 = 303): Promise<void> {
  await req.session.save()
  res.redirect(status, to)
}
