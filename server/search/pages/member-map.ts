// SPDX-License-Identifier: AGPL-3.0-or-later
// Where the members of a centre are, drawn from the coordinates of the list of towns: no picture of another site. The
// list of towns beside it says the same in words.
import type { MembersOfTown } from '../../../db/queries/public-figures.ts'
import type { Gazetteer } from '../../../db/reference/places.ts'

const WIDTH = 640
const [LOWEST, HIGHEST] = [240, 640]
/** Free space at the edges, for circles and names. */
const EDGE = 48
/** Towns that are drawn: a page stays light. Those with most members come first. */
export const MOST_TOWNS = 120
const MOST_NAMES = 8
/** What a name covers. */
const NAME = { wide: 130, high: 24 }
const [SMALLEST, LARGEST] = [5, 18]

/** `anchor`: which end of the name stands at the circle, so that no name leaves the map. */
type Dot = { x: number; y: number; r: number; name: string; anchor: 'start' | 'middle' | 'end' }
export type MemberMap = { width: number; height: number; dots: Dot[] }

/** @returns undefined when fewer than two towns have a place on a map. */
export function memberMap(places: Pick<Gazetteer, 'find'>, towns: readonly MembersOfTown[]): MemberMap | undefined {
  const points = towns.slice(0, MOST_TOWNS).flatMap(({ code, name, count }) => {
    const town = places.find(code)
    return town ? [{ name, count, at: { latitude: town.latitude, longitude: town.longitude } }] : []
  })
  if (points.length < 2) return undefined
  const latitudes = points.map(({ at }) => at.latitude)
  const [south, north] = [Math.min(...latitudes), Math.max(...latitudes)]
  // A degree of longitude is shorter than one of latitude, the more so the further north.
  const shrink = Math.cos((((south + north) / 2) * Math.PI) / 180)
  const eastings = points.map(({ at }) => at.longitude * shrink)
  const west = Math.min(...eastings)
  const [wide, high] = [Math.max(...eastings) - west, north - south]
  const inner = WIDTH - 2 * EDGE
  const tallest = HIGHEST - 2 * EDGE
  const scale = Math.min(wide > 0 ? inner / wide : Infinity, high > 0 ? tallest / high : Infinity)
  const unit = Number.isFinite(scale) ? scale : 0
  const height = Math.round(Math.min(Math.max(high * unit + 2 * EDGE, LOWEST), HIGHEST))
  const most = Math.max(...points.map(({ count }) => count))
  const left = (WIDTH - wide * unit) / 2
  const top = (height - high * unit) / 2
  const dots: Dot[] = []
  for (const [rank, { name, count, at }] of points.entries()) {
    const x = Math.round(left + (at.longitude * shrink - west) * unit)
    const y = Math.round(top + (north - at.latitude) * unit)
    const r = Math.round(SMALLEST + (LARGEST - SMALLEST) * Math.sqrt((count - 1) / Math.max(most - 1, 1)))
    const isFree = dots.every(
      (one) => one.name === '' || Math.abs(one.x - x) > NAME.wide || Math.abs(one.y - y) > NAME.high,
    )
    const anchor = x < NAME.wide ? 'start' : x > WIDTH - NAME.wide ? 'end' : 'middle'
    dots.push({ x, y, r, name: rank < MOST_NAMES && isFree ? name : '', anchor })
  }
  return { width: WIDTH, height, dots }
}
