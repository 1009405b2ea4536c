// SPDX-License-Identifier: AGPL-3.0-or-later
// A centre's links to our offers carry a token that only we can make, so that we can count the visitors it sends and
// report them. It names the relation and the offer, never a person.
import { findAffiliation } from '../../db/queries/affiliations.ts'
import { sameText } from '../base/secrets.ts'
import type { Deps } from '../deps.ts'
import type { Handle } from '../web/transact.ts'

type Keys = Pick<Deps, 'secrets'>

/** `<affiliation>.<offer>.<mac>`, safe in an address. */
export function viaToken(deps: Keys, affiliationId: string, offerId: string): string {
  return `${affiliationId}.${offerId}.${macOf(deps, affiliationId, offerId)}`
}

function macOf(deps: Keys, affiliationId: string, offerId: string): string {
  return deps.secrets.mac(`${affiliationId}.${offerId}`, 'via').slice(0, 22)
}

/** @returns the address of the centre that the token names for this offer; 'own' for anything else. */
export async function channelOf(deps: Keys, db: Handle, offerId: string, via: unknown): Promise<string> {
  const [affiliationId, offer, mac] = typeof via === 'string' ? via.split('.') : []
  if (!affiliationId || offer !== offerId || !mac) return 'own'
  if (!sameText(mac, macOf(deps, affiliationId, offerId))) return 'own'
  const affiliation = await findAffiliation(db, affiliationId)
  return affiliation?.partner_is === 'centre' ? affiliation.partner_uri : 'own'
}
