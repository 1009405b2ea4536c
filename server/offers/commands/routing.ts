// SPDX-License-Identifier: AGPL-3.0-or-later
// Which centres get an offer: those whose territory holds its towns, unless somebody chose others.
import type { OfferRow } from '../../../db/queries/offers.ts'
import { listActiveCentres, type Centre } from '../../../db/queries/submissions.ts'
import type { Deps } from '../../deps.ts'
import type { OfferContent } from '../../model/offer/content.ts'
import { withSettledTowns } from '../../public-offer/settled.ts'
import { heldBy, type Held } from '../../public-offer/territory.ts'
import type { Handle, Tx } from '../../web/transact.ts'

type About = Pick<OfferRow, 'content'>

/** `gets`: without a choice of somebody. */
export type Route = { centre: Centre; held: Held; gets: boolean }

/** Every active centre, by name, and why it gets the offer or does not. */
export async function routesOf(db: Handle, deps: Deps, { content }: About): Promise<Route[]> {
  const settled = await withSettledTowns(db, deps, content)
  return (await listActiveCentres(db)).map((centre) => routeTo(deps, centre, settled))
}

function routeTo(deps: Deps, centre: Centre, settled: OfferContent): Route {
  const held = heldBy(deps.places, centre.territory, settled)
  return { centre, held, gets: held.is !== 'outside' }
}

/** Whether this centre gets the offer without a choice of somebody. */
export async function gets(tx: Tx, deps: Deps, centre: Centre, { content }: About): Promise<boolean> {
  return routeTo(deps, centre, await withSettledTowns(tx, deps, content)).gets
}

/** @param chosen addresses; others than those of active centres count for nothing. */
export async function receiversOf(tx: Tx, deps: Deps, offer: About, chosen?: readonly string[]): Promise<string[]> {
  const routes = await routesOf(tx, deps, offer)
  return routes.filter(({ centre, gets }) => chosen?.includes(centre.uri) ?? gets).map(({ centre }) => centre.uri)
}
