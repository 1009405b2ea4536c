// SPDX-License-Identifier: AGPL-3.0-or-later
import { actorUri } from '../../web/addresses.ts'
import type { Deps, Partner } from '../../deps.ts'
import { Invalid, Refused } from '../../web/errors.ts'
import { readAddress } from '../address.ts'

/** Uses the network: never call it inside a transaction. @throws Invalid on `address`; Refused when FEDERATION=off. */
export async function lookUp(deps: Deps, address: string): Promise<Partner> {
  if (!deps.config.federation) throw new Refused('partners.refused.federation_off')
  const read = readAddress(address)
  if (!read) throw new Invalid({ address: 'partners.ask.address_unclear' })
  if (read.host === new URL(deps.config.publicUrl).host) throw new Invalid({ address: 'partners.ask.ourselves' })
  const found = await deps.directory.lookUp(read.query)
  if (!found.ok) throw new Invalid({ address: found.reason })
  if (found.partner.uri === actorUri(deps)) throw new Invalid({ address: 'partners.ask.ourselves' })
  return found.partner
}
