// SPDX-License-Identifier: AGPL-3.0-or-later
// The body of a form with a file is read whole, up to a limit, and parsed by Node itself.
import express, { type Request, type RequestHandler } from 'express'
import './handler.ts'

export type SentFile = { name: string; bytes: Buffer }
/** 'too_large' when the whole form was over the limit; then nothing of it was read. */
export type Sent = SentFile | 'too_large' | undefined

export function sentFile(req: Request, field: string): Sent {
  return req.sentFiles?.['*'] ?? req.sentFiles?.[field]
}

/** Steps before the forgery check: they fill req.body with the texts of the form, as for any other. */
export function readUpload(mostBytes: number): RequestHandler[] {
  const raw = express.raw({ type: 'multipart/form-data', limit: mostBytes })
  return [
    (req, res, next) => {
      raw(req, res, (error?: unknown) => {
        if (!error) return next()
        if ((error as { status?: number }).status !== 413) return next(error)
        req.sentFiles = { '*': 'too_large' }
        req.body = {}
        next()
      })
    },
    takeApart,
  ]
}

const takeApart: RequestHandler = async (req, res, next) => {
  if (!Buffer.isBuffer(req.body)) return next()
  const sent: Record<string, Sent> = {}
  const texts: Record<string, string> = {}
  try {
    const headers = { 'content-type': req.get('content-type') ?? '' }
    const form = await new Response(new Uint8Array(req.body), { headers }).formData()
    for (const [field, value] of form) {
      if (typeof value === 'string') texts[field] ??= value
      // An empty file field sends a file without a name and without content.
      else if (value.size > 0) sent[field] ??= { name: value.name, bytes: Buffer.from(await value.arrayBuffer()) }
    }
  } catch {
    return next(Object.assign(new Error('the form could not be read'), { status: 400 }))
  }
  req.sentFiles = sent
  req.body = texts
  next()
}
