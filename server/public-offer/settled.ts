// SPDX-License-Identifier: AGPL-3.0-or-later
// Towns that are in no list are shown here as the places that somebody here has said they are. The texts themselves stay.
import { findTyped, typedTown } from '../../db/queries/typed-towns.ts'
import type { Place } from '../../db/reference/places.ts'
import type { Deps } from '../deps.ts'
import type { OfferContent, OfferPlace } from '../model/offer/content.ts'
import type { Handle } from '../web/transact.ts'

type Known = Pick<Deps, 'places'>

/** The same text with the places that its towns are here. Most texts have towns of the list and ask for nothing. */
export async function withSettledTowns<C extends Pick<OfferContent, 'places'>>(
  db: Handle,
  deps: Known,
  content: C,
): Promise<C> {
  if (content.places.every(({ code }) => code !== null)) return content
  const places: OfferPlace[] = []
  for (const place of content.places) places.push(await settled(db, deps, place))
  return { ...content, places }
}

async function settled(db: Handle, { places }: Known, place: OfferPlace): Promise<OfferPlace> {
  const town = typedTown(place)
  const row = town && (await findTyped(db, town))
  const known = row?.code ? places.find(row.code) : undefined
  return known ? asPlace(place, known) : place
}

/** What a map shows exactly stays where it is. */
function asPlace(typed: OfferPlace, { code, name, country, ...known }: Place): OfferPlace {
  const isExact = typed.precision === 'exact' && typed.latitude !== null && typed.longitude !== null
  return {
    ...typed,
    code,
    name,
    country,
    region: known.regionName || null,
    department: known.departmentName ?? known.mrc,
    postalCode: typed.postalCode ?? (known.postalCodes.length === 1 ? known.postalCodes[0]! : null),
    ...(!isExact && { latitude: known.latitude, longitude: known.longitude, precision: 'municipality' as const }),
  }
}
