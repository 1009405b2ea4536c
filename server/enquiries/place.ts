// SPDX-License-Identifier: AGPL-3.0-or-later
import { AS_TYPED } from '../../db/reference/free-place.ts'
import type { Country } from '../../db/reference/places.ts'
import type { Deps } from '../deps.ts'

/** A town that is in no list stays as it was typed, and nobody is refused for it. */
export function placeOf({ places }: Pick<Deps, 'places'>, typed: string, country: Country) {
  const found = typed === '' ? undefined : (places.resolve(typed, { country }) ?? places.resolve(typed))
  return { place_name: found?.name ?? typed, place_code: found?.code ?? (typed === '' ? '' : AS_TYPED) }
}
