// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Area, Country, Gazetteer, Place } from '../../db/reference/places.ts'
import { normalisePlace, splitPlaces } from '../../db/reference/places.ts'
import { editDistance } from '../model/edit-distance.ts'

const MOST_TOWNS = 5
const MOST_SUGGESTIONS = 6
const LOOKED_THROUGH = 400

export type Where = {
  towns: Place[]
  /** When a region, département or MRC was typed as the town. */
  area: Area | undefined
  /** What was typed and is not one town, with those it may mean. */
  unknown: { typed: string; suggestions: Place[] }[]
}

/**
 * @param typed a name, a code or a postal code; or several separated by `;`, as older sites wrote them.
 * @param country its towns come first when a name exists in both countries.
 * @param territory codes that a centre serves: all its towns of that name are meant, before any other.
 */
export function locate(places: Gazetteer, typed: string, country: Country, territory: readonly string[] = []): Where {
  const where: Where = { towns: [], area: undefined, unknown: [] }
  // « Saint-Denis, La Réunion » is one town; « Beaune; Dijon » are two.
  const items = (places.resolve(typed, { country }) ? [typed] : splitPlaces(typed)).slice(0, MOST_TOWNS)
  if (items.length === 0) where.unknown.push({ typed, suggestions: [] })
  for (const item of items) {
    const served = servedTowns(places, item, territory)
    const town = places.resolve(item, { country }) ?? places.resolve(item)
    const area = town ? undefined : areaNamed(places, item, country)
    if (served.length > 0) where.towns.push(...served)
    else if (town) where.towns.push(town)
    else if (area) where.area ??= area
    else where.unknown.push({ typed: item, suggestions: suggest(places, item, country) })
  }
  return where
}

function servedTowns(places: Gazetteer, typed: string, territory: readonly string[]): Place[] {
  if (territory.length === 0) return []
  const name = normalisePlace(typed)
  return places
    .search(typed, { limit: LOOKED_THROUGH })
    .filter((place) => normalisePlace(place.name) === name)
    .filter(({ code, department, mrcCode, region }) =>
      [code, department, mrcCode, region].some((one) => one !== null && territory.includes(one)),
    )
    .slice(0, MOST_TOWNS)
}

/** By code, name or number (« 21 »). */
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

/** Towns that begin with it, then similar names: one wrong character in four is accepted. */
function suggest(places: Gazetteer, typed: string, country: Country): Place[] {
  const found = places.search(typed, { country, limit: MOST_SUGGESTIONS })
  const wanted = normalisePlace(typed)
  const most = 1 + Math.floor(wanted.length / 4)
  const near = places
    .search(typed.slice(0, Math.max(2, Math.floor(typed.length / 3))), { country, limit: LOOKED_THROUGH })
    .map((place) => ({ place, slips: editDistance(wanted, normalisePlace(place.name), most) }))
    .filter((one) => one.slips !== null)
    .sort((a, b) => (a.slips ?? 0) - (b.slips ?? 0) || b.place.population - a.place.population)
    .map(({ place }) => place)
  const all = [...found, ...near]
  return [...new Map(all.map((place) => [place.code, place])).values()].slice(0, MOST_SUGGESTIONS)
}

/** « Beaune (Côte-d’Or) », because several towns may have the same name; understood when typed again. */
export function townLabel(place: Place): string {
  const within = place.departmentName ?? place.mrc ?? place.regionName
  return within && within !== place.name ? `${place.name} (${within})` : place.name
}
