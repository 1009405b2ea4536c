// SPDX-License-Identifier: AGPL-3.0-or-later
// Reads the territory of a centre as typed: "Argenteuil; MRC des Laurentides; Saint-Jérôme".
import { normalisePlace, splitPlaces, type Area, type Country, type Gazetteer } from '../../db/reference/places.ts'

type Places = Pick<Gazetteer, 'find' | 'area' | 'resolve' | 'regions' | 'departments'>
export type Territory = { codes: string[]; unknown: string[] }
export type TerritoryItem = { code: string; name: string; kind: Area['kind'] | 'town' }

const PREFIX =
  /^(?<word>mrc|région|region|département|departement|ville|commune|municipalité)\s+(?:de\s+la\s+|de\s+l['’]|des\s+|du\s+|de\s+|d['’])?/iu
const withoutArticle = (name: string) => normalisePlace(name.replace(/^(?:les?|la|l['’])\s*/iu, ''))

/** An area goes before a town of the same name, because centres usually serve areas; "ville de Laval" is the town. */
export function readTerritory(places: Places, country: Country, typed: string): Territory {
  const areas = areasOf(places, country)
  const codes = new Set<string>()
  const unknown: string[] = []
  const read = (item: string) => byCode(places, country, item) ?? byName(places, country, areas, item)
  for (const line of splitPlaces(typed)) {
    // When there are semicolons, a comma is a part of a name ("Saint-Denis, Réunion"), unless no town has that name.
    for (const item of read(line) ? [line] : splitPlaces(line)) {
      const code = read(item)
      if (code) codes.add(code)
      else unknown.push(item)
    }
  }
  return { codes: [...codes], unknown }
}

/** Smaller areas before larger ones: "Laval" is both an MRC and a region. */
function areasOf(places: Places, country: Country): { code: string; name: string }[] {
  const own = (one: { code: string }) => one.code.startsWith(country === 'FR' ? 'FR-' : 'QC-')
  return [...places.departments().filter(own), ...places.regions(country)]
}

function byCode(places: Places, country: Country, item: string): string | undefined {
  const code = item.toUpperCase()
  const found = places.area(code) ?? places.find(code)
  return found?.country === country ? found.code : undefined
}

function byName(
  places: Places,
  country: Country,
  areas: { code: string; name: string }[],
  item: string,
): string | undefined {
  const word = PREFIX.exec(item)?.groups?.['word']?.toLowerCase()
  const isTown = word !== undefined && /^(ville|commune|municipalité)$/.test(word)
  const kind = word && !isTown ? (word === 'mrc' ? 'mrc' : word.startsWith('r') ? 'region' : 'department') : undefined
  const name = word ? item.replace(PREFIX, '') : item
  const key = withoutArticle(name)
  const area = areas.find((one) => withoutArticle(one.name) === key && (!kind || places.area(one.code)?.kind === kind))
  if (area && !isTown) return area.code
  return kind ? undefined : places.resolve(name, { country })?.code
}

export function describeTerritory(places: Pick<Gazetteer, 'find' | 'area'>, codes: readonly string[]): TerritoryItem[] {
  return codes.map((code) => {
    const area = places.area(code)
    return area
      ? { code, name: area.name, kind: area.kind }
      : { code, name: places.find(code)?.name ?? code, kind: 'town' }
  })
}
