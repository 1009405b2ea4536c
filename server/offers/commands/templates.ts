// SPDX-License-Identifier: AGPL-3.0-or-later
// Models of the instance: an offer without its dates, under a name, to start others from.
import { countTemplates, deleteTemplate, insertTemplate, renameTemplate } from '../../../db/queries/offer-templates.ts'
import { record } from '../../../db/queries/events.ts'
import { findOffer } from '../../../db/queries/offers.ts'
import { getAssociation } from '../../../db/queries/association.ts'
import { cut } from '../../base/cut.ts'
import type { Deps } from '../../deps.ts'
import { mainLanguage, usualLanguage } from '../../model/offer/readiness.ts'
import { canWrite } from '../../model/offer/rules.ts'
import { withoutDates, withoutFiles } from '../../model/offer/copy.ts'
import type { Viewer } from '../../model/viewer.ts'
import { Forbidden, NotFound, Refused } from '../../web/errors.ts'
import { makeOnce, type SentForm } from '../../web/once.ts'
import { transact, type Tx } from '../../web/transact.ts'
import { TEMPLATE_NAME_LONGEST } from '../forms.ts'

/** One page shows them all. */
export const MOST_TEMPLATES = 100

/** The offer stays as it is. @returns the id of the model, whose name is the title. @throws Refused when there are too many. */
export async function keepAsTemplate(deps: Deps, viewer: Viewer, offerId: string, sent?: SentForm): Promise<string> {
  if (!canWrite(viewer)) throw new Forbidden()
  return transact(deps, (tx) => makeOnce(tx, deps, sent, () => insertFrom(tx, deps, viewer, offerId)))
}

async function insertFrom(tx: Tx, deps: Deps, viewer: Viewer, offerId: string): Promise<string> {
  const offer = await findOffer(tx, offerId)
  if (!offer || offer.state === 'archived') throw new NotFound()
  if ((await countTemplates(tx)) >= MOST_TEMPLATES) throw new Refused('offers.templates.full')
  const usual = usualLanguage(await getAssociation(tx))
  const title = offer.content.title[mainLanguage(offer.content, usual)] ?? ''
  const [id, at] = [deps.newId(), deps.clock.iso()]
  await insertTemplate(tx, {
    id,
    name: cut(title, TEMPLATE_NAME_LONGEST),
    // The public name of a contact goes with the contact, who is another one next time.
    content: { ...withoutFiles(withoutDates(offer.content)), contact_label: '', linked: [] },
    visibility: offer.visibility,
    offer_id: offer.id,
    created_by: viewer.personId,
    created_at: at,
  })
  const details = { offer: offer.id }
  await record(tx, { type: 'template.created', at, actorId: viewer.personId, subject: id, details })
  return id
}

/** @throws NotFound when somebody else took it away. */
export async function nameTemplate(deps: Deps, viewer: Viewer, id: string, name: string): Promise<void> {
  if (!canWrite(viewer)) throw new Forbidden()
  await transact(deps, async (tx) => {
    if (!(await renameTemplate(tx, id, name))) throw new NotFound()
    const at = deps.clock.iso()
    await record(tx, { type: 'template.updated', at, actorId: viewer.personId, subject: id, details: {} })
  })
}

/** Offers that began with it stay. One that is gone already is no fault. */
export async function removeTemplate(deps: Deps, viewer: Viewer, id: string): Promise<void> {
  if (!canWrite(viewer)) throw new Forbidden()
  await transact(deps, async (tx) => {
    if (!(await deleteTemplate(tx, id))) return
    const at = deps.clock.iso()
    await record(tx, { type: 'template.removed', at, actorId: viewer.personId, subject: id, details: {} })
  })
}
