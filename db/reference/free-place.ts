// SPDX-License-Identifier: AGPL-3.0-or-later
// A town that is in no list: its name as typed, where its postal code says that it is.
import { readPlace } from './place-names.ts'
import type { Country, Gazetteer, Place } from './places.ts'

/** Chosen among suggestions: « none of these », the name is kept as typed. */
export const AS_TYPED = 'as-typed'

/** `around`: the sector or the largest town of the postal code; undefined when none was typed or it is not known. */
export type FreePlace = { name: string; postalCode: string | null; around: Place | undefined }

/** @returns undefined when no name is left beside the postal code. */
export function freePlace(
  places: Pick<Gazetteer, 'search'>,
  typed: string,
  country: Country,
): FreePlace | undefined {
  const { name, postal } = readPlace(typed)
  if (!/\p{L}\p{M}*\p{L}|[\p{Script=Han}]/u.test(name)) return undefined
  const around = postal ? places.search(postal, { country, limit: 1 })[0] : undefined
  return { name, postalCode: around ? postal : null, around }
}
