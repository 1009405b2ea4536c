// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Response } from 'express'
import { ACTIVITY_TYPE } from './vocabulary.ts'

type Wish = { type: string; weight: number; at: number }

const ACTIVITY = new Set(['application/activity+json', 'application/ld+json', 'application/json'])
const PAGE = new Set(['text/html', 'application/xhtml+xml'])

/** True when an ActivityStreams type, or JSON, is named, and no page type with more weight or, at equal weight, before it. */
export function prefersActivity(accept: string | undefined): boolean {
  const wishes = (accept ?? '').split(',').slice(0, 40).map(readWish)
  const activity = best(wishes, ACTIVITY)
  const page = best(wishes, PAGE)
  if (!activity) return false
  return !page || activity.weight > page.weight || (activity.weight === page.weight && activity.at < page.at)
}

/** Only when a page type is named: a program that accepts anything gets ActivityStreams. */
export function prefersPage(accept: string | undefined): boolean {
  const wishes = (accept ?? '').split(',').slice(0, 40).map(readWish)
  return best(wishes, PAGE) !== undefined && !prefersActivity(accept)
}

function readWish(text: string, at: number): Wish {
  const [type = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2)
  return { type, weight: weight === undefined ? 1 : Number(weight) || 0, at }
}

function best(wishes: Wish[], types: Set<string>): Wish | undefined {
  const fitting = wishes.filter(({ type, weight }) => types.has(type) && weight > 0)
  return fitting.sort((a, b) => b.weight - a.weight || a.at - b.at)[0]
}

export function send(res: Response, body: string): void {
  res.set('Content-Type', `${ACTIVITY_TYPE}; charset=utf-8`).set('Cache-Control', 'public, max-age=30').send(body)
}

export function sendFault(res: Response, status: number, reason: string): void {
  res.status(status).set('Cache-Control', 'no-store').json({ error: reason })
}
