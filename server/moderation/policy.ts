// SPDX-License-Identifier: AGPL-3.0-or-later
import type { NoteRow } from '../../db/queries/team-notes.ts'
import { hasRight, type Viewer } from '../model/viewer.ts'

export function canModerate(viewer: Viewer): boolean {
  return hasRight(viewer, 'moderation')
}

/** A note: who wrote it, or an administrator. */
export function mayErase(viewer: Viewer, note: Pick<NoteRow, 'written_by'>): boolean {
  return canModerate(viewer) && (note.written_by === viewer.personId || hasRight(viewer, 'association'))
}
