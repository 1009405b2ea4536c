// SPDX-License-Identifier: AGPL-3.0-or-later
// The bytes of a request as they were signed: uncompressed, with limits of size and time.
import type { IncomingMessage } from 'node:http'

/** `waitS`: seconds for `Retry-After`. */
export type Refused = { status: 400 | 401 | 403 | 404 | 408 | 413 | 415 | 429 | 503; reason: string; waitS?: number }

const TYPES = new Set(['application/activity+json', 'application/ld+json'])
const PATIENCE_MS = 10_000

/** @param max bytes. @param patienceMs until all of them are here. */
export function readBody(req: IncomingMessage, max: number, patienceMs = PATIENCE_MS): Promise<Buffer | Refused> {
  const type = (req.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  const encoding = req.headers['content-encoding']
  if (!TYPES.has(type) || (encoding && encoding !== 'identity'))
    return done(req, { status: 415, reason: 'type_unusable' })
  if (Number(req.headers['content-length'] ?? 0) > max) return done(req, { status: 413, reason: 'too_big' })
  // Closed before we attached listeners: no event will come.
  if (req.destroyed) return done(req, { status: 400, reason: 'broken_off' })
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    const end = (result: Buffer | Refused) => {
      clearTimeout(patience)
      req.removeAllListeners('data')
      resolve(result)
    }
    const patience = setTimeout(() => end({ status: 408, reason: 'too_slow' }), patienceMs)
    req.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > max) return end({ status: 413, reason: 'too_big' })
      chunks.push(chunk)
    })
    req.on('end', () => end(Buffer.concat(chunks)))
    req.on('error', () => end({ status: 400, reason: 'broken_off' }))
    req.on('close', () => end({ status: 400, reason: 'broken_off' }))
  })
}

/** Drops the rest of the body, so that the answer reaches a sender that is still writing. */
async function done(req: IncomingMessage, refused: Refused): Promise<Refused> {
  req.on('error', () => {}).resume()
  return refused
}
