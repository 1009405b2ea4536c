// SPDX-License-Identifier: AGPL-3.0-or-later
import { cut } from '../../server/base/cut.ts'
import { normalisePlace, type Place } from '../../db/reference/places.ts'
import type { OfferContent, OfferPlace } from '../../server/model/offer/content.ts'
import { toOfferPlaces } from '../../server/public-offer/places.ts'
import type { JsonObject, JsonValue } from '../plain-json.ts'
import type { Reader } from './foreign-event.ts'
import { allOf, isObject, lineOf, numberOf, oneOf, typeOf } from './properties.ts'

const NEAR_KM = 8

type Where = Pick<OfferContent, 'work_mode' | 'places'>

export function placesOf(event: JsonObject, reader: Reader, unmapped: Set<string>): Where {
  const locations = allOf(event, 'location')
    .map(asPlace)
    .filter((one) => one !== undefined)
  const onSite = locations.filter((one) => !isOnline(one))
  const isPartlyOnline = onSite.length < locations.length
  if (onSite.length === 0) {
    const remote = oneOf(event, 'isOnline') === true || isPartlyOnline
    if (!remote) unmapped.add('place')
    return { work_mode: remote ? 'remote' : 'on_site', places: [] }
  }
  if (onSite.length > 1) unmapped.add('places')
  return { work_mode: isPartlyOnline ? 'hybrid' : 'on_site', places: [placeOf(onSite[0]!, reader, unmapped)] }
}

/** A place may be named by a text alone. An address of a document is none. */
function asPlace(location: JsonValue): JsonObject | undefined {
  if (isObject(location)) return location
  if (typeof location !== 'string' || !location.trim() || URL.canParse(location)) return undefined
  return { type: 'Place', name: location }
}

/** gancio uses the name `online`, FEP-8a8e the type of the location or of its address. */
function isOnline(location: JsonObject): boolean {
  const address = oneOf(location, 'address')
  const isCall = [location, address].some((one) => isObject(one) && typeOf(one) === 'VirtualLocation')
  return isCall || lineOf(location, 'name').toLowerCase() === 'online'
}

function placeOf(location: JsonObject, reader: Reader, unmapped: Set<string>): OfferPlace {
  const given = oneOf(location, 'address')
  const address = isObject(given) ? given : {}
  const typed = isObject(given) ? '' : lineOf(location, 'address')
  const name = lineOf(location, 'name')
  const town = lineOf(address, 'addressLocality')
  const postalCode = cut(lineOf(address, 'postalCode'), 20)
  const street = cut(lineOf(address, 'streetAddress') || typed, 200)
  const point = { latitude: numberOf(location, 'latitude'), longitude: numberOf(location, 'longitude') }
  // A hall may have the name of a town elsewhere, so the name is used last and a moderator checks it.
  const isBare = !postalCode && !town && !typed && !isPoint(point)
  const found = resolve(
    reader,
    isBare ? [name, ...ends(name)] : [`${postalCode} ${town}`.trim(), town, ...ends(typed)],
    point,
  )
  if (isBare || !found) unmapped.add('place')
  const label = name === town ? '' : cut(name, 160)
  if (found) {
    const before = typed ? cut(beforeTown(typed, found), 200) : street
    const [place] = toOfferPlaces([found], { label, street: before, atHome: false })
    return { ...place!, ...(isPoint(point) ? { ...point, precision: 'exact' } : {}) }
  }
  return {
    code: null,
    label,
    name: cut(town || name || typed, 120),
    region: cut(lineOf(address, 'addressRegion'), 120) || null,
    department: null,
    country: null,
    postalCode: postalCode || null,
    street: street || null,
    ...(isPoint(point) ? point : { latitude: null, longitude: null }),
    precision: 'municipality',
  }
}

/** « 12 rue du Port, Dijon, Bourgogne, FR, 21000 Dijon »: what stands before the town, which is shown anyway. */
function beforeTown(address: string, town: Place): string {
  const parts = address.split(/[,;\n]/).map((part) => part.trim())
  const names = [town.name, town.departmentName, town.mrc, town.regionName].map((name) => normalisePlace(name ?? ''))
  const isArea = (part: string) => {
    const plain = normalisePlace(part.replaceAll(/\b\d{5}\b|\b[A-Z]\d[A-Z] ?\d[A-Z]\d\b/g, ''))
    return names.includes(plain) && part !== ''
  }
  const end = parts.findIndex(isArea)
  return (end < 0 ? parts : parts.slice(0, end)).filter(Boolean).join(', ')
}

/** « 12 rue du Port, 21000 Dijon, France »: the town is one of the last parts. */
function ends(address: string): string[] {
  const parts = address.split(/[,;\n]/).map((part) => part.trim())
  return parts.slice(-3).toReversed().filter(Boolean)
}

function resolve({ places, country }: Reader, words: string[], point: Point): Place | undefined {
  for (const text of words) {
    const found = text && text.length <= 120 ? places.resolve(text, { country }) : undefined
    if (found) return found
  }
  return isPoint(point) ? places.near(point.latitude, point.longitude, NEAR_KM, 1)[0] : undefined
}

type Point = { latitude: number | null; longitude: number | null }

function isPoint(point: Point): point is { latitude: number; longitude: number } {
  const { latitude, longitude } = point
  return latitude !== null && longitude !== null && Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180
}
