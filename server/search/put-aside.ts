// SPDX-License-Identifier: AGPL-3.0-or-later
// Offers that somebody puts aside without an account: their ids are in the session, which begins with the first of them,
// or in a link that is passed on.
import type { Request } from 'express'

export const MOST_KEPT = 30
/** Between the ids in a link. */
export const SEPARATOR = '.'
const ID = /^[0-9a-f-]{16,36}$/

/** Of what a session or a link holds, the public ids, each once. */
export const readIds = (all: readonly unknown[]): string[] =>
  [...new Set(all.filter((one): one is string => typeof one === 'string' && ID.test(one)))].slice(0, MOST_KEPT)

/** In the order in which they were put aside. */
export function keptIn(req: Request): string[] {
  const kept: unknown = req.session.get('kept')
  return Array.isArray(kept) ? readIds(kept) : []
}
