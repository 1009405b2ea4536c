// SPDX-License-Identifier: AGPL-3.0-or-later
// The body of a form with a file is read whole, up to a limit, and taken apart in slices, so that others are served.
import { pipeline } from 'node:stream/promises'
import { Busboy } from '@fastify/busboy'
import express, { type Request, type RequestHandler } from 'express'
import { createYielding } from '../queue/event-loop.ts'
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

const FED_AT_ONCE = 256 * 1024

const takeApart: RequestHandler = async (req, _res, next) => {
  if (!Buffer.isBuffer(req.body)) return next()
  const sent: Record<string, Sent> = {}
  const texts: Record<string, string> = {}
  try {
    const form = Busboy({ headers: { 'content-type': req.get('content-type') ?? '' }, limits: { fieldSize: Infinity } })
    form.on('field', (field, value) => (texts[field] ??= value))
    form.on('file', (field, file, name) => {
      const parts: Buffer[] = []
      // The form has the same fault: unheard here, it would end the process.
      file.on('error', () => {})
      file.on('data', (part: Buffer) => parts.push(part))
      // An empty file field sends a file without a name and without content.
      file.on('end', () => parts.length > 0 && (sent[field] ??= { name: name ?? '', bytes: Buffer.concat(parts) }))
    })
    await pipeline(slicesOf(req.body), form)
  } catch {
    return next(Object.assign(new Error('the form could not be read'), { status: 400 }))
  }
  req.sentFiles = sent
  req.body = texts
  next()
}

async function* slicesOf(body: Buffer): AsyncGenerator<Buffer> {
  const yieldLoop = createYielding()
  for (let at = 0; at < body.length; at += FED_AT_ONCE) {
    yield body.subarray(at, at + FED_AT_ONCE)
    await yieldLoop()
  }
}
