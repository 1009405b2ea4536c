// SPDX-License-Identifier: AGPL-3.0-or-later
import type { NoteLine } from '../../../db/queries/team-notes.ts'
import type { Viewer } from '../../model/viewer.ts'
import type { Translator } from '../../text/i18n.ts'
import { mayErase } from '../policy.ts'

/** `isOfOffer`: beside one offer; the others are about the association. */
export function noteLines(t: Translator, viewer: Viewer, notes: readonly NoteLine[]) {
  return notes.map((note) => ({
    body: note.body,
    isOfOffer: note.item_id !== null,
    by: t('moderation.notes.by', {
      name: note.writer || t('moderation.said.someone'),
      date: t.date(note.written_at, 'datetime'),
    }),
    removal: mayErase(viewer, note) ? `/moderation/notes/${note.id}/removal` : '',
  }))
}
