// SPDX-License-Identifier: AGPL-3.0-or-later
// Fetches an offer from its home and reads it, from Mainforte or as an Event of other software.
import { findAssociation } from '../../db/queries/association.ts'
import type { Foreign } from '../../server/moderation/commands/announced.ts'
import type { PublicOffer } from '../../server/model/offer/content.ts'
import { isPassing, type ActorFailure } from '../actors.ts'
import { fetchDocument } from '../documents.ts'
import { idOf, isSameOrigin } from '../origins.ts'
import type { JsonObject } from '../plain-json.ts'
import { fromForeignEvent, ownerOf } from '../translate/foreign-event.ts'
import { fromEvent } from '../translate/received-offer.ts'
import { isPlainlyReadable } from '../vocabulary.ts'
import { NotNow, type Parts } from './handler.ts'

export type Original = { ok: true; offer: PublicOffer; foreign?: Foreign } | { ok: false; reason: string }

/** Some servers announce the Create instead of the object. At most four requests. @throws NotNow without an answer. */
export async function fetchOriginal(parts: Parts, uri: string): Promise<Original> {
  const found = await fetchAt(parts, uri)
  if (!found.ok) return found
  const { type } = found.document
  if (type !== 'Create' && type !== 'Update') return readOriginal(parts, found.document)
  const id = idOf(found.document['object'])
  if (!id || !isSameOrigin(id, uri)) return { ok: false, reason: 'wrong_owner' }
  const created = await fetchAt(parts, id)
  return created.ok ? readOriginal(parts, created.document) : created
}

async function fetchAt(parts: Parts, uri: string) {
  const fetched = await fetchDocument(parts.http, uri, await parts.ownActor.key())
  if (!fetched.ok) return fail(fetched.reason)
  return fetched.id === uri ? fetched : fail('wrong_id')
}

/** @param document from its own origin, fetched or signed. */
export async function readOriginal(parts: Parts, document: JsonObject): Promise<Original> {
  const ours = await parts.ownActor.read()
  if (!ours) return fail('not_set_up')
  const event = isPlainlyReadable(document) ? document : await parts.apex.normalise(document, ours.document)
  if (!event || event['id'] !== document['id']) return fail('not_readable')
  if (!('terms' in event)) return readForeign(parts, event)
  const read = fromEvent(event)
  if (!read.ok) return read
  const home = await parts.actors.get(read.offer.association.uri)
  return home.ok ? read : fail(home.reason)
}

async function readForeign(parts: Parts, event: JsonObject): Promise<Original> {
  const { deps } = parts
  if (event['type'] !== 'Event') return fail('not_an_event')
  const uri = ownerOf(event)
  const association = await findAssociation(deps.db)
  if (!uri || !association) return fail('wrong_owner')
  const owner = await parts.actors.get(uri)
  if (!owner.ok) return fail(owner.reason)
  const { places } = deps
  const { country, time_zone: timeZone, locale } = association
  const language = locale === 'en' ? 'en' : 'fr'
  const reader = { places, country, timeZone, language, now: deps.clock.iso(), owner: owner.actor } as const
  const read = fromForeignEvent(event, reader)
  return read.ok ? { ok: true, offer: read.offer, foreign: { unmapped: read.unmapped } } : read
}

function fail(reason: ActorFailure | string): { ok: false; reason: string } {
  if (isPassing(reason as ActorFailure)) throw new NotNow(reason)
  return { ok: false, reason }
}
