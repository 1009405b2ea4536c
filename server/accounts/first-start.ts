// SPDX-License-Identifier: AGPL-3.0-or-later
import type { RequestHandler } from 'express'
import { findAssociation } from '../../db/queries/association.ts'
import { deleteTokensFor } from '../../db/queries/tokens.ts'
import type { Deps } from '../deps.ts'
import { NotFound } from '../web/errors.ts'
import { redirect } from '../web/redirect.ts'
import { transact } from '../web/transact.ts'
import { issueToken } from './tokens.ts'

/** The printed link is valid for one hour; the link of an earlier start becomes invalid. */
export async function announceSetUp(
  deps: Deps,
  write: (line: string) => void = (line) => void process.stdout.write(line),
): Promise<void> {
  const link = await makeSetUpLink(deps)
  if (!link) return
  for (const locale of ['fr', 'en'] as const) write(`${deps.i18n.for(locale)('accounts.set_up.announce', { link })}\n`)
}

/** @param known fills in the form: given_name, family_name, email. @returns undefined when the set-up is done. */
export async function makeSetUpLink(deps: Deps, known: Record<string, string> = {}): Promise<string | undefined> {
  return transact(deps, async (tx) => {
    if (await findAssociation(tx)) return undefined
    await deleteTokensFor(tx, 'setup')
    return `${deps.config.publicUrl}/setup/${await issueToken(tx, deps, 'setup', { content: known })}`
  })
}

/** Paths that programs request: they get 404 until the set-up is done. */
const FOR_PROGRAMS = /^\/(?:actor|inbox|\.well-known|nodeinfo|api)(?:\/|$)/i

export const beforeSetUp: RequestHandler = (req, res, next) => {
  if (!req.site.isSetUp && FOR_PROGRAMS.test(req.path)) return next(new NotFound())
  if (req.site.isSetUp || /^\/(?:setup\/|language$)/i.test(req.path)) return next()
  if (req.path !== '/' || req.method !== 'GET') return redirect(req, res, '/')
  res.page('accounts/not-yet', { title: req.t('accounts.not_yet.title'), robots: 'noindex' }).catch(next)
}
