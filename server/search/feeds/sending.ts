// SPDX-License-Identifier: AGPL-3.0-or-later
// How programs are answered: from any site, only when something changed, and told plainly what was not understood.
import type { Request, Response } from 'express'
import { lastChange } from '../../../db/queries/listing-search.ts'
import type { Deps } from '../../deps.ts'
import type { Query } from '../search.ts'
import { townLabel } from '../towns.ts'

/** Open data: any page of any site may read the answer. */
export function openToAll(res: Response): void {
  res.set({
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Expose-Headers': 'Link, X-Total-Count',
    'Cross-Origin-Resource-Policy': 'cross-origin',
    // Kept, but asked for again each time: a closed offer is gone at once.
    'Cache-Control': 'no-cache',
  })
}

/**
 * A program cannot see that we left its town aside: it is told. True when the answer has been given.
 */
export function refuseUnclear(req: Request, res: Response, { where, asked, region }: Query): boolean {
  const [town] = where.unknown
  const field = town ? 'place' : asked.region && !region ? 'region' : ''
  if (!field) return false
  const suggestions = town?.suggestions.map((place) => ({ code: place.code, name: townLabel(place) })) ?? []
  const error = town
    ? req.t('search.api.unknown_town', { town: town.typed })
    : req.t('search.note.unknown_region', { region: asked.region })
  res.status(400).json({ error, field, suggestions })
  return true
}

/** Sends it with an ETag (Express makes it) and Last-Modified; 304 without a body when the reader has it already. */
export async function sendUnlessKnown(deps: Deps, res: Response, type: string, body: string): Promise<void> {
  const now = deps.clock.iso()
  const changed = await lastChange(deps.db, now)
  // HTTP dates have whole seconds: in the second of a change, only the ETag tells before from after.
  if (changed && changed.slice(0, 19) < now.slice(0, 19)) res.set('Last-Modified', new Date(changed).toUTCString())
  res.type(`${type}; charset=utf-8`).send(body)
}
