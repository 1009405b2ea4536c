// SPDX-License-Identifier: AGPL-3.0-or-later
// The link of a subscription is derived from the secret key, so it is the same in every mail; only its hash is stored.
import type { Deps } from '../deps.ts'

export function tokenOf(deps: Pick<Deps, 'secrets'>, subscriberId: string): string {
  return deps.secrets.mac(subscriberId, 'alerts link')
}

export const pathOf = (token: string): string => `/alerts/${token}`

/** Where all is seen, changed and stopped. */
export function linkOf(deps: Pick<Deps, 'secrets' | 'config'>, subscriberId: string): string {
  return deps.config.publicUrl + pathOf(tokenOf(deps, subscriberId))
}
