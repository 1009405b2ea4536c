// SPDX-License-Identifier: AGPL-3.0-or-later
// How we answer programs: public documents may be kept for half a minute, refusals not at all.
import type { Response } from 'express'
import { ACTIVITY_TYPE } from './vocabulary.ts'

export function send(res: Response, body: string): void {
  res.set('Content-Type', `${ACTIVITY_TYPE}; charset=utf-8`).set('Cache-Control', 'public, max-age=30').send(body)
}

export function sendFault(res: Response, status: number, reason: string): void {
  res.status(status).set('Cache-Control', 'no-store').json({ error: reason })
}
