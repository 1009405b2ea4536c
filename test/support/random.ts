// SPDX-License-Identifier: AGPL-3.0-or-later
// Numbers by chance that are the same for the same seed.

export type Random = {
  /** From 0 (included) to 1 (excluded). */
  next(): number
  one<T>(of: readonly T[]): T
  /** So many different ones, in an order by chance; all of them when there are fewer. */
  several<T>(of: readonly T[], count: number): T[]
}

/** mulberry32. */
export function randomFrom(seed: number): Random {
  let state = seed
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const one = <T>(of: readonly T[]): T => of[Math.floor(next() * of.length)]!
  return {
    next,
    one,
    several(of, count) {
      const left = [...of]
      return Array.from(
        { length: Math.min(count, left.length) },
        () => left.splice(Math.floor(next() * left.length), 1)[0]!,
      )
    },
  }
}
