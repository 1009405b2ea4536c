// SPDX-License-Identifier: AGPL-3.0-or-later
// Nothing typed is lost: a form that could not be taken comes back filled in, on the page where it stands.
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { Request } from 'express'
import { HOUR, later } from '../base/clock.ts'
import { sameText } from '../base/secrets.ts'
import type { Deps } from '../deps.ts'
import { typedValues, type FormValues } from './forms.ts'
import { refill } from './refill.ts'

/** The page of this request is written with what was typed in one of its forms. */
export type FormAgain = {
  /** Path to which the form is sent. */
  action: string
  values: FormValues
  /** The sentence above the page; none when only the language changed. */
  notice?: string
  status: number
  /** Why the form was not taken; shown alone when the page has nothing to fill in. */
  error?: unknown
}

/** Makes the request one for the page where its form stands. The caller passes it to the routes. */
export function showAgain(req: Request, again: Omit<FormAgain, 'action' | 'values'>): void {
  req.formAgain = { ...again, action: req.form?.action ?? '', values: typedIn(req) }
  readPage(req, req.form?.page ?? '/')
}

/** Neither shown again nor sealed: passwords, codes, and what the form itself carries. */
const SECRET = /password|^code$|^current$|^_/

const typedIn = (req: Request): FormValues =>
  Object.fromEntries(Object.entries(typedValues(req.body)).filter(([name]) => !SECRET.test(name)))

/** The same request, as if the page were asked for. */
export function readPage(req: Request, page: string): void {
  req.method = 'GET'
  req.url = page
  req.originalUrl = page
  req.body = {}
}

/** @returns undefined when the page has no field for it and nothing was written in sentences. */
export function withTyped(html: string, again: FormAgain): { html: string; left: string[] } | undefined {
  const { fields, ...filled } = refill(html, again.action, again.values)
  return fields > 0 || filled.left.length > 0 ? filled : undefined
}

/** In each form: whose it is, so that what one person typed comes back to nobody else. Empty for visitors. */
export function ownerMark(deps: Deps, personId: string | undefined): string {
  return personId ? deps.secrets.mac(personId, 'owner of a form') : ''
}

type Kept = { page: string; action: string; values: FormValues; owner: string; until: string }

const PURPOSE = 'form of an ended session'
/** `forgetOldSessions` takes away what nobody came back to. */
export const KEPT_FOR = HOUR
/** Characters that somebody who has proved nothing may leave in the database. */
const MOST_UNPROVED = 16_000

/** Sealed for the sign-in page, so that a form costs no row of the database until its owner has signed in. */
export function sealForm(deps: Deps, req: Request): string {
  const { _owner: owner = '' } = typedValues(req.body)
  const values = typedIn(req)
  if (Object.keys(values).length === 0) return ''
  const { page = '/', action = '' } = req.form ?? {}
  const kept: Kept = { page, action, values, owner: String(owner), until: later(deps.clock.iso(), KEPT_FOR) }
  return deps.secrets.seal(deflateRawSync(JSON.stringify(kept)).toString('base64'), PURPOSE)
}

/** Into the session of whoever signs in. @param sealed what the sign-in form carried. @param isProved by a password. */
export function keepForm(deps: Deps, req: Request, sealed: unknown, isProved: boolean): void {
  if (!isProved && String(sealed).length > MOST_UNPROVED) return
  if (openForm(deps, sealed)) req.session.set('form', sealed)
}

function openForm(deps: Deps, sealed: unknown): Kept | undefined {
  if (typeof sealed !== 'string' || sealed === '') return undefined
  try {
    const packed = Buffer.from(deps.secrets.open(sealed, PURPOSE), 'base64')
    const kept = JSON.parse(inflateRawSync(packed).toString()) as Kept
    return kept.until > deps.clock.iso() ? kept : undefined
  } catch {
    return undefined
  }
}

/** After a sign-in: the page of a form that was kept is filled in. Sending the form ends it. */
export function fillFromSession(deps: Deps, req: Request): void {
  const sealed = req.session.get('form')
  const { personId } = req.viewer
  if (sealed === undefined || !personId) return
  const kept = openForm(deps, sealed)
  const isOwn = kept && (kept.owner === '' || sameText(kept.owner, ownerMark(deps, personId)))
  if (!isOwn || (req.method === 'POST' && req.path === kept.action)) return req.session.set('form', undefined)
  if (req.method !== 'GET' || req.originalUrl !== kept.page) return
  req.formAgain = {
    action: kept.action,
    values: kept.values,
    notice: req.t('form.again.session'),
    status: 200,
  }
}
