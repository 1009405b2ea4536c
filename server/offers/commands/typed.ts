// SPDX-License-Identifier: AGPL-3.0-or-later
// What is typed is kept while it is typed. It changes no offer, makes no revision, and tells nobody.
import { endTypedOffer, findTypedRow, saveTypedOffer } from '../../../db/queries/typed-offers.ts'
import type { Deps } from '../../deps.ts'
import { canWrite } from '../../model/offer/rules.ts'
import type { Viewer } from '../../model/viewer.ts'
import { Forbidden, Refused } from '../../web/errors.ts'
import type { FormValues } from '../../web/forms.ts'
import { transact, type Tx } from '../../web/transact.ts'

/** `offerId`: '' for a new offer. `formId`: of the page on which it is typed. */
export type TypedForm = { offerId: string; formId: string }

/**
 * What a page sends after its form was saved or dropped is let go.
 * @throws Refused when another page of the same person keeps a text of this offer, which is never overwritten.
 */
export async function keepTyped(deps: Deps, viewer: Viewer, form: TypedForm, typed: FormValues): Promise<void> {
  const { personId } = viewer
  if (!canWrite(viewer) || !personId) throw new Forbidden()
  const work = async (tx: Tx) => {
    const key = { person_id: personId, offer_id: form.offerId }
    const known = await findTypedRow(tx, key)
    const isOver = known?.typed === ''
    if (known && isOver === (known.form_id === form.formId)) {
      if (isOver) return
      throw new Refused('offers.typed.elsewhere')
    }
    await saveTypedOffer(tx, { ...key, form_id: form.formId, typed, kept_at: deps.clock.iso() })
  }
  await transact(deps, work, { wakes: false })
}

/** Call in the transaction that saves the form, or drops what was kept. A person without a page has nothing to end. */
export async function endTyped(tx: Tx, deps: Deps, viewer: Viewer, form: TypedForm): Promise<void> {
  if (!viewer.personId || form.formId === '') return
  const row = { person_id: viewer.personId, offer_id: form.offerId, form_id: form.formId }
  await endTypedOffer(tx, { ...row, kept_at: deps.clock.iso() })
}

export async function dropTyped(deps: Deps, viewer: Viewer, form: TypedForm): Promise<void> {
  if (!canWrite(viewer)) throw new Forbidden()
  await transact(deps, (tx) => endTyped(tx, deps, viewer, form), { wakes: false })
}
