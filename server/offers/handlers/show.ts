// SPDX-License-Identifier: AGPL-3.0-or-later
// A change answers with 303 to the offer, so that Back and reload are safe.
import type { Request, Response } from 'express'
import { listOwnCounts } from '../../../db/queries/figures.ts'
import { listMessages, type MessageLine } from '../../../db/queries/offer-messages.ts'
import { listLinked } from '../../../db/queries/listings.ts'
import type { OfferRow } from '../../../db/queries/offers.ts'
import { listRevisions } from '../../../db/queries/offer-changes.ts'
import {
  listAskedCentres,
  listCentreNames,
  listPastCentres,
  listRefusedTwice,
  listSubmissions,
} from '../../../db/queries/submissions.ts'
import { readReach } from '../../../db/queries/reach.ts'
import { contactsOf } from '../../applications/contacts.ts'
import type { Deps } from '../../deps.ts'
import { channelTable, hoursHow, readerOf } from '../../public-offer/channels.ts'
import { type Form, emptyForm, parseForm, withErrors } from '../../web/forms.ts'
import { onlyAssociations } from '../../web/access.ts'
import { param, type Handler } from '../../web/handler.ts'
import { pauseOffer, publishOffer, resumeOffer } from '../commands/publish.ts'
import { answerCentre } from '../commands/submissions.ts'
import { copyOffer } from '../commands/write.ts'
import { answerForm, centresIn } from '../forms.ts'
import { routesOf } from '../commands/routing.ts'
import { missingToPublish } from '../commands/change.ts'
import { hintsOf } from '../pages/hints.ts'
import { joinOf, shownOf } from '../pages/shown.ts'
import { routeLines, whyOf } from '../pages/why.ts'
import { revisionsOf, showOf } from '../pages/show.ts'
import { titleOf } from '../pages/words.ts'
import { offerUri } from '../../public-offer/public-offer.ts'
import { fileIdOf, picturesOf } from '../../public-offer/pictures.ts'
import { sheetText } from '../../public-offer/words.ts'
import { withSettledTowns } from '../../public-offer/settled.ts'
import { remarksOn, usualLanguage } from '../../model/offer/readiness.ts'
import { pathOf, pressed, readOwn, receiverNames } from '../responses.ts'
import { reasonLabel } from '../mails.ts'
import { originOf } from '../start.ts'
import { redirect } from '../../web/redirect.ts'
import { sentForm } from '../../web/once.ts'
import { runCommand } from '../../web/run-command.ts'

const MESSAGES = 30
const PAST_CENTRES = 5

