// SPDX-License-Identifier: AGPL-3.0-or-later
// What searches compare of all listings, in memory: a column for each property, a set for each code. A listing has a
// slot in every column, which it keeps as long as it is there.
import type { StateRow } from '../../db/queries/listing-state.ts'
import type { AssociationCount } from '../model/facets.ts'
import { Bits } from './bits.ts'
import { grown } from './columns.ts'
import { Names, NONE } from './names.ts'
import { firstFrom, Order, Sorting } from './order.ts'
import { PlaceTable, type StoredPlace } from './place-table.ts'
import { Posting } from './posting.ts'
import { Windows } from './windows.ts'

const FREE = 0
const FIRST_SIZE = 64
const NO_AGE = -1
const MINUTE_MS = 60_000
/** More than any listing has as its number; with the minutes until the year 2140 it stays a safe integer. */
const LISTINGS = 100_000_000

/** A row of listing_state that was read. */
export type ListingState = Omit<StateRow, 'codes' | 'places'> & { codes: string[]; places: StoredPlace[] }

/** Undefined for a row whose codes or places are not what they should be. */
export function readState(row: StateRow): ListingState | undefined {
  const [codes, places] = [JSON.parse(row.codes), JSON.parse(row.places)] as unknown[]
  const isRead = isListOf(codes, (one) => typeof one === 'string') && isListOf(places, isPlace)
  return isRead ? { ...row, codes: codes as string[], places: places as StoredPlace[] } : undefined
}

const isListOf = (value: unknown, fits: (one: unknown) => boolean) => Array.isArray(value) && value.every(fits)
const isPlace = (value: unknown) => Array.isArray(value) && typeof value[5] === 'string'

/** What is no instant comes before all. */
const instantOf = (text: string): number => Date.parse(text) || 0

