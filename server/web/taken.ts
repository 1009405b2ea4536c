// SPDX-License-Identifier: AGPL-3.0-or-later
// A form that was taken a moment ago and comes again as it was: pressed twice, sent again by Back, or tried again by a
// bad connection. What the first one did is in the way of the second (its link is used up, the thing has gone or has
// changed), and a page of that fault would make people believe that it failed. So the answer is the one of the first.
import { createHash } from 'node:crypto'
import type { Request, Response } from 'express'
import { SECOND } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import { redirect } from './redirect.ts'

const LIFE = 10 * SECOND
/** Beyond it the oldest are forgotten. */
const MOST = 10_000

export type Taken = { before: Promise<string | undefined> | undefined; answered: (to: string | undefined) => void }

/** Of a session or, without one, of a browser in its network, which others may be too: they must know what was typed. */
function senderOf(req: Request): string | undefined {
  if (req.session.idHash) return req.session.idHash
  const isTyped = Object.values(req.body as Record<string, unknown>).some((value) => value !== '')
  return isTyped ? hashOf([req.ip, req.get('user-agent')]) : undefined
}
const hashOf = (parts: unknown[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('base64url')

/** The last form of each sender. `content`: a hash of what was sent; `to`: where it led, undefined when it was not taken. */
type TakenForms = Map<string, { content: string; at: number; to: Promise<string | undefined> }>

/** Of one instance. Call it before the handler of a form, and `answered` at its end; a redirect does so with its address. */
export function watchForms({ clock }: Deps): (req: Request) => void {
  const taken: TakenForms = new Map()
  return (req) => beginForm(taken, clock.now().getTime(), req)
}

function beginForm(taken: TakenForms, now: number, req: Request): void {
  // Files are no part of what is compared.
  const sender = req.is('urlencoded') ? senderOf(req) : undefined
  if (sender === undefined) return
  const content = hashOf([req.originalUrl, req.body])
  const last = taken.get(sender)
  // Another form between the two means that this one is asked for anew.
  const before = last?.content === content && now - last.at <= LIFE ? last.to : undefined
  const { promise, resolve } = Promise.withResolvers<string | undefined>()
  // One that fails takes nothing from what the first one told.
  const form = { content, at: now, to: promise.then((own) => own ?? before) }
  const keep = (by: string) => {
    taken.delete(by)
    taken.set(by, form)
  }
  req.taken = {
    before,
    answered(to) {
      resolve(to)
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

const IN_THE_WAY = [404, 409, 410]

/** @returns true when the answer of the first time was sent. */
export async function answeredAsBefore(req: Request, res: Response, status: number): Promise<boolean> {
  if (!req.taken?.before || !IN_THE_WAY.includes(req.formAgain?.status ?? status)) return false
  const to = await req.taken.before
  if (to === undefined) return false
  delete req.formAgain
  await redirect(req, res, to)
  return true
}
