// SPDX-License-Identifier: AGPL-3.0-or-later
// What an administrator does with a request for help with the site.
import { record } from '../../../db/queries/events.ts'
import * as help from '../../../db/queries/help.ts'
import { insertErased } from '../../../db/queries/erase.ts'
import { findPerson } from '../../../db/queries/people.ts'
import type { Deps } from '../../deps.ts'
import { hasRight, type Viewer } from '../../model/viewer.ts'
import { writeErased } from '../../privacy/erase.ts'
import { Forbidden, Invalid, NotFound } from '../../web/errors.ts'
import { makeOnce, type SentForm } from '../../web/once.ts'
import { transact, type Tx } from '../../web/transact.ts'
import { mailAnswer } from '../mails.ts'

/** @throws Forbidden, NotFound. */
export async function loadHelp(tx: Tx | Deps['db'], viewer: Viewer, id: string): Promise<help.HelpRow> {
  if (!hasRight(viewer, 'help')) throw new Forbidden()
  const found = await help.findHelp(tx, id)
  if (!found) throw new NotFound()
  return found
}

/** Shows colleagues who takes care of it, or that nobody does any more. */
export async function takeHelp(deps: Deps, viewer: Viewer, id: string, isLeft: boolean): Promise<void> {
  await transact(deps, async (tx) => {
    const found = await loadHelp(tx, viewer, id)
    const taken_by = isLeft ? null : viewer.personId
    if (taken_by === found.taken_by || (isLeft && found.taken_by !== viewer.personId)) return
    await help.saveHelp(tx, id, { taken_by })
    const what = taken_by ? 'help.taken' : 'help.left'
    await record(tx, { type: what, at: deps.clock.iso(), actorId: viewer.personId, subject: id, details: {} })
  })
}

/** Done, or open again. */
export async function moveHelp(deps: Deps, viewer: Viewer, id: string, state: 'open' | 'done'): Promise<void> {
  await transact(deps, async (tx) => {
    const found = await loadHelp(tx, viewer, id)
    if (found.state === state) return
    const at = deps.clock.iso()
    await help.saveHelp(tx, id, { state, updated_at: at })
    const details = { from: found.state, to: state }
    await record(tx, { type: 'help.moved', at, actorId: viewer.personId, subject: id, details })
  })
}

/** By mail; whoever answers takes care of it, unless a colleague does. @throws Invalid at `body` without an address. */
export async function answerHelp(deps: Deps, viewer: Viewer, id: string, body: string, sent?: SentForm): Promise<void> {
  await transact(deps, async (tx) => {
    const found = await loadHelp(tx, viewer, id)
    if (found.email === '') throw new Invalid({ body: 'help.error.no_mail' })
    await makeOnce(tx, deps, sent, async () => {
      const [answerId, at] = [deps.newId(), deps.clock.iso()]
      await help.insertHelpAnswer(tx, { id: answerId, request_id: id, body, sent_by: viewer.personId, sent_at: at })
      const writer = viewer.personId ? await findPerson(tx, viewer.personId) : undefined
      await mailAnswer(tx, deps, found, { id: answerId, body, writer })
      await help.saveHelp(tx, id, { taken_by: found.taken_by ?? viewer.personId, updated_at: at })
      await record(tx, { type: 'help.answered', at, actorId: viewer.personId, subject: id, details: {} })
      return answerId
    })
  })
}

/** Everything about it is deleted at once, as somebody may ask. */
export async function removeHelp(deps: Deps, viewer: Viewer, id: string): Promise<void> {
  await transact(deps, async (tx) => {
    await loadHelp(tx, viewer, id)
    const at = deps.clock.iso()
    await help.deleteHelp(tx, id)
    await insertErased(tx, id, at)
    await record(tx, { type: 'help.removed', at, actorId: viewer.personId, subject: id, details: {} })
  })
  await writeErased(deps)
}