export class OfferIndex {
  /** By slot: its listing, FREE for none; then an instant in ms, and numbers as the row has them. */
  #ids = new Int32Array(FIRST_SIZE)
  #published = new Float64Array(FIRST_SIZE)
  #starts = new Float64Array(FIRST_SIZE)
  #appeared = new Float64Array(FIRST_SIZE)
  #minAge = new Int32Array(FIRST_SIZE)
  #remaining = new Int32Array(FIRST_SIZE)
  #association = new Int32Array(FIRST_SIZE)
  /** By the number of the listing: its slot. */
  #slots = new Int32Array(FIRST_SIZE).fill(NONE)
  #size = 0
  #free: number[] = []
  readonly #associations = new Names()
  #soon: { instant: number; slots: Bits } | undefined
  readonly windows = new Windows()
  readonly open = new Bits()
  readonly places = new PlaceTable()
  /** By kind and code. */
  readonly codes = new Map<string, Map<string, Posting>>()
  readonly newest = new Order((a, b) => this.#published[b]! - this.#published[a]! || this.#ids[b]! - this.#ids[a]!)
  readonly ending = new Order((a, b) => this.windows.until(a) - this.windows.until(b) || this.#ids[a]! - this.#ids[b]!)
  readonly beginning = new Order((a, b) => this.placeOf(a) - this.placeOf(b))
  readonly #orders = [this.newest, this.ending, this.beginning]
  readonly #sorting = this.#orders.map((order) => new Sorting(order.compare))

  /** Every slot is below it. */
  get size(): number {
    return this.#size
  }

  idOf(slot: number): number {
    return this.#ids[slot]!
  }

  /** NONE for a listing that is not there. */
  slotOf(id: number): number {
    return this.#slots[id] ?? NONE
  }

  /** For a new index: takes a part of all listings. `finish` puts them in order once all are there. */
  load(states: readonly ListingState[]): void {
    const slots = states.map((state) => this.#write(this.#newSlot(state.id), state))
    for (const sorting of this.#sorting) sorting.add(slots)
  }

  async finish(pause: () => Promise<void>): Promise<void> {
    for (const sorting of this.#sorting) while (sorting.step()) await pause()
    this.#orders.forEach((order, number) => order.fill(this.#sorting[number]!.take()))
  }

  /** Adds the listing, or replaces what was known of it. */
  put(state: ListingState): void {
    this.#clear(this.slotOf(state.id))
    const known = this.slotOf(state.id)
    const slot = this.#write(known === NONE ? this.#newSlot(state.id) : known, state)
    for (const order of this.#orders) order.insert(slot)
  }

  remove(id: number): void {
    const slot = this.slotOf(id)
    if (slot === NONE) return
    this.#clear(slot)
    this.#ids[slot] = FREE
    this.#slots[id] = NONE
    this.#free.push(slot)
  }

  forAge(age: number): Bits {
    return this.#where((slot) => this.#minAge[slot]! <= age)
  }

  /** What begins before that instant (ms). Kept, because all searches of a day ask for the same. Not to be changed. */
  startsBefore(instant: number): Bits {
    if (this.#soon?.instant !== instant)
      this.#soon = { instant, slots: this.#where((slot) => this.#starts[slot]! < instant) }
    return this.#soon.slots
  }

  /** @param after in ms. @param until with it. A listing appears when first listed here, or when its window opens later. */
  appearedBetween(after: number, until: number): Bits {
    return this.#where((slot) => this.#appeared[slot]! > after && this.#appeared[slot]! <= until)
  }

  ofAssociation(uri: string): Bits {
    const number = this.#associations.find(uri)
    return this.#where((slot) => number !== NONE && this.#association[slot] === number)
  }

  /** The `most` associations with the most of these slots, and the one that was `chosen` if it has any. */
  largestAssociations(slots: Bits, most: number, chosen: string | null): AssociationCount[] {
    const sums = new Int32Array(this.#associations.size)
    const last = new Int32Array(this.#associations.size)
    const association = this.#association
    // Faster than a call for each of them.
    for (let slot = 0; slot < this.#size; slot++) {
      if (!slots.has(slot)) continue
      sums[association[slot]!]! += 1
      last[association[slot]!] = slot
    }
    const largest: number[] = []
    for (let of = 0; of < sums.length; of++) {
      const isAmong = largest.length < most || sums[of]! > sums[largest.at(-1)!]!
      if (sums[of] === 0 || !isAmong) continue
      const at = largest.findIndex((one) => sums[one]! < sums[of]!)
      largest.splice(at < 0 ? largest.length : at, 0, of)
      if (largest.length > most) largest.pop()
    }
    const own = chosen === null ? NONE : this.#associations.find(chosen)
    if (own !== NONE && sums[own]! > 0 && !largest.includes(own)) largest.push(own)
    return largest.map((of) => ({
      uri: this.#associations.text(of),
      count: sums[of]!,
      id: this.idOf(last[of]!),
    }))
  }

  countByAssociation(slots: Bits): Map<string, number> {
    const sums = new Int32Array(this.#associations.size)
    slots.forEach((slot) => (sums[this.#association[slot]!]! += 1))
    return new Map([...sums].flatMap((count, of) => (count > 0 ? [[this.#associations.text(of), count] as const] : [])))
  }

  sumRemaining(slots: Bits): number {
    let sum = 0
    slots.forEach((slot) => (sum += this.#remaining[slot]!))
    return sum
  }

  /** Where the listing stands among all by when they begin: by the minute, then by its number. A safe integer. */
  placeOf(slot: number): number {
    return Math.floor(this.#starts[slot]! / MINUTE_MS) * LISTINGS + this.#ids[slot]!
  }

  /** Up to `most` of these slots, on from a place and without it, as they begin (1) or the other way (-1). */
  slotsFrom(slots: Bits, place: number, step: 1 | -1, most: number): number[] {
    const order = this.beginning.view()
    const found: number[] = []
    const next = firstFrom(order, (slot) => this.placeOf(slot) - (step < 0 ? place : place + 1))
    for (let at = step < 0 ? next - 1 : next; at >= 0 && at < order.length && found.length < most; at += step)
      if (slots.has(order[at]!)) found.push(order[at]!)
    return found
  }

  #where(fits: (slot: number) => boolean): Bits {
    const bits = new Bits(this.#size)
    for (let slot = 0; slot < this.#size; slot++) if (fits(slot)) bits.add(slot)
    return bits
  }

  #newSlot(id: number): number {
    const slot = this.#free.pop() ?? this.#size++
    if (slot >= this.#ids.length) this.#grow(slot + 1)
    if (id >= this.#slots.length) {
      const before = this.#slots.length
      this.#slots = grown(this.#slots, id + 1)
      this.#slots.fill(NONE, before)
    }
    this.#ids[slot] = id
    this.#slots[id] = slot
    return slot
  }

  #grow(least: number): void {
    this.#ids = grown(this.#ids, least)
    this.#published = grown(this.#published, least)
    this.#starts = grown(this.#starts, least)
    this.#appeared = grown(this.#appeared, least)
    this.#minAge = grown(this.#minAge, least)
    this.#remaining = grown(this.#remaining, least)
    this.#association = grown(this.#association, least)
  }

  #write(slot: number, state: ListingState): number {
    const [from, until] = [instantOf(state.visible_from), instantOf(state.visible_until)]
    this.windows.set(slot, { from, until, isListed: state.is_listed === 1 })
    this.#published[slot] = instantOf(state.published_at)
    this.#starts[slot] = instantOf(state.starts_at)
    this.#soon = undefined
    this.#appeared[slot] = Math.max(from, instantOf(state.listed_at))
    this.#minAge[slot] = state.min_age ?? NO_AGE
    this.#remaining[slot] = state.remaining ?? 0
    this.#association[slot] = this.#associations.numberOf(state.association_uri)
    if (state.is_open) this.open.add(slot)
    for (const code of state.codes) this.#posting(code).add(slot)
    this.places.set(slot, state.places)
    return slot
  }

  #posting(code: string): Posting {
    const colon = code.indexOf(':')
    const [kind, name] = [code.slice(0, colon), code.slice(colon + 1)]
    let ofKind = this.codes.get(kind)
    if (!ofKind) this.codes.set(kind, (ofKind = new Map<string, Posting>()))
    let posting = ofKind.get(name)
    if (!posting) ofKind.set(name, (posting = new Posting()))
    return posting
  }

  /** Takes the slot out of everything; its columns stay until they are written again. */
  #clear(slot: number): void {
    if (slot === NONE) return
    for (const order of this.#orders) order.remove(slot)
    this.windows.delete(slot)
    this.#soon = undefined
    this.open.delete(slot)
    for (const ofKind of this.codes.values()) for (const posting of ofKind.values()) posting.delete(slot)
    this.places.remove(slot)
  }
}
