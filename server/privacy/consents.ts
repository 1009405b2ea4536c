// SPDX-License-Identifier: AGPL-3.0-or-later
// A consent is taken back by one press, and what it allowed ends with it.
import { listConsents, saveWithdrawal } from '../../db/queries/consents.ts'
import { record } from '../../db/queries/events.ts'
import { findPerson } from '../../db/queries/people.ts'
import type { Deps } from '../deps.ts'
import type { Viewer } from '../model/viewer.ts'
import { NotFound } from '../web/errors.ts'
import { param, type Handler } from '../web/handler.ts'
import { redirect } from '../web/redirect.ts'
import { transact } from '../web/transact.ts'
import { clearContact } from './contact.ts'

export const withdraw =
  (deps: Deps): Handler =>
  async (req, res) => {
    await withdrawConsent(deps, req.viewer, param(req, 'consent'))
    req.session.flash('privacy.consent.withdrawn')
    return redirect(req, res, '/my/data')
  }

/** @throws NotFound when it is not the viewer's own, or taken back already. */
async function withdrawConsent(deps: Deps, viewer: Viewer, id: string): Promise<void> {
  await transact(deps, async (tx) => {
    const person = await findPerson(tx, viewer.personId ?? '')
    const consents = person ? await listConsents(tx, person.id) : []
    const consent = consents.find((one) => one.id === id && one.withdrawn_at === null)
    if (!person || !consent) throw new NotFound()
    const at = deps.clock.iso()
    await saveWithdrawal(tx, id, at)
    await clearContact(tx, person, at)
    const details = { kind: consent.kind }
    await record(tx, { type: 'consent.withdrawn', at, actorId: person.id, subject: person.id, details })
  })
}
