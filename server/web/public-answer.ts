// SPDX-License-Identifier: AGPL-3.0-or-later
// Pages, feeds and open data that everybody without a session gets alike at one address in one language. They are kept
// while nothing has changed that they could show, because making one takes many times as long as sending it.
import { createHash } from 'node:crypto'
import type { OutgoingHttpHeaders } from 'node:http'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Request, Response } from 'express'
import type { Deps } from '../deps.ts'
import type { Coding, KeptAnswer } from '../memory.ts'
import type { Handler } from './handler.ts'

export type PublicAnswer = {
  body: string | Buffer
  /** Media type, without charset. */
  type: string
  /** When what it shows last changed (ISO), for Last-Modified. */
  changed?: string | null
  /** Called for each request that gets this answer, to count the visit. Uses no database. */
  note?: (req: Request) => void
  /** False when it changes at an instant at which no offer of the search begins or ends. */
  isLasting?: boolean
}
/** Of an answer that depends on more of the request than its address and language. */
export type Variant = (deps: Deps, req: Request) => string | null
/** Undefined when it has answered itself, because the address is wrong. */
export type MakeAnswer = (req: Request, res: Response) => Promise<PublicAnswer | undefined>

const LONGEST_KEY = 600
/** Shorter bodies are sent as they are, as `compression` does. */
const LEAST_COMPRESSED = 1024

const [brotli, gzipped] = [promisify(brotliCompress), promisify(gzip)]
const COMPRESS: Record<Coding, (body: Buffer) => Promise<Buffer>> = {
  br: (body) => brotli(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  gzip: (body) => gzipped(body),
}

/** @param make reads nothing of the request but its address, its language and what `variant` returns. */
export function publicAnswer(make: (deps: Deps) => MakeAnswer, variant: Variant = () => null): (deps: Deps) => Handler {
  return (deps) => {
    const makeAnswer = make(deps)
    return async (req, res) => {
      refuseFormAgain(req)
      const complete = () => completed(req, res, makeAnswer)
      const key = [req.t.locale, variant(deps, req), req.originalUrl].join(' ')
      const isAlike = req.session.idHash === undefined && key.length <= LONGEST_KEY
      const answer = isAlike ? await deps.memory.answers.get(await versionOf(deps), key, complete) : await complete()
      if (answer) await send(deps, req, res, answer)
    }
  }
}

/** A kept page shows nothing that was typed: who sent a form that was not taken gets the page of its fault. */
function refuseFormAgain(req: Request): void {
  const { error } = req.formAgain ?? {}
  if (!error) return
  delete req.formAgain
  throw error
}

/** Pages name times to the minute, and a day ends with a minute; offers begin and end at any instant. */
async function versionOf({ clock, offerSearch }: Deps): Promise<string> {
  const now = clock.iso()
  return `${now.slice(0, 16)} ${await offerSearch.version(now)}`
}

async function completed(req: Request, res: Response, make: MakeAnswer): Promise<KeptAnswer | undefined> {
  const before = res.getHeaders()
  const made = await make(req, res)
  if (!made) return undefined
  const after = { ...res.getHeaders(), 'content-type': `${made.type}; charset=utf-8` } as OutgoingHttpHeaders
  const names = Object.keys({ ...before, ...after }).filter((name) => before[name] !== after[name])
  const { body, changed, note, isLasting = true } = made
  return {
    body: Buffer.from(body),
    headers: names.map((name) => [name, after[name]]),
    etag: `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 27)}"`,
    changed,
    note,
    isLasting,
    compressed: new Map(),
  }
}

/** Or 304 without a body. Express would send all again to programs that send `Cache-Control: no-cache`, as fetch does. */
async function send(deps: Pick<Deps, 'clock'>, req: Request, res: Response, answer: KeptAnswer): Promise<void> {
  await req.session.saveIfPossible()
  answer.note?.(req)
  for (const [name, value] of answer.headers) {
    if (value === undefined) res.removeHeader(name)
    else res.setHeader(name, value)
  }
  // HTTP dates have whole seconds, so in the second of a change only the ETag is sent.
  const { etag, changed } = answer
  const isPast = changed && changed.slice(0, 19) < deps.clock.iso().slice(0, 19)
  const modified = isPast ? new Date(changed).toUTCString() : undefined
  res.set({ ETag: etag, ...(modified && { 'Last-Modified': modified }) })
  if (isKnown(req, etag, modified)) return void res.status(304).end()
  const coding = answer.body.length < LEAST_COMPRESSED ? undefined : codingFor(req)
  if (!coding) return void res.send(answer.body)
  res.set('Content-Encoding', coding)
  res.send(await compressed(answer, coding))
}

/** RFC 9110 §13. */
function isKnown(req: Request, etag: string, modified: string | undefined): boolean {
  const tags = req.get('if-none-match')
  if (tags !== undefined) return tags.trim() === '*' || tags.split(',').some((tag) => plainTag(tag) === plainTag(etag))
  const since = Date.parse(req.get('if-modified-since') ?? '')
  return modified !== undefined && since >= Date.parse(modified)
}

const plainTag = (tag: string): string => tag.trim().replace(/^W\//, '')

const codingFor = (req: Request) => (['br', 'gzip'] as const).find((coding) => req.acceptsEncodings(coding) === coding)

/** Outside the event loop, and once. */
function compressed({ body, compressed: known }: KeptAnswer, coding: Coding): Promise<Buffer> {
  const made = known.get(coding) ?? COMPRESS[coding](body)
  known.set(coding, made)
  return made
}
