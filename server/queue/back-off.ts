// SPDX-License-Identifier: AGPL-3.0-or-later
export type BackOff = {
  /** Milliseconds after the first failed try, the second and so on; the last one repeats. */
  waits: readonly [number, ...number[]]
  /** Failed tries after which the row is parked, for a person to look at. */
  tries: number
  /** Share of a wait (0 to 1) by which it may be longer or shorter, so that not all rows are due at once. */
  spread?: number
}

/**
 * @param failures tries that have failed, the last one included: 1 after the first.
 * @param random 0 to 1. @returns milliseconds until the next try; undefined when the row is to be parked.
 */
export function waitAfter(failures: number, backOff: BackOff, random = Math.random()): number | undefined {
  const { waits, tries, spread = 0 } = backOff
  if (failures >= tries) return undefined
  const wait = waits[Math.min(Math.max(failures, 1), waits.length) - 1] ?? waits[0]
  return Math.round(wait * (1 - spread + random * 2 * spread))
}