async function renderShow(deps: Deps, req: Request, res: Response, form: Form | null = null): Promise<void> {
  const own = await readOwn(deps, req)
  const { offer, association } = own
  const view = { ...own, t: req.t, taxonomies: deps.taxonomies, viewer: req.viewer }
  const contacts = await contactsOf(deps.db, offer)
  const usual = usualLanguage(association)
  const routes = await routesOf(deps.db, deps, offer)
  const centres = routes.map(({ centre }) => centre)
  const submissions = await listSubmissions(deps.db, offer.id)
  const counts = await listOwnCounts(deps.db, offerUri(deps, ''), offer.id)
  const messages = new Map<string, MessageLine[]>()
  for (const { centre_uri } of submissions)
    messages.set(
      centre_uri,
      await listMessages(deps.db, { offer_uri: offerUri(deps, offer.id), partner_uri: centre_uri }, MESSAGES),
    )
  const asked = await listAskedCentres(deps.db)
  const twice = await listRefusedTwice(deps.db, offer.id)
  const shown = shownOf(view, deps, { messages, submissions, centres, asked, twice })
  const missing = await missingToPublish(deps.db, own, own.now)
  const uris = centres.map(({ uri }) => uri)
  const why = whyOf(view, {
    routes,
    submissions,
    asked,
    past: await listPastCentres(deps.db, PAST_CENTRES),
    reach: await readReach(deps.db, uris, offerUri(deps, offer.id)),
    reason: (code) => reasonLabel(deps, code, req.t.locale),
  })
  const model = {
    ...showOf(
      { ...view, offer: { ...offer, content: await withSettledTowns(deps.db, deps, offer.content) } },
      {
        missing,
        remarks: offer.state === 'draft' ? remarksOn(offer.content, usual) : [],
        contacts,
      },
    ),
    id: offer.id,
    linked: await linkedOf(deps, req, offer),
    hints:
      offer.state === 'draft' || offer.state === 'published' || offer.state === 'paused'
        ? { ...hintsOf(req.t, offer, usual, 'page'), isOpen: offer.state === 'draft' }
        : null,
    sheet: offer.content.sheet && {
      text: sheetText({ t: req.t }, offer.content.sheet),
      href: `/media/${fileIdOf(offer.content.sheet.url)}`,
    },
    pictures: await picturesOf(deps.db, deps, req.t, { uri: offerUri(deps, offer.id), ...offer.content }),
    formId: deps.newId(),
    origin: await originOf(deps.db, view),
    routes: offer.visibility === 'public' ? routeLines(req.t, routes, centresIn(req.body)) : [],
    why,
    shown,
    join: joinOf(view, shown),
    counts: channelTable(readerOf(req), counts, await listCentreNames(deps.db)),
    hoursHow: hoursHow(readerOf(req)),
    revisions: revisionsOf(view, await listRevisions(deps.db, offer.id)),
    form,
  }
  await res.page('offers/show', model, form ? 422 : 200)
}

/** Offers that this one names, or that name it, while they are online. */
async function linkedOf(deps: Deps, req: Request, { id, content }: OfferRow) {
  const named = { uri: offerUri(deps, id), linked: content.linked }
  const rows = await listLinked(deps.db, named, deps.clock.iso())
  return rows.map(({ public_id, title }) => ({ href: pathOf({ id: public_id }), title: req.t.text(title) }))
}

/** In answer to what a centre asks, without another text. */
export const answer =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { offer } = await readOwn(deps, req)
    const parsed = parseForm(answerForm, req.body)
    if (!parsed.ok) return renderShow(deps, req, res, parsed.form)
    const done = await runCommand(parsed.form, () => answerCentre(deps, req.viewer, offer.id, parsed.value))
    if (!done.ok) return renderShow(deps, req, res, done.form)
    req.session.flash('offers.answer.done')
    await redirect(req, res, pathOf(offer))
  }

export const show =
  (deps: Deps): Handler =>
  (req, res) =>
    renderShow(deps, req, res)

export const publish =
  (deps: Deps): Handler =>
  async (req, res) => {
    onlyAssociations(req)
    const version = Number((req.body as Record<string, unknown>)['version']) || undefined
    const work = () => publishOffer(deps, req.viewer, param(req, 'offer'), { version, centres: centresIn(req.body) })
    const done = await runCommand(emptyForm(), work)
    if (!done.ok) return renderShow(deps, req, res, withErrors(emptyForm(), { _: 'offers.publish.incomplete' }))
    const offer = done.value
    const centres = await receiverNames(deps, req.t, offer.id)
    const said = { offer: titleOf(req.t, offer.content).text, centres }
    req.session.flash(centres ? 'offers.publish.done' : 'offers.publish.done_own', said)
    await redirect(req, res, pathOf(offer))
  }

export const pause = pressed((deps, req, id) => pauseOffer(deps, req.viewer, id), 'offers.pause.done')
export const resume = pressed((deps, req, id) => resumeOffer(deps, req.viewer, id), 'offers.resume.done')

export const copy =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { offer } = await readOwn(deps, req)
    // Without a key, several copies in a row are meant.
    const sent = sentForm(req)
    const id = await copyOffer(deps, req.viewer, offer.id, sent.key === '' ? undefined : sent)
    req.session.flash('offers.copy.done')
    await redirect(req, res, pathOf({ id }, '/edit'))
  }
