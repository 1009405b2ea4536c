// SPDX-License-Identifier: AGPL-3.0-or-later
// The places of all listings, column by column: going through all of them is faster than any index of areas.
import { distance, EARTH_DIAMETER_KM } from '../../db/reference/places.ts'
import { Bits } from './bits.ts'
import { grown } from './columns.ts'
import { Names, NONE } from './names.ts'
import { Posting } from './posting.ts'

/** As listing_state keeps it: latitude, longitude, place code, département or MRC, region, name. */
export type StoredPlace = readonly [
  latitude: number | null,
  longitude: number | null,
  code: string | null,
  department: string | null,
  region: string | null,
  name: string,
]
/** Degrees (WGS 84), and the code of the place. */
export type Point = { latitude: number; longitude: number; code: string }

const KM_A_DEGREE = (EARTH_DIAMETER_KM * Math.PI) / 360
const RADIANS = Math.PI / 180
/** Fewer places of former texts are not worth moving the others. */
const FEW_DEAD = 1_000

export class PlaceTable {
  readonly #codes = new Names()
  readonly #areas = new Names()
  readonly #names = new Names()
  #owner = new Int32Array(64)
  #latitude = new Float64Array(64)
  #longitude = new Float64Array(64)
  #code = new Int32Array(64)
  #department = new Int32Array(64)
  #region = new Int32Array(64)
  #name = new Int32Array(64)
  /** The slots with a place in each area, by its number. */
  readonly #inRegion = new Map<number, Posting>()
  readonly #inDepartment = new Map<number, Posting>()
  #length = 0
  #dead = 0
  /** By slot: where its places begin, and how many there are. */
  #first = new Int32Array(64)
  #many = new Uint16Array(64)

  set(slot: number, places: readonly StoredPlace[]): void {
    this.remove(slot)
    this.#reserve(slot, places.length)
    this.#first[slot] = this.#length
    this.#many[slot] = places.length
    for (const [latitude, longitude, code, department, region, name] of places) {
      const at = this.#length++
      this.#owner[at] = slot
      // No distance to what is not a number is ever small enough.
      this.#latitude[at] = latitude ?? NaN
      this.#longitude[at] = longitude ?? NaN
      this.#code[at] = this.#codes.numberOf(code)
      this.#department[at] = addTo(this.#inDepartment, this.#areas.numberOf(department), slot)
      this.#region[at] = addTo(this.#inRegion, this.#areas.numberOf(region), slot)
      this.#name[at] = this.#names.numberOf(name)
    }
  }

