// SPDX-License-Identifier: AGPL-3.0-or-later
// What a new offer may begin with: a model of the instance, of a centre, or one that comes with the software.
import type { AssociationRow } from '../../db/queries/association.ts'
import { findTemplate } from '../../db/queries/offer-templates.ts'
import { findCentreTemplate } from '../../db/queries/shared-templates.ts'
import { findOffer, type OfferRow } from '../../db/queries/offers.ts'
import { findStarter, type StartingPoint } from '../../db/reference/offer-templates.ts'
import type { Translator } from '../text/i18n.ts'
import type { Handle } from '../web/transact.ts'
import { titleOf } from './pages/words.ts'
import { pathOf } from './responses.ts'

export type Start = StartingPoint & Pick<OfferRow, 'visibility'>

/** @returns undefined for an unknown one, and for one that was taken away. */
export async function findStart(db: Handle, { locale }: AssociationRow, id: string): Promise<Start | undefined> {
  if (id === '') return undefined
  const starter = findStarter(id, locale)
  if (starter) return { ...starter, visibility: 'public' }
  const ofCentre = await findCentreTemplate(db, id)
  return ofCentre ? { ...ofCentre, visibility: 'public' } : findTemplate(db, id)
}

/** The line that says what an offer began with; null for one that was written from nothing. */
export async function originOf(
  db: Handle,
  { t, association, offer }: { t: Translator; association: AssociationRow; offer: OfferRow },
): Promise<{ text: string; href: string } | null> {
  const start = await findStart(db, association, offer.template_id ?? '')
  if (start) return { text: t('offers.templates.origin', { name: start.name }), href: '/work/offers/templates' }
  const from = offer.copied_from ? await findOffer(db, offer.copied_from) : undefined
  if (!from || from.state === 'archived') return null
  return { text: t('offers.templates.copied', { offer: titleOf(t, from.content).text }), href: pathOf(from) }
}
