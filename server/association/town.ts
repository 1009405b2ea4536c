// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Country, Gazetteer, Place } from '../../db/reference/places.ts'
import { AS_TYPED, freePlace } from '../../db/reference/free-place.ts'
import type { MessageKey } from '../text/message-keys.ts'

export { AS_TYPED }

export type Town = {
  place_code: string | null
  place_name: string
  region: string | null
  latitude: number | null
  longitude: number | null
}
export type Typed = { place: string; place_choice: string; postal_code: string; country: Country }
export type ChosenTown = { ok: true; town: Town } | { ok: false; reason: MessageKey }

/** @param now what is saved. A name that did not change keeps its town, also when other towns have the same name. */
export function chooseTown(
  places: Pick<Gazetteer, 'find' | 'resolve' | 'search'>,
  typed: Typed,
  now?: Town & { country: Country },
): ChosenTown {
  const { place, place_choice, country } = typed
  const picked = place_choice ? places.find(place_choice) : undefined
  if (picked?.country === country) return { ok: true, town: townOf(picked) }
  if (place_choice === AS_TYPED) {
    return { ok: true, town: townAsTyped(places, typed) }
  }
  if (now && now.place_name === place && now.country === country) return { ok: true, town: onlyTown(now) }
  const found =
    (typed.postal_code && places.resolve(`${typed.postal_code} ${place}`, { country })) ||
    places.resolve(place, { country })
  if (found) return { ok: true, town: townOf(found) }
  // With a postal code it is clear where the town is, although its name is not in our list.
  const free = townAsTyped(places, typed)
  if (free.latitude !== null) return { ok: true, town: free }
  const some = suggestTowns(places, typed).length > 0
  return { ok: false, reason: some ? 'association.error.place_several' : 'association.error.place_unknown' }
}

/** The most likely first, at most six. */
export function suggestTowns(places: Pick<Gazetteer, 'search'>, typed: Pick<Typed, 'place' | 'country'>): Place[] {
  return places.search(typed.place, { country: typed.country, limit: 6 })
}

export function townAsTyped(
  places: Pick<Gazetteer, 'search'>,
  { place, postal_code, country }: Pick<Typed, 'place' | 'postal_code' | 'country'>,
): Town {
  const { name = place, around } = freePlace(places, `${postal_code} ${place}`, country) ?? {}
  const { region = null, latitude = null, longitude = null } = around ?? {}
  return { place_code: null, place_name: name, region, latitude, longitude }
}

function townOf(place: Place): Town {
  const { code, name, region, latitude, longitude } = place
  return { place_code: code, place_name: name, region, latitude, longitude }
}

function onlyTown({ place_code, place_name, region, latitude, longitude }: Town): Town {
  return { place_code, place_name, region, latitude, longitude }
}
