// SPDX-License-Identifier: AGPL-3.0-or-later
// Somebody here says which place a typed town is. Only what this site shows and finds changes, never a text.
import { getAssociation } from '../../db/queries/association.ts'
import { record } from '../../db/queries/events.ts'
import { findItem, findItemOfOffer } from '../../db/queries/moderation.ts'
import * as towns from '../../db/queries/typed-towns.ts'
import { isOwnCode, type OwnPlace } from '../../db/reference/own-places.ts'
import type { Deps } from '../deps.ts'
import type { Viewer } from '../model/viewer.ts'
import { showOffer } from '../moderation/commands/show.ts'
import { keepListing } from '../public-offer/listing.ts'
import { Conflict, Forbidden, NotFound } from '../web/errors.ts'
import { OFFERS_AT_ONCE, transact, type Handle, type Tx } from '../web/transact.ts'
import type { TownAnswer } from './forms.ts'
import { maySettleTowns } from './policy.ts'
import { placeMeant } from './place-meant.ts'

export type FoundTown = { town: towns.TypedTown; row: towns.TownRow | undefined }

/** @param item id of the moderation item whose offer names it, while nothing of that offer is online. */
export async function findTown(db: Handle, id: string, item: string): Promise<FoundTown | undefined> {
  const row = await towns.findTown(db, id)
  if (row) return { town: row, row }
  const waiting = item === '' ? undefined : await findItem(db, item)
  const places = [waiting?.pending_offer, waiting?.accepted_offer].flatMap((offer) => offer?.content.places ?? [])
  const town = places.flatMap((place) => towns.typedTown(place) ?? []).find((one) => towns.townId(one) === id)
  return town && { town, row: await towns.findTyped(db, town) }
}

/** @throws Forbidden, NotFound, Conflict when somebody answered meanwhile, Invalid at the field that is not clear. */
export async function settleTown(deps: Deps, viewer: Viewer, id: string, answer: TownAnswer): Promise<void> {
  const association = await getAssociation(deps.db)
  if (!maySettleTowns(viewer, association)) throw new Forbidden()
  const before = await current(deps.db, id, answer)
  const { code, own } = placeMeant(deps.places, before.town, answer, association.country)
  // Another town that is a place of our own keeps its description too, so that it outlives the first one.
  const own_place = own ? JSON.stringify(own) : isOwnCode(code) ? await towns.findOwnPlace(deps.db, code) : null
  // A file of its own, so it is no part of the transaction, which needs the place to show the offers under it.
  if (own) await deps.ownPlaces.add(own)
  try {
    await transact(deps, async (tx) => {
      const { town } = await current(tx, id, answer)
      const row = await towns.keepTown(tx, town)
      await write(tx, deps, viewer, row, { code, own_place })
    })
  } finally {
    if (own) await forgetUnused(deps, own.code)
  }
  await forgetPlace(deps, before.row)
}

/** The town is to be checked again. @throws Forbidden, NotFound, Conflict. */
export async function reopenTown(
  deps: Deps,
  viewer: Viewer,
  id: string,
  on: { version: number; item: string },
): Promise<void> {
  if (!maySettleTowns(viewer, await getAssociation(deps.db))) throw new Forbidden()
  const before = await current(deps.db, id, on)
  await transact(deps, async (tx) => {
    const { row } = await current(tx, id, on)
    if (!row?.code) throw new Conflict('towns.conflict')
    await write(tx, deps, viewer, row, { code: null, own_place: null })
  })
  await forgetPlace(deps, before.row)
}

async function current(db: Handle, id: string, { version, item }: { version: number; item: string }) {
  const found = await findTown(db, id, item)
  if (!found) throw new NotFound()
  if ((found.row?.version ?? 1) !== version) throw new Conflict('towns.conflict')
  return found
}

async function write(
  tx: Tx,
  deps: Deps,
  viewer: Viewer,
  row: towns.TownRow,
  answer: Pick<towns.TownRow, 'code' | 'own_place'>,
): Promise<void> {
  const at = deps.clock.iso()
  await towns.settleTown(tx, row.id, { ...answer, decided_at: answer.code && at, version: row.version + 1 })
  const of = { at, actorId: viewer.personId, subject: row.id }
  if (answer.code) await record(tx, { type: 'town.settled', ...of, details: { code: answer.code } })
  else await record(tx, { type: 'town.reopened', ...of })
  await listAgain(tx, deps, row.id, 0)
}

/** What names the town is found anew from its text, a few listings at a time. @param after number of the last one done. */
export async function listAgain(tx: Tx, deps: Deps, town: string, after: number): Promise<void> {
  const some = await towns.listNaming(tx, town, after, OFFERS_AT_ONCE)
  for (const { offer_id, offer_uri } of some) {
    if (offer_id !== null) await keepListing(tx, deps, offer_id)
    else {
      const item = await findItemOfOffer(tx, offer_uri)
      if (item) await showOffer(tx, deps, item)
    }
  }
  const last = some.at(OFFERS_AT_ONCE - 1)
  if (last) await record(tx, { type: 'town.listing', at: deps.clock.iso(), details: { town, after: last.id } })
}

/** The place that the town was before. */
async function forgetPlace(deps: Deps, before: towns.TownRow | undefined): Promise<void> {
  if (before?.code && isOwnCode(before.code)) await forgetUnused(deps, before.code)
}

/** A place of our own that no town is leaves our list. */
async function forgetUnused(deps: Deps, code: string): Promise<void> {
  if (!(await towns.isPlaceUsed(deps.db, code))) deps.ownPlaces.remove(code)
}

/** After a restored backup, or an official list that was imported anew, our own places are put back. */
export async function restoreOwnPlaces(deps: Deps): Promise<void> {
  for (const text of await towns.listOwnPlaces(deps.db)) {
    const place = JSON.parse(text) as OwnPlace
    if (!deps.places.find(place.code)) await deps.ownPlaces.add(place)
  }
}
