// SPDX-License-Identifier: AGPL-3.0-or-later
// Whether the territory of a centre holds the towns of an offer.
import type { Gazetteer } from '../../db/reference/places.ts'
import type { OfferContent } from '../model/offer/content.ts'

type Towns = Pick<Gazetteer, 'find'>
type Place = { code: string | null; name: string }

/**
 * `anywhere`: the centre names no territory. `remote`: the offer has no place. `unknown`: nobody has said yet where its
 * towns are. `inside`: `towns` are those that the territory holds.
 */
export type Held = { is: 'anywhere' | 'remote' | 'unknown' | 'outside'; towns: [] } | { is: 'inside'; towns: string[] }

/** An offer names its areas only in words, so their codes come from our own list of towns. */
export function heldBy(
  places: Towns,
  territory: readonly string[],
  { work_mode, places: towns }: { work_mode: OfferContent['work_mode']; places: readonly Place[] },
): Held {
  const none = (is: Exclude<Held['is'], 'inside'>): Held => ({ is, towns: [] })
  if (territory.length === 0) return none('anywhere')
  if (work_mode === 'remote' || towns.length === 0) return none('remote')
  const areasOf = (code: string | null) => {
    const town = code === null ? undefined : places.find(code)
    return [code, town?.department, town?.mrcCode, town?.region]
  }
  const inside = towns.filter(({ code }) => areasOf(code).some((one) => one && territory.includes(one)))
  if (inside.length > 0) return { is: 'inside', towns: inside.map(({ name }) => name) }
  return none(towns.some(({ code }) => code === null) ? 'unknown' : 'outside')
}
