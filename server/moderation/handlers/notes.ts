// SPDX-License-Identifier: AGPL-3.0-or-later
import { findAffiliationWith } from '../../../db/queries/affiliations.ts'
import { findItem } from '../../../db/queries/moderation.ts'
import type { NoteRow } from '../../../db/queries/team-notes.ts'
import type { Deps } from '../../deps.ts'
import { NotFound } from '../../web/errors.ts'
import { parseForm } from '../../web/forms.ts'
import { param, type Handler } from '../../web/handler.ts'
import { sentForm } from '../../web/once.ts'
import { redirect } from '../../web/redirect.ts'
import { eraseNote, loadNote, writeNote } from '../commands/notes.ts'
import { itemNoteForm } from '../forms.ts'
import { itemAddress } from '../pages/list.ts'
import { askedOf, showItem } from '../responses.ts'

export const write =
  (deps: Deps): Handler =>
  async (req, res) => {
    const item = await findItem(deps.db, param(req, 'item'))
    if (!item) throw new NotFound()
    const parsed = parseForm(itemNoteForm, req.body)
    if (!parsed.ok) return showItem(deps, req, res, { noting: parsed.form, status: 422 })
    const { body, about } = parsed.value
    const whose = { association_uri: item.association_uri, item_id: about === 'association' ? null : item.id }
    await writeNote(deps, req.viewer, whose, body, sentForm(req))
    req.session.flash('moderation.notes.done')
    await redirect(req, res, `${itemAddress(askedOf(req), item.id)}#notes`)
  }

/** Where it stands: beside the offer, or on the page of the association. */
async function pageOf({ db }: Deps, note: NoteRow): Promise<string> {
  if (note.item_id !== null) return `/moderation/${note.item_id}#notes`
  const member = await findAffiliationWith(db, note.association_uri, 'member')
  return member ? `/partners/${member.id}#notes` : '/moderation'
}

export const askErasure =
  (deps: Deps): Handler =>
  async (req, res) => {
    const note = await loadNote(deps.db, req.viewer, param(req, 'note'))
    await res.page('moderation/note-removal', {
      title: req.t('moderation.notes.removal.title'),
      question: req.t('moderation.notes.removal.title'),
      text: note.body,
      action: `/moderation/notes/${note.id}/removal`,
      button: req.t('moderation.notes.removal.button'),
      back: await pageOf(deps, note),
    })
  }

export const erase =
  (deps: Deps): Handler =>
  async (req, res) => {
    const back = await pageOf(deps, await loadNote(deps.db, req.viewer, param(req, 'note')))
    await eraseNote(deps, req.viewer, param(req, 'note'))
    req.session.flash('moderation.notes.removal.done')
    await redirect(req, res, back)
  }
