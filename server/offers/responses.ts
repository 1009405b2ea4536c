// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { getAssociation } from '../../db/queries/association.ts'
import { loadOffer } from '../../db/queries/offer-changes.ts'
import { listPeopleWith } from '../../db/queries/people.ts'
import { listSubmissions } from '../../db/queries/submissions.ts'
import { dateIn } from '../base/clock.ts'
import type { Deps } from '../deps.ts'
import { onlyAssociations } from '../web/access.ts'
import { NotFound } from '../web/errors.ts'
import { param, type Handler } from '../web/handler.ts'
import type { Translator } from '../text/i18n.ts'
import type { MessageKey } from '../text/message-keys.ts'
import { listLinkable } from './linkable.ts'
import { titleOf } from './pages/words.ts'
import { redirect } from '../web/redirect.ts'

/** @throws NotFound for an archived offer, and on the site of a centre. */
export async function readOwn(deps: Deps, req: Request) {
  onlyAssociations(req)
  const loaded = await loadOffer(deps.db, param(req, 'offer'))
  if (!loaded || loaded.offer.state === 'archived') throw new NotFound()
  return { ...loaded, now: deps.clock.iso() }
}
export type Own = Awaited<ReturnType<typeof readOwn>>

/** What the form of an offer, and a file of offers, are read with. */
export async function contextOf(deps: Deps) {
  const association = await getAssociation(deps.db)
  const team = (await listPeopleWith(deps.db, 'offers')).filter(({ email }) => email !== '')
  const linkable = await listLinkable(deps)
  return { association, team, linkable, today: dateIn(association.time_zone, deps.clock.now()) }
}

export const pathOf = (offer: { id: string }, end = '') => `/work/offers/${offer.id}${end}`

/** The centres that got the offer when it was published; '' for none. */
export async function receiverNames(deps: Deps, t: Translator, id: string): Promise<string> {
  const sent = (await listSubmissions(deps.db, id)).filter(({ state }) => state !== 'withdrawn')
  return t.list(sent.map(({ centre_name, centre_uri }) => centre_name ?? centre_uri))
}

export const pressed =
  (work: (deps: Deps, req: Request, id: string) => Promise<void>, done: MessageKey) =>
  (deps: Deps): Handler =>
  async (req, res) => {
    const { offer } = await readOwn(deps, req)
    await work(deps, req, offer.id)
    req.session.flash(done, { offer: titleOf(req.t, offer.content).text })
    await redirect(req, res, pathOf(offer))
  }

/** Of an association's own models and of those of a centre. @param list the path of their list. */
export async function askTemplateRemoval(
  req: Request,
  res: Response,
  list: string,
  { id, name }: { id: string; name: string },
  text: MessageKey,
): Promise<void> {
  await res.page('offers/confirm', {
    title: req.t('offers.templates.remove_title', { name }),
    text: req.t(text),
    button: req.t('offers.templates.remove_button'),
    action: `${list}/${id}/removal`,
    back: list,
  })
}

export async function templateRemoved(req: Request, res: Response, list: string): Promise<void> {
  req.session.flash('offers.templates.removed')
  await redirect(req, res, list)
}
