// SPDX-License-Identifier: AGPL-3.0-or-later
// On coming back to the form of an offer: what was typed there and never saved.
import type { Request } from 'express'
import type { AssociationRow } from '../../db/queries/association.ts'
import type { OfferRow } from '../../db/queries/offers.ts'
import type { PersonRow } from '../../db/queries/people.ts'
import { findTypedOffer } from '../../db/queries/typed-offers.ts'
import type { Deps } from '../deps.ts'
import type { FormValues } from '../web/forms.ts'
import { query } from '../web/handler.ts'
import type { Linkable } from './linkable.ts'
import { differencesOf } from './pages/form.ts'

/** `choice`: to take the text or to drop it; `taken`: the sentence above the form that is filled in with it. */
export type TypedView = {
  choice?: { when: string; take: string; drop: string; formId: string }
  taken?: string
}

type Page = {
  path: string
  offer?: OfferRow
  association: AssociationRow
  team: readonly PersonRow[]
  linkable: readonly Linkable[]
  /** What the form says without it. */
  stored: FormValues
}

/** @returns `values`: what the form is filled in with. */
export async function readTyped(
  deps: Deps,
  req: Request,
  { path, stored, ...about }: Page,
): Promise<{ values: FormValues; view: TypedView }> {
  const { offer } = about
  const kept = await findTypedOffer(deps.db, { person_id: req.viewer.personId ?? '', offer_id: offer?.id ?? '' })
  if (!kept) return { values: {}, view: {} }
  const { form_id, typed } = kept
  const isSame = differencesOf({ t: req.t, taxonomies: deps.taxonomies, ...about }, stored, typed).length === 0
  // What was typed in this browser comes back by another way, and is newer.
  if (isSame || req.formAgain) return { values: { form_id }, view: {} }
  const at = req.t.date(kept.kept_at, 'datetime')
  if (query(req, 'typed') === 'take') {
    const isChanged = offer !== undefined && Number(typed.version) !== offer.version
    return {
      values: { ...typed, form_id },
      view: { taken: req.t(isChanged ? 'offers.typed.taken_changed' : 'offers.typed.taken', { at }) },
    }
  }
  const title = titleTyped(typed)
  const when = title ? req.t('offers.typed.when_titled', { title, at }) : req.t('offers.typed.when', { at })
  return {
    values: {},
    view: { choice: { when, take: `${path}?typed=take`, drop: `${path}/typed/removal`, formId: form_id } },
  }
}

/** In the language in which there is one; '' without. */
export const titleTyped = ({ title_fr, title_en }: FormValues): string => [title_fr || title_en || ''].flat()[0] ?? ''
