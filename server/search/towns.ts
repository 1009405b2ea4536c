// SPDX-License-Identifier: AGPL-3.0-or-later
// Where is meant by what a person typed: towns, or a whole area, or something we do not know and can only guess?
import type { Area, Country, Gazetteer, Place } from '../../db/reference/places.ts'
import { normalisePlace, splitPlaces } from '../../db/reference/places.ts'

const MOST_TOWNS = 5
const MOST_SUGGESTIONS = 6

export type Where = {
  towns: Place[]
  /** When the name of a region, département or MRC was typed as the town. */
  area: Area | undefined
  /** What was typed and fits no single town, with those it may mean. */
  unknown: { typed: string; suggestions: Place[] }[]
}

/**
 * @param typed a name, a code or a postal code; also several, separated by `;` as older sites wrote them.
 * @param country whose towns come first when a name exists on both sides of the ocean.
 */
export function locate(places: Gazetteer, typed: string, country: Country): Where {
  const where: Where = { towns: [], area: undefined, unknown: [] }
  // « Saint-Denis, La Réunion » is one town; « Beaune; Dijon » are two.
  const items = (places.resolve(typed, { country }) ? [typed] : splitPlaces(typed)).slice(0, MOST_TOWNS)
  for (const item of items) {
    const town = places.resolve(item, { country }) ?? places.resolve(item)
    const area = town ? undefined : areaNamed(places, item, country)
    if (town) where.towns.push(town)
    else if (area) where.area ??= area
    else where.unknown.push({ typed: item, suggestions: suggest(places, item, country) })
  }
  return where
}

/** A region or département by code, name or number (« 21 »). */
export function areaNamed(places: Gazetteer, typed: string, country: Country): Area | undefined {
  const byCode = places.area(typed) ?? places.area(`FR-D${typed.toUpperCase()}`)
  if (byCode) return byCode
  const name = normalisePlace(typed)
  const regions = (['FR', 'CA'] as const)
    .toSorted((a) => (a === country ? -1 : 1))
    .flatMap((one) => places.regions(one))
  const found = [...regions, ...places.departments()].find((area) => normalisePlace(area.name) === name)
  return found && places.area(found.code)
}

/** Towns that begin like it, then like a shorter beginning of it: a slip at the end of the name is the usual one. */
function suggest(places: Gazetteer, typed: string, country: Country): Place[] {
  for (let length = typed.length; length >= Math.min(3, typed.length); length--) {
    const found = places.search(typed.slice(0, length), { country, limit: MOST_SUGGESTIONS })
    if (found.length > 0) return found
    if (typed.length - length > 12) break
  }
  return []
}

/** « Beaune (Côte-d’Or) »: enough to tell towns of one name apart, and understood when typed again. */
export function townLabel(place: Place): string {
  const within = place.departmentName ?? place.mrc ?? place.regionName
  return within && within !== place.name ? `${place.name} (${within})` : place.name
}
