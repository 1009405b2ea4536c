// SPDX-License-Identifier: AGPL-3.0-or-later
// Our collections. A page begins at a number that does not change, so that additions shift no page.
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
const GREATEST = Number.MAX_SAFE_INTEGER
/** Which numbers come next on the way through a collection, and where it begins and ends. */
const NEWEST_FIRST: Way = { next: 'before', prev: 'after', begin: GREATEST, end: 0 }
const RISING: Way = { next: 'after', prev: 'before', begin: 0, end: GREATEST }

type Way = { next: Side; prev: Side; begin: number; end: number }
type Side = 'before' | 'after'
type Item = { at: number; value: JsonValue }
type Collection = {
  id: string
  way?: Way
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
      way: RISING,
      total: async () => (await offerSearch.sums(clock.iso())).offers,
      items: async (slice, most) => (await offerSearch.listOnline(clock.iso(), slice, most)).map(named),
    },
  ]
}

const named = ({ at, uri }: { at: number; uri: string }): Item => ({ at, value: uri })

async function read(collection: Collection, query: Request['query']): Promise<JsonObject | undefined> {
  const { id, items, way = NEWEST_FIRST } = collection
  const isWhole = Object.keys(query).length === 0
  if (isWhole || !items) {
    const total = await collection.total()
    const counted = { id, type: 'OrderedCollection', totalItems: total }
    return items ? { ...counted, first: `${id}?page=true`, last: `${id}?${way.prev}=${way.end}` } : counted
  }
  const asked = readPage(query, way)
  if (!asked) return undefined
  const { side, place } = asked
  const found = await items(side === 'before' ? { before: place } : { after: place }, PER_PAGE + 1)
  const isMore = found.length > PER_PAGE
  const shown = found.slice(0, PER_PAGE)
  if (side === way.prev) shown.reverse()
  const orderedItems = shown.map(({ value }) => value)
  return { ...neighbours(id, asked, way, { shown, isMore }), type: 'OrderedCollectionPage', partOf: id, orderedItems }
}

type Page = { side: Side; place: number }

/** @param isMore further on in the direction that was asked for. */
function neighbours(
  id: string,
  { side, place }: Page,
  way: Way,
  { shown, isMore }: { shown: Item[]; isMore: boolean },
) {
  const [first, last] = [shown[0]?.at, shown.at(-1)?.at]
  // From an empty page the way back includes the place itself.
  const beside = (towards: Side) => place + (towards === 'before' ? 1 : -1)
  const next = { next: `${id}?${way.next}=${last ?? beside(way.next)}` }
  const prev = { prev: `${id}?${way.prev}=${first ?? beside(way.prev)}` }
  if (side === way.prev)
    return { id: `${id}?${side}=${place}`, ...(place === way.end ? {} : next), ...(isMore ? prev : {}) }
  const isFirst = place === way.begin
  return {
    id: isFirst ? `${id}?page=true` : `${id}?${side}=${place}`,
    ...(isMore ? next : {}),
    ...(isFirst ? {} : prev),
  }
}

function readPage(query: Request['query'], way: Way): Page | undefined {
  const { page, before, after, ...others } = query
  if (Object.keys(others).length > 0 || [page, before, after].filter((one) => one !== undefined).length !== 1)
    return undefined
  if (page === 'true') return { side: way.next, place: way.begin }
  const number = before ?? after
  if (typeof number !== 'string' || !/^\d{1,16}$/.test(number) || !Number.isSafeInteger(Number(number)))
    return undefined
  return { side: before === undefined ? 'after' : 'before', place: Number(number) }
}

function withoutContext({ '@context': _context, ...activity }: JsonObject): JsonObject {
  return activity
}
