// SPDX-License-Identifier: AGPL-3.0-or-later
// A form that was taken a moment ago and comes again as it was: pressed twice, sent again by Back, or tried again by a
// bad connection. Run again, it would send a mail twice or take back what a button had done; or what the first one did
// is in its way (its link is used up, the thing has gone or has changed), and a page of that fault would make people
// believe that it failed. So the answer is the one of the first, with what it said.
import { createHash } from 'node:crypto'
import type { Request, Response } from 'express'
import { SECOND } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import { redirect } from './redirect.ts'

const LIFE = 10 * SECOND
/** Beyond it the oldest are forgotten. */
const MOST = 10_000

/** Where a form led, and what the session held then; undefined when it was not taken. */
type Answer = { to: string; held: Record<string, unknown> } | undefined
export type Taken = { before: Promise<Answer> | undefined; answered: (to: string | undefined) => void }

/**
 * Of a session, also of one that the first form ended; without one, of a browser in its network, which others may be too:
 * they must know what was typed, or the mailed link.
 */
function senderOf(req: Request): string | undefined {
  if (req.session.sentHash) return req.session.sentHash
  const isKnown = req.params.token || Object.values(typedIn(req)).some((value) => value !== '')
  return isKnown ? hashOf([req.ip, req.get('user-agent')]) : undefined
}
/** Without what each form of ours carries, which is gone once it was checked. */
function typedIn(req: Request): Record<string, unknown> {
  const { _csrf, _owner, _page, ...typed } = req.body as Record<string, unknown>
  return typed
}
const hashOf = (parts: unknown[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('base64url')

/** Two files of one name and length, with the same beginning and end, are one: a hash of a large one would hold others. */
const ENDS = 64 * 1024
const filesOf = ({ sentFiles = {} }: Request): unknown[] =>
  Object.entries(sentFiles).map(([field, file]) => {
    if (!file || file === 'too_large') return [field, file]
    const { name, bytes } = file
    return [
      field,
      name,
      bytes.length,
      hashOf([bytes.toString('latin1', 0, ENDS), bytes.toString('latin1', Math.max(0, bytes.length - ENDS))]),
    ]
  })

/** The last form of each sender. `content`: a hash of what was sent. */
type TakenForms = Map<string, { content: string; at: number; answer: Promise<Answer> }>

/** Of one instance. Call it before the handler of a form, and `answered` at its end; a redirect does so with its address. */
export function watchForms({ clock }: Deps): (req: Request) => void {
  const taken: TakenForms = new Map()
  return (req) => beginForm(taken, clock.now().getTime(), req)
}

function beginForm(taken: TakenForms, now: number, req: Request): void {
  const sender = req.is(['urlencoded', 'multipart']) ? senderOf(req) : undefined
  if (sender === undefined) return
  const content = hashOf([req.originalUrl, typedIn(req), ...filesOf(req)])
  const last = taken.get(sender)
  // Another form between the two means that this one is asked for anew.
  const before = last?.content === content && now - last.at <= LIFE ? last.answer : undefined
  const { promise, resolve } = Promise.withResolvers<Answer>()
  // One that fails takes nothing from what the first one told.
  const form = { content, at: now, answer: promise.then((own) => own ?? before) }
  const keep = (by: string) => {
    taken.delete(by)
    taken.set(by, form)
  }
  req.taken = {
    before,
    answered(to) {
      resolve(to === undefined ? undefined : { to, held: req.session.ofBrowser() })
      // Whoever was signed in by it has another session the next time.
      if (to !== undefined && req.session.idHash && req.session.idHash !== sender) keep(req.session.idHash)
    },
  }
  keep(sender)
  for (const [oldest, { at }] of taken) {
    if (now - at <= LIFE && taken.size <= MOST) break
    taken.delete(oldest)
  }
}

/** Of a form that is run again; 422: its code was used. */
const IN_THE_WAY = [404, 409, 410, 422]

/** @returns true when the answer of the first time was sent. */
export async function answeredAsBefore(req: Request, res: Response, status: number): Promise<boolean> {
  return IN_THE_WAY.includes(req.formAgain?.status ?? status) && answeredBefore(req, res)
}

/** The same for a form that is not run a second time, or whose session the first one ended. */
export async function answeredBefore(req: Request, res: Response): Promise<boolean> {
  const answer = await req.taken?.before
  if (!answer) return false
  delete req.formAgain
  // The session that the first one began may never have arrived, or have begun in another browser.
  const isWithout = req.session.idHash === undefined
  for (const [key, value] of Object.entries(answer.held)) if (isWithout || key === 'flash') req.session.set(key, value)
  await redirect(req, res, answer.to)
  return true
}
