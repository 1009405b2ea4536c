// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import type { Ignored } from '../query.ts'
import type { Query } from '../search.ts'
import { townLabel } from '../towns.ts'

/** Any page of any site may read the answer. */
export function openToAll(res: Response): void {
  res.set({
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Expose-Headers': 'Link, X-Total-Count',
    'Cross-Origin-Resource-Policy': 'cross-origin',
    // Cached, but checked again each time, so that a closed offer disappears at once.
    'Cache-Control': 'no-cache',
  })
}

/**
 * 400 for an unknown town or region, or another value that is not understood, because a program cannot see that we
 * ignored it. @returns true in this case.
 */
export function refuseUnclear(
  req: Request,
  res: Response,
  { where, asked, region, match }: Query,
  ignored: readonly Ignored[],
): boolean {
  const [town] = where.unknown
  const field = town ? 'place' : asked.region && !region ? 'region' : ''
  // Words without a word to look for would find everything.
  const unclear = ignored[0] ?? (asked.q && match === null ? { name: 'q', value: asked.q } : undefined)
  if (!field && unclear) {
    res.status(400).json({ error: req.t('search.api.unclear', unclear), field: unclear.name, suggestions: [] })
    return true
  }
  if (!field) return false
  const suggestions = town?.suggestions.map((place) => ({ code: place.code, name: townLabel(place) })) ?? []
  const error = town
    ? req.t('search.api.unknown_town', { town: town.typed })
    : req.t('search.note.unknown_region', { region: asked.region })
  res.status(400).json({ error, field, suggestions })
  return true
}
