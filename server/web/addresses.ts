// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Deps } from '../deps.ts'

/** The address of this instance's one actor: its name among associations and centres. */
export function actorUri(deps: Pick<Deps, 'config'>): string {
  return `${deps.config.publicUrl}/actor`
}
