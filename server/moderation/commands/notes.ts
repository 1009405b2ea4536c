// SPDX-License-Identifier: AGPL-3.0-or-later
// Notes of the team of a centre. Nothing of them leaves the centre.
import { findAffiliationWith } from '../../../db/queries/affiliations.ts'
import { record } from '../../../db/queries/events.ts'
import { deleteNote, findNote, insertNote, type NoteRow } from '../../../db/queries/team-notes.ts'
import type { Deps } from '../../deps.ts'
import type { Viewer } from '../../model/viewer.ts'
import { Forbidden, NotFound } from '../../web/errors.ts'
import { makeOnce, type SentForm } from '../../web/once.ts'
import { transact, type Tx } from '../../web/transact.ts'
import { canModerate, mayErase } from '../policy.ts'

type About = Pick<NoteRow, 'association_uri' | 'item_id'>

/** @param about `item_id` null: about the association as a whole, which is or was a member. @throws Forbidden, NotFound. */
export async function writeNote(
  deps: Deps,
  viewer: Viewer,
  about: About,
  body: string,
  sent?: SentForm,
): Promise<string> {
  if (!canModerate(viewer)) throw new Forbidden()
  return transact(deps, (tx) =>
    makeOnce(tx, deps, sent, async () => {
      const subject = await subjectOf(tx, about)
      const [id, at] = [deps.newId(), deps.clock.iso()]
      await insertNote(tx, { id, ...about, body, written_by: viewer.personId, written_at: at })
      await record(tx, { type: 'note.written', at, actorId: viewer.personId, subject, details: { note: id } })
      return id
    }),
  )
}

/** In the history of the association a note stands with the offer, or with its membership. */
async function subjectOf(tx: Tx, { association_uri, item_id }: About): Promise<string> {
  const subject = item_id ?? (await findAffiliationWith(tx, association_uri, 'member'))?.id
  if (!subject) throw new NotFound()
  return subject
}

/** @throws Forbidden, NotFound. */
export async function loadNote(tx: Tx | Deps['db'], viewer: Viewer, id: string): Promise<NoteRow> {
  if (!canModerate(viewer)) throw new Forbidden()
  const note = await findNote(tx, id)
  if (!note) throw new NotFound()
  if (!mayErase(viewer, note)) throw new Forbidden()
  return note
}

/** That there was one stays in the history, its words do not. */
export async function eraseNote(deps: Deps, viewer: Viewer, id: string): Promise<void> {
  await transact(deps, async (tx) => {
    const note = await loadNote(tx, viewer, id)
    const subject = await subjectOf(tx, note)
    await deleteNote(tx, id)
    const at = deps.clock.iso()
    await record(tx, { type: 'note.erased', at, actorId: viewer.personId, subject, details: { note: id } })
  })
}
