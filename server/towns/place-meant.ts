// SPDX-License-Identifier: AGPL-3.0-or-later
// Which place of ours a typed town is.
import type { TypedTown } from '../../db/queries/typed-towns.ts'
import { townId } from '../../db/queries/typed-towns.ts'
import { ownCode, type OwnPlace } from '../../db/reference/own-places.ts'
import type { Country, Gazetteer, Place } from '../../db/reference/places.ts'
import { likely, type Near } from '../public-offer/places.ts'
import { Invalid } from '../web/errors.ts'
import type { TownAnswer } from './forms.ts'

const MOST = 6

const countryOf = (town: TypedTown, home: Country): Country => (town.country === '' ? home : town.country)

/** Towns with such a name, or with one that was typed since, then those of the postal code; each once. */
export function suggestions(places: Gazetteer, town: TypedTown, near: Near, typed = ''): Place[] {
  const country = countryOf(town, near.country)
  const named = [town.name, typed].flatMap((name) => (name ? likely(places, name, { ...near, country }) : []))
  const there = town.postal_code ? places.search(town.postal_code, { country, limit: MOST }) : []
  return [...new Map([...named, ...there].map((place) => [place.code, place])).values()]
}

/** `own`: to be added to our list first. @throws Invalid at the field that does not say which place it is. */
export function placeMeant(
  places: Gazetteer,
  town: TypedTown,
  answer: TownAnswer,
  home: Country,
): { code: string; own: OwnPlace | null } {
  const country = countryOf(town, home)
  if (answer.answer === 'own') {
    const own = ownPlace(places, town, answer, country)
    return { code: own.code, own }
  }
  const isTyped = answer.answer === 'other'
  const found = isTyped ? resolved(places, answer.other, country) : places.find(answer.answer)
  if (found) return { code: found.code, own: null }
  throw new Invalid(isTyped ? { other: 'towns.error.unknown' } : { answer: 'towns.error.answer' })
}

/** Where its neighbour is, unless its own position was typed. */
function ownPlace(places: Gazetteer, town: TypedTown, answer: TownAnswer, country: Country): OwnPlace {
  const near = resolved(places, answer.near, country)
  if (!near) throw new Invalid({ near: 'towns.error.unknown' })
  const { latitude, longitude } = answer
  const at =
    latitude === null || longitude === null
      ? { latitude: near.latitude, longitude: near.longitude, precision: 'sibling' as const }
      : { latitude, longitude, precision: 'exact' as const }
  return {
    code: ownCode(near.country, townId(town)),
    name: town.name,
    country: near.country,
    area: near.department ?? near.mrcCode ?? near.region,
    postal: town.postal_code,
    ...at,
  }
}

const resolved = (places: Gazetteer, typed: string, country: Country) =>
  places.resolve(typed, { country }) ?? places.resolve(typed)
