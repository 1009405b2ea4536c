// SPDX-License-Identifier: AGPL-3.0-or-later
// Our collections, newest first. A page begins at a number that does not change, so that additions shift no page.
import { Router, type Request } from 'express'
import {
  countCollection,
  countFollowed,
  listFollowersToName,
  listPublicActivities,
  type Slice,
} from '../db/queries/fed-activities.ts'
import type { Deps } from '../server/deps.ts'
import { asItIsNow } from './as-it-is-now.ts'
import { send, sendFault } from './http-replies.ts'
import type { OwnActor } from './own-actor.ts'
import type { JsonObject, JsonValue } from './plain-json.ts'
import { serialise } from './vocabulary.ts'

const PER_PAGE = 20
const NEWEST = Number.MAX_SAFE_INTEGER

type Item = { at: number; value: JsonValue }
type Collection = {
  id: string
  total(): Promise<number>
  /** In the order of the slice. Absent: a collection that is counted and not read. */
  items?(slice: Slice, most: number): Promise<Item[]>
}

export function collectionsRouter(deps: Deps, ownActor: OwnActor): Router {
  const router = Router()
  for (const collection of collectionsOf(deps, ownActor)) {
    router.get(new URL(collection.id).pathname, async (req, res) => {
      if (!(await ownActor.read())) return sendFault(res, 404, 'not_set_up')
      const found = await read(collection, req.query)
      if (found) send(res, serialise(found))
      else sendFault(res, 400, 'page_unusable')
    })
  }
  return router
}

function collectionsOf(deps: Deps, ownActor: OwnActor): Collection[] {
  const { addresses } = ownActor
  const { db, clock, offerSearch } = deps
  return [
    {
      id: addresses.outbox,
      total: () => countCollection(db, addresses.outbox),
      async items(slice, most) {
        const ours = await ownActor.read()
        const rows = await listPublicActivities(db, addresses.outbox, slice, most)
        const known = new Map<string, JsonValue>()
        const found: Item[] = []
        for (const { at, body } of rows) {
          const activity = withoutContext(JSON.parse(body) as JsonObject)
          found.push({ at, value: ours ? await asItIsNow(deps, ours, activity, known) : activity })
        }
        return found
      },
    },
    {
      // People are counted but not named, because following an association can be personal.
      id: addresses.followers,
      total: () => countCollection(db, addresses.followers),
      items: async (slice, most) => (await listFollowersToName(db, addresses.followers, slice, most)).map(named),
    },
    // Only the number: no program needs the names, and people find them on pages.
    { id: addresses.following, total: () => countFollowed(db, addresses.id) },
    {
      id: addresses.upcomingEvents,
      total: async () => (await offerSearch.sums(clock.iso())).offers,
      items: async (slice, most) => (await offerSearch.listOnline(clock.iso(), slice, most)).map(named),
    },
  ]
}

const named = ({ at, uri }: { at: number; uri: string }): Item => ({ at, value: uri })

async function read(collection: Collection, query: Request['query']): Promise<JsonObject | undefined> {
  const { id, items } = collection
  const isWhole = Object.keys(query).length === 0
  if (isWhole || !items) {
    const total = await collection.total()
    const counted = { id, type: 'OrderedCollection', totalItems: total }
    return items ? { ...counted, first: `${id}?page=true`, last: `${id}?after=0` } : counted
  }
  const slice = sliceOf(query)
  if (!slice) return undefined
  const found = await items(slice, PER_PAGE + 1)
  const isMore = found.length > PER_PAGE
  const shown = found.slice(0, PER_PAGE)
  if ('after' in slice) shown.reverse()
  const orderedItems = shown.map(({ value }) => value)
  return { ...neighbours(id, slice, shown, isMore), type: 'OrderedCollectionPage', partOf: id, orderedItems }
}

function neighbours(id: string, slice: Slice, shown: Item[], isMore: boolean): JsonObject {
  const first = shown[0]?.at
  const last = shown.at(-1)?.at
  if ('after' in slice) {
    const older = slice.after > 0 ? { next: `${id}?before=${last ?? slice.after + 1}` } : {}
    return { id: `${id}?after=${slice.after}`, ...older, ...(isMore ? { prev: `${id}?after=${first}` } : {}) }
  }
  const isFirst = slice.before === NEWEST
  const newer = isFirst ? {} : { prev: `${id}?after=${first ?? slice.before - 1}` }
  const own = isFirst ? `${id}?page=true` : `${id}?before=${slice.before}`
  return { id: own, ...(isMore ? { next: `${id}?before=${last}` } : {}), ...newer }
}

function sliceOf(query: Request['query']): Slice | undefined {
  const { page, before, after, ...others } = query
  if (Object.keys(others).length > 0 || [page, before, after].filter((one) => one !== undefined).length !== 1)
    return undefined
  if (page === 'true') return { before: NEWEST }
  const number = before ?? after
  if (typeof number !== 'string' || !/^\d{1,15}$/.test(number)) return undefined
  return before === undefined ? { after: Number(number) } : { before: Number(number) }
}

function withoutContext({ '@context': _context, ...activity }: JsonObject): JsonObject {
  return activity
}
