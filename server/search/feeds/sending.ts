// SPDX-License-Identifier: AGPL-3.0-or-later
import { createHash } from 'node:crypto'
import type { Request, Response } from 'express'
import { lastChange } from '../../../db/queries/listing-search.ts'
import type { Deps } from '../../deps.ts'
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

/** 400 for an unknown town or region, because a program cannot see that we ignored it. @returns true in this case. */
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

/**
 * Sends ETag and Last-Modified, or 304 without a body (RFC 9110 §13). Express would send everything again to clients
 * that send `Cache-Control: no-cache`, as fetch does.
 */
export async function sendUnlessKnown(deps: Deps, res: Response, type: string, body: string): Promise<void> {
  const now = deps.clock.iso()
  const changed = await lastChange(deps.db, now)
  const etag = `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`
  res.set('ETag', etag)
  // HTTP dates have whole seconds, so in the second of a change only the ETag is sent.
  const modified = changed && changed.slice(0, 19) < now.slice(0, 19) ? new Date(changed).toUTCString() : undefined
  if (modified) res.set('Last-Modified', modified)
  if (isKnown(res.req, etag, modified)) res.status(304).end()
  else res.type(`${type}; charset=utf-8`).send(body)
}

function isKnown(req: Request, etag: string, modified: string | undefined): boolean {
  const tags = req.get('if-none-match')
  if (tags !== undefined) return tags.trim() === '*' || tags.split(',').some((tag) => plainTag(tag) === plainTag(etag))
  const since = Date.parse(req.get('if-modified-since') ?? '')
  return modified !== undefined && since >= Date.parse(modified)
}

const plainTag = (tag: string): string => tag.trim().replace(/^W\//, '')
