// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Deps } from '../deps.ts'

export function actorUri(deps: Pick<Deps, 'config'>): string {
  return `${deps.config.publicUrl}/actor`
}
