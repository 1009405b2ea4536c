// SPDX-License-Identifier: AGPL-3.0-or-later
import { hasRole, type Viewer } from '../model/viewer.ts'

/** Queues and failures: technical facts, and mails that were kept because no mail server is set. */
export function canOperate(viewer: Viewer): boolean {
  return hasRole(viewer, 'administrator')
}
