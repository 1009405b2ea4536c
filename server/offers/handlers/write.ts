// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Request, Response } from 'express'
import { z } from 'zod'
import { getAssociation } from '../../../db/queries/association.ts'
import { listFurtherContacts } from '../../../db/queries/offer-contacts.ts'
import { listRecentContents, type OfferRow } from '../../../db/queries/offers.ts'
import { findLastMessage } from '../../../db/queries/offer-messages.ts'
import { commentLines } from '../../public-offer/comments.ts'
import { usualLanguage } from '../../model/offer/readiness.ts'
import { offerUri } from '../../public-offer/public-offer.ts'
import { withArticle } from '../../text/wording.ts'
import { optionalLines } from '../../web/fields.ts'
import type { Deps } from '../../deps.ts'
import { emptyForm, parseForm, withErrors, type Form } from '../../web/forms.ts'
import { query, type Handler } from '../../web/handler.ts'
import { emptyDraft, readOffer, valuesOf } from '../form-to-content.ts'
import { listAsking } from '../commands/submissions.ts'
import { createDraft, editOffer, type Edited } from '../commands/write.ts'
import { differencesOf, formOf } from '../pages/form.ts'
import { hintsOf } from '../pages/hints.ts'
import { titleOf } from '../pages/words.ts'
import type { OpenPlace } from '../../public-offer/places.ts'
import { onlyAssociations } from '../../web/access.ts'
import { findStart } from '../start.ts'
import { contextOf, pathOf, readOwn } from '../responses.ts'
import { readTyped, type TypedView } from '../typed.ts'
import { redirect } from '../../web/redirect.ts'
import { sentForm } from '../../web/once.ts'
import { runCommand } from '../../web/run-command.ts'

type Shown = {
  form: Form
  open?: readonly OpenPlace[]
  offer?: OfferRow | undefined
  typedBefore?: boolean
  typed?: TypedView
  /** Name of the model a new offer begins with. */
  start?: string
}

async function render(deps: Deps, req: Request, res: Response, shown: Shown, status: number): Promise<void> {
  const { form, open = [], offer } = shown
  const context = await contextOf(deps)
  const recent = await listRecentContents(deps.db, 20)
  const view = { ...context, t: req.t, taxonomies: deps.taxonomies, recent, offer }
  const model = formOf(view, form, open, query(req, 'open'))
  const usual = usualLanguage(context.association)
  // Somebody else saved first: both texts are shown, and sending the form again replaces theirs.
  const stored =
    offer && shown.typedBefore ? valuesOf(deps, context.association, await withContacts(deps, offer), req.t) : undefined
  await res.page(
    'offers/form',
    {
      ...model,
      form: { ...form, values: { form_id: deps.newId(), ...form.values } },
      title: offer
        ? req.t('offers.form.edit_title', { offer: titleOf(req.t, offer.content).text })
        : req.t('offers.form.new_title'),
      action: offer ? pathOf(offer, '/edit') : '/work/offers/new',
      back: offer ? pathOf(offer) : '/work/offers',
      isNew: offer === undefined,
      // After a fault, the faults come first.
      hints: offer && status === 200 ? hintsOf(req.t, offer, usual, 'form') : null,
      typed: shown.typed ?? null,
      start: shown.start ?? '',
      asking: await askingOf(deps, req, offer),
      conflict: stored ? { rows: differencesOf(view, stored, form.values) } : null,
    },
    status,
  )
}

const withContacts = async (deps: Deps, offer: OfferRow) => ({
  ...offer,
  further: await listFurtherContacts(deps.db, offer.id),
})

/** The centres that wait for an answer, and what they say beside each field. */
async function askingOf(deps: Deps, req: Request, offer: OfferRow | undefined) {
  if (!offer) return null
  const asking = (await listAsking(deps.db, offer.id)).filter(({ state }) => state === 'changes_requested')
  const remarks: Record<string, string[]> = {}
  for (const { centre_uri, centre_name } of asking) {
    const last = await findLastMessage(deps.db, { offer_uri: offerUri(deps, offer.id), partner_uri: centre_uri })
    for (const { field, text } of last?.is_ours === 0 ? commentLines(req.t, last.comments) : [])
      (remarks[field] ??= []).push(req.t('offers.form.remark', { centre: centre_name ?? centre_uri, text }))
  }
  const names = asking.map(({ centre_name, centre_uri }) => withArticle(centre_name ?? centre_uri, req.t.locale))
  return names.length === 0 ? null : { names: req.t.list(names), remarks }
}

