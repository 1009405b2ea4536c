// SPDX-License-Identifier: AGPL-3.0-or-later
// Reads what a site announced before we followed it; stored like received activities, so that each has its own tries.
import type { NewRow } from '../../db/schema.ts'
import { findActor } from '../../db/queries/fed-actors.ts'
import { fetchDocument } from '../documents.ts'
import { idOf, isSameOrigin } from '../origins.ts'
import type { JsonObject, JsonValue } from '../plain-json.ts'
import { isPublic } from '../translate/received-offer.ts'
import { isObject } from '../translate/properties.ts'
import type { Parts } from './handler.ts'

/** With the collection itself, six requests at most. */
const MOST_PAGES = 5
const MOST_ITEMS = 200
const TYPES = new Set(['Announce', 'Create', 'Undo'])

/** Public activities, oldest first; none when the outbox cannot be read. */
export async function readOutboxOf(parts: Parts, actor: string): Promise<NewRow<'fed_activities'>[]> {
  const known = await findActor(parts.deps.db, actor)
  const document = JSON.parse(known?.body ?? '{}') as JsonObject
  const items: JsonObject[] = []
  let page = await fetchOwn(parts, actor, document['outbox'])
  // An embedded page has the context of its collection.
  const inside =
    page && isObject(page['first']) ? { '@context': page['@context'] ?? null, ...page['first'] } : undefined
  page = inside ?? (await fetchOwn(parts, actor, page?.['first']))
  for (let count = 0; page && count < MOST_PAGES && items.length < MOST_ITEMS; count++) {
    const context = page['@context'] ?? null
    const listed = [page['orderedItems'] ?? []].flat().filter(isObject)
    items.push(...listed.map((item) => (item['@context'] ? item : { '@context': context, ...item })))
    page = count + 1 < MOST_PAGES ? await fetchOwn(parts, actor, page['next']) : undefined
  }
  return items
    .slice(0, MOST_ITEMS)
    .toReversed()
    .flatMap((item) => entryOf(parts, actor, item))
}

async function fetchOwn(parts: Parts, actor: string, address: JsonValue | undefined): Promise<JsonObject | undefined> {
  if (typeof address !== 'string' || !isSameOrigin(address, actor)) return undefined
  const fetched = await fetchDocument(parts.http, address, await parts.ownActor.key())
  return fetched.ok && isSameOrigin(fetched.id, actor) ? fetched.document : undefined
}

/** Activities from their own origin need no signature. */
function entryOf({ deps }: Parts, actor: string, activity: JsonObject): NewRow<'fed_activities'>[] {
  const { id, type } = activity
  if (typeof id !== 'string' || !isSameOrigin(id, actor) || idOf(activity['actor']) !== actor) return []
  if (typeof type !== 'string' || !TYPES.has(type) || !isPublic(activity)) return []
  const object_id = idOf(activity['object']) ?? null
  const body = JSON.stringify(activity)
  return [{ id, direction: 'in', type, actor, object_id, body, is_public: 1, state: 'waiting', at: deps.clock.iso() }]
}
