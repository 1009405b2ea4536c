// SPDX-License-Identifier: AGPL-3.0-or-later
import { ROLES, type Role } from '../model/rights.ts'

/** @param wanted ticked boxes; unknown words, and roles that one may not give, change nothing. */
export function roleChanges(
  current: readonly Role[],
  wanted: readonly string[],
  grantable: readonly Role[],
): { added: Role[]; removed: Role[] } {
  const asked = ROLES.filter((role) => grantable.includes(role))
  return {
    added: asked.filter((role) => wanted.includes(role) && !current.includes(role)),
    removed: asked.filter((role) => !wanted.includes(role) && current.includes(role)),
  }
}
