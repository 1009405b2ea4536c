// SPDX-License-Identifier: AGPL-3.0-or-later
// The page of a parent or guardian, opened by the link in their mail. A GET changes nothing.
import type { Request, Response } from 'express'
import type { Deps } from '../../deps.ts'
import { NotFound, Refused } from '../../web/errors.ts'
import { param, type Handler } from '../../web/handler.ts'
import { redirect } from '../../web/redirect.ts'
import { findGuardedApplication, giveConsent, noteConsent, withdrawConsent } from '../commands/guardian.ts'
import { guardianPath } from '../guardian.ts'
import { findHomeOffer } from '../offer.ts'
import { guardianPage, wordingOf } from '../pages/guardian.ts'
import { load } from '../responses.ts'
import type { MessageKey } from '../../text/message-keys.ts'

export const show =
  (deps: Deps): Handler =>
  async (req, res) =>
    res.page('applications/guardian', guardianPage(await settingOf(deps, req, res)))

export const consent =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { application, offer, token, association, t } = await settingOf(deps, req, res)
    const wording = wordingOf({ application }, t.text(offer.content.title).text, association, t)
    await orTell(req, 'applications.guardian.given', () => giveConsent(deps, token, wording))
    await redirect(req, res, guardianPath(token))
  }

export const withdraw =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { token } = await settingOf(deps, req, res)
    await orTell(req, 'applications.guardian.withdrawn', () => withdrawConsent(deps, token))
    await redirect(req, res, guardianPath(token))
  }

/** By the team, for a permission that came on paper or by telephone. */
export const note =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { application, offer, association, t } = await load(deps, req)
    const wording = wordingOf({ application }, t.text(offer.content.title).text, association, t)
    await orTell(req, 'applications.guardian.noted', () => noteConsent(deps, req.viewer, application.id, wording))
    await redirect(req, res, `/work/applications/${application.id}`)
  }

async function orTell(req: Request, done: MessageKey, act: () => Promise<void>): Promise<void> {
  try {
    await act()
    req.session.flash(done)
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    req.session.flash(error.key, {}, 'wait')
  }
}

async function settingOf(deps: Deps, req: Request, res: Response) {
  // The URL gives access to the application, so nothing of the page may stay in a browser or a cache.
  res.set('Cache-Control', 'no-store')
  const token = param(req, 'token')
  const guarded = await findGuardedApplication(deps.db, deps, token)
  const offer = await findHomeOffer(deps.db, guarded.application.offer_id)
  if (!offer) throw new NotFound('applications.guardian.link_over')
  return { deps, ...guarded, offer, token, association: req.site.name, t: req.t }
}