  remove(slot: number): void {
    const many = this.#many[slot] ?? 0
    for (let at = this.#first[slot] ?? 0, end = at + many; at < end; at++) {
      this.#owner[at] = NONE
      this.#inDepartment.get(this.#department[at]!)?.delete(slot)
      this.#inRegion.get(this.#region[at]!)?.delete(slot)
    }
    this.#dead += many
    if (many > 0) this.#many[slot] = 0
    if (this.#dead > FEW_DEAD && this.#dead * 2 > this.#length) this.#compact()
  }

  /** By slot, the kilometres from the nearest of the points to the nearest of its places; Infinity beyond `km`. */
  distances(points: readonly Point[], km: number, size: number): Float64Array {
    const all = new Float64Array(size).fill(Infinity)
    // Kept outside the loop, because each look at a private field is checked.
    const [owners, codes, latitudes, longitudes] = [this.#owner, this.#code, this.#latitude, this.#longitude]
    for (const point of points) {
      const code = this.#codes.find(point.code)
      const height = (km / KM_A_DEGREE) * 1.001
      const width = height / Math.max(Math.cos(Math.min(90, Math.abs(point.latitude) + height) * RADIANS), 0.01)
      for (let at = 0, end = this.#length; at < end; at++) {
        const isSame = code !== NONE && codes[at] === code
        // Most are neither; what is not a number is never near.
        if (!isSame && !(Math.abs(latitudes[at]! - point.latitude) <= height)) continue
        if (!isSame && !(Math.abs(longitudes[at]! - point.longitude) <= width)) continue
        const owner = owners[at]!
        if (owner === NONE) continue
        const found = isSame ? 0 : this.#distance(point, at)
        if (found <= km && found < all[owner]!) all[owner] = found
      }
    }
    return all
  }

  /** The name of the place of this slot that is nearest to any of the points; null when none has a position. */
  nearestName(slot: number, points: readonly Point[]): string | null {
    let [least, name] = [Infinity, NONE]
    this.#eachOf(slot, (at) => {
      for (const point of points) {
        const code = this.#codes.find(point.code)
        const found = code !== NONE && code === this.#code[at] ? 0 : this.#distance(point, at)
        if (found < least) [least, name] = [found, this.#name[at]!]
      }
    })
    return name === NONE ? null : this.#names.text(name)
  }

  /** The slots with a place in that region, département or MRC. */
  within(area: string): Bits {
    const bits = new Bits(this.#first.length)
    const number = this.#areas.find(area)
    this.#inRegion.get(number)?.addTo(bits)
    this.#inDepartment.get(number)?.addTo(bits)
    return bits
  }

  /** How many of the slots have a place in each region, by its code. */
  countByRegion(slots: Bits): Record<string, number> {
    return this.#countBy(this.#inRegion, slots)
  }

  #countBy(areas: ReadonlyMap<number, Posting>, slots: Bits): Record<string, number> {
    const counts: [string, number][] = []
    for (const [area, posting] of areas) {
      const count = posting.countIn(slots)
      if (count > 0) counts.push([this.#areas.text(area), count])
    }
    return Object.fromEntries(counts)
  }

  /** How many of the slots have a place in each of these départements or MRC, by its code. */
  countByDepartment(codes: readonly string[], slots: Bits): Record<string, number> {
    const asked = codes.flatMap((code) => {
      const number = this.#areas.find(code)
      const posting = this.#inDepartment.get(number)
      return posting ? [[number, posting] as const] : []
    })
    return this.#countBy(new Map(asked), slots)
  }

  /** How many of the slots have a place in each town of a département or MRC, by its code. */
  countByTown(department: string, slots: Bits): Record<string, number> {
    const number = this.#areas.find(department)
    const counts = new Map<number, number>()
    const last = new Map<number, number>()
    for (let at = 0; number !== NONE && at < this.#length; at++) {
      const [owner, code] = [this.#owner[at]!, this.#code[at]!]
      if (this.#department[at] !== number || code === NONE || owner === NONE || !slots.has(owner)) continue
      // The places of a slot stand side by side: an offer counts once in a town.
      if (last.get(code) === owner) continue
      last.set(code, owner)
      counts.set(code, (counts.get(code) ?? 0) + 1)
    }
    return Object.fromEntries([...counts].map(([code, count]) => [this.#codes.text(code), count]))
  }

  /** How many towns the slots have in all: those without a code count by their name. */
  countTowns(slots: Bits): number {
    const codes = new Bits(this.#codes.size)
    const names = new Bits(this.#names.size)
    for (let at = 0; at < this.#length; at++) {
      const owner = this.#owner[at]!
      if (owner === NONE || !slots.has(owner)) continue
      if (this.#code[at] === NONE) names.add(this.#name[at]!)
      else codes.add(this.#code[at]!)
    }
    return codes.count() + names.count()
  }

  #eachOf(slot: number, visit: (at: number) => void): void {
    const first = this.#first[slot] ?? 0
    for (let at = first; at < first + (this.#many[slot] ?? 0); at++) visit(at)
  }

  #distance({ latitude, longitude }: Point, at: number): number {
    return distance(latitude, longitude, this.#latitude[at]!, this.#longitude[at]!)
  }

  #reserve(slot: number, more: number): void {
    const length = this.#length + more
    if (length > this.#owner.length) {
      this.#owner = grown(this.#owner, length)
      this.#latitude = grown(this.#latitude, length)
      this.#longitude = grown(this.#longitude, length)
      this.#code = grown(this.#code, length)
      this.#department = grown(this.#department, length)
      this.#region = grown(this.#region, length)
      this.#name = grown(this.#name, length)
    }
    if (slot >= this.#first.length) {
      this.#first = grown(this.#first, slot + 1)
      this.#many = grown(this.#many, slot + 1)
    }
  }

  /** Moves living places over the dead ones. The places of a slot stay side by side. */
  #compact(): void {
    let to = 0
    for (let at = 0; at < this.#length; at++) {
      const owner = this.#owner[at]!
      if (owner === NONE) continue
      if (this.#first[owner] === at) this.#first[owner] = to
      for (const column of [this.#owner, this.#code, this.#department, this.#region, this.#name])
        column[to] = column[at]!
      this.#latitude[to] = this.#latitude[at]!
      this.#longitude[to] = this.#longitude[at]!
      to += 1
    }
    this.#length = to
    this.#dead = 0
  }
}

/** @returns the number. */
function addTo(areas: Map<number, Posting>, number: number, slot: number): number {
  if (number === NONE) return number
  const slots = areas.get(number) ?? new Posting()
  slots.add(slot)
  areas.set(number, slots)
  return number
}
