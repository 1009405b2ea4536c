// SPDX-License-Identifier: AGPL-3.0-or-later
// « Dijon; Beaune » becomes coded places. A name that is unknown or has several towns is asked again, with choices.
import { normalisePlace, splitPlaces, type Country, type Gazetteer, type Place } from '../../db/reference/places.ts'
import { isOwnCode } from '../../db/reference/own-places.ts'
import { AS_TYPED, freePlace, type FreePlace } from '../../db/reference/free-place.ts'
import { distance } from '../../db/reference/places.ts'
import type { OfferPlace } from '../model/offer/content.ts'
import { editDistance } from '../model/edit-distance.ts'

export const MOST_PLACES = 20
const MOST_CHOICES = 5

export type Near = { country: Country; latitude: number | null; longitude: number | null }
export type OpenPlace = { typed: string; choices: Place[] }
/** A town of the list, or one that is in no list, which somebody has to check. */
type Free = FreePlace & { code: null; country: Country }
export type ChosenPlace = Place | Free
const isFree = (place: ChosenPlace): place is Free => place.code === null

/** The first name that is in no list, without a postal code that says where it is. */
export function doubtfulName(places: readonly ChosenPlace[], picked: readonly string[]): string | undefined {
  const isMeant = (name: string) => picked.some((pick) => pick === `${name}|${AS_TYPED}`)
  return places.find((place) => isFree(place) && !place.around && !isMeant(place.name))?.name
}

/** @param picked answers to open names: `<typed name>|<code>`. @returns towns in the order typed, each once. */
export function readPlaces(
  gazetteer: Gazetteer,
  text: string,
  picked: readonly string[],
  near: Near,
): { places: ChosenPlace[]; open: OpenPlace[] } {
  const answers = new Map(picked.map((pick) => [normalisePlace(pick.split('|')[0] ?? ''), pick.split('|')[1] ?? '']))
  const places = new Map<string, ChosenPlace>()
  const open: OpenPlace[] = []
  for (const typed of splitPlaces(text)) {
    const code = answers.get(normalisePlace(typed))
    const found =
      (code && gazetteer.find(code)) || gazetteer.resolve(typed, { country: near.country }) || gazetteer.resolve(typed)
    if (found) places.set(found.code, found)
    else {
      const choices = likely(gazetteer, typed, near)
      const free = freePlace(gazetteer, typed, near.country)
      // With a postal code it is clear where the town is; without one, a similar name may be meant.
      const isMeant = code === AS_TYPED || choices.length === 0 || free?.around !== undefined
      if (free && isMeant) places.set(normalisePlace(free.name), { ...free, code: null, country: near.country })
      else open.push({ typed, choices })
    }
  }
  return { places: [...places.values()], open }
}

/** Towns that a typed name may mean, the likeliest first; at most five. */
export function likely(gazetteer: Gazetteer, typed: string, near: Near): Place[] {
  const same = gazetteer.search(typed, { limit: 40 })
  if (same.length > 0) return byDistance(same, near).slice(0, MOST_CHOICES)
  const name = normalisePlace(typed)
  const start = name.slice(0, 3)
  if (start.length < 3) return []
  return gazetteer
    .search(start, { country: near.country, limit: 400 })
    .flatMap((place) => {
      const far = editDistance(name, normalisePlace(place.name), 2)
      return far === null ? [] : [{ place, far }]
    })
    .sort((a, b) => a.far - b.far || b.place.population - a.place.population)
    .slice(0, MOST_CHOICES)
    .map(({ place }) => place)
}

function byDistance(places: Place[], { country, latitude, longitude }: Near): Place[] {
  const far = (place: Place) =>
    latitude === null || longitude === null ? 0 : distance(latitude, longitude, place.latitude, place.longitude)
  const abroad = (place: Place) => (place.country === country ? 0 : 1)
  return places.toSorted((a, b) => abroad(a) - abroad(b) || far(a) - far(b))
}

/** « Beaune (Côte-d’Or) », because several towns may have the same name. */
export function placeName(place: Place): string {
  const area = place.departmentName ?? place.mrc ?? place.regionName
  return area ? `${place.name} (${area})` : place.name
}

/** Only the first place has the label and the street; a home shows only its municipality. */
export function toOfferPlaces(
  places: readonly ChosenPlace[],
  { label, street, atHome }: { label: string; street: string; atHome: boolean },
): OfferPlace[] {
  return places.map((place, at) => {
    const own = at === 0 && !atHome
    if (isFree(place)) return freeOfferPlace(place, { label: own ? label : '', street: own && street ? street : null })
    return {
      // Only this site knows places of its own: for others the town stays as typed.
      code: isOwnCode(place.code) ? null : place.code,
      label: own ? label : '',
      name: place.name,
      region: place.regionName || null,
      department: place.departmentName ?? place.mrc,
      country: place.country,
      postalCode: place.postalCodes.length === 1 ? place.postalCodes[0]! : null,
      street: own && street !== '' ? street : null,
      latitude: place.latitude,
      longitude: place.longitude,
      precision: own && street !== '' ? 'exact' : 'municipality',
    }
  })
}

/** It has no code, so pages say that it is to be checked. */
function freeOfferPlace(
  { name, postalCode, around, country }: Free,
  own: Pick<OfferPlace, 'label' | 'street'>,
): OfferPlace {
  return {
    code: null,
    ...own,
    name,
    region: around?.regionName ?? null,
    department: around?.departmentName ?? around?.mrc ?? null,
    country,
    postalCode,
    latitude: around?.latitude ?? null,
    longitude: around?.longitude ?? null,
    precision: 'municipality',
  }
}

/** Words for the form that give the same towns when they are read again. */
export function typedPlaces(
  gazetteer: Pick<Gazetteer, 'find' | 'resolve'>,
  places: readonly OfferPlace[],
  country: Country,
): string {
  return places
    .map(({ code, name, postalCode }) => {
      const known = code ? gazetteer.find(code) : undefined
      if (!known) return `${postalCode ?? ''} ${name}`.trim()
      const means = (words: string) =>
        (gazetteer.resolve(words, { country }) ?? gazetteer.resolve(words))?.code === known.code
      return [name, placeName(known), `${postalCode ?? ''} ${name}`.trim(), postalCode ?? ''].find(means) ?? known.code
    })
    .join('; ')
}