const answered = z.object({ answer: optionalLines(1000) })

export const fresh =
  (deps: Deps): Handler =>
  async (req, res) => {
    onlyAssociations(req)
    const { personId } = req.viewer
    const { association, team, linkable } = await contextOf(deps)
    const stored = valuesOf(deps, association, emptyDraft(personId), req.t)
    const typed = await readTyped(deps, req, { path: '/work/offers/new', association, team, linkable, stored })
    const start = await findStart(deps.db, association, query(req, 'template'))
    const begun = start && {
      ...valuesOf(deps, association, { ...emptyDraft(personId), ...start }, req.t),
      template: start.id,
    }
    const form = emptyForm({ contact_id: personId ?? '', ...begun, ...typed.values })
    await render(deps, req, res, { form, typed: typed.view, start: start?.name ?? '' }, 200)
  }

export const create =
  (deps: Deps): Handler =>
  async (req, res) => {
    onlyAssociations(req)
    const read = readOffer(deps, await contextOf(deps), req.body)
    if (!read.ok) return render(deps, req, res, read, 422)
    const { template = '' } = read.form.values
    const start = await findStart(deps.db, await getAssociation(deps.db), String(template))
    const id = await createDraft(deps, req.viewer, { ...read.input, templateId: start?.id }, sentForm(req))
    req.session.flash('offers.form.saved')
    await redirect(req, res, pathOf({ id }))
  }

export const edit =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { offer, association } = await readOwn(deps, req)
    const stored = valuesOf(deps, association, await withContacts(deps, offer), req.t)
    const { team, linkable } = await contextOf(deps)
    const typed = await readTyped(deps, req, {
      path: pathOf(offer, '/edit'),
      offer,
      association,
      team,
      linkable,
      stored,
    })
    const form = emptyForm({ ...stored, ...typed.values })
    // With the version on which the text was begun, so that a change of others since is noticed when it is saved.
    const version = Number(typed.values.version) || offer.version
    await render(deps, req, res, { form, offer: { ...offer, version }, typed: typed.view }, 200)
  }

export const save =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { offer } = await readOwn(deps, req)
    const published = offer.state === 'draft' ? undefined : offer
    const read = readOffer(deps, { ...(await contextOf(deps)), published }, req.body)
    const said = parseForm(answered, req.body)
    const values = { ...read.form.values, answer: said.form.values['answer'] ?? '' }
    const form = { values, errors: { ...read.form.errors, ...said.form.errors } }
    if (!read.ok || !said.ok) return render(deps, req, res, { form, open: read.open, offer: opened(offer, req) }, 422)
    const input = { ...read.input, version: read.version, formId: sentForm(req).key, answer: said.value.answer }
    const done = await runCommand(form, () => editOffer(deps, req.viewer, offer.id, input), {
      conflict: true,
    })
    if (done.ok) {
      req.session.flash(doneKey(offer, done.value))
      return redirect(req, res, pathOf(offer))
    }
    if (done.status === 422) return render(deps, req, res, { form: done.form, offer: opened(offer, req) }, 422)
    const stale = withErrors(form, { _: 'offers.refused.stale' })
    await render(deps, req, res, { form: stale, offer, typedBefore: true }, 409)
  }

function doneKey(offer: OfferRow, { changed, tells, answered: isAnswered }: Edited) {
  if (!changed && isAnswered) return 'offers.answer.done'
  if (!changed) return 'offers.form.unchanged'
  if (tells) return 'offers.form.updated_told'
  return offer.state === 'draft' ? 'offers.form.saved' : 'offers.form.updated'
}

/** The form keeps its first version until it is saved, to notice changes of others. */
function opened(offer: OfferRow, req: Request): OfferRow {
  return { ...offer, version: Number((req.body as Record<string, unknown>).version) || offer.version }
}
