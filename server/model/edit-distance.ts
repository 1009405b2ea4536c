// SPDX-License-Identifier: AGPL-3.0-or-later
// How many characters must be typed, removed or replaced to turn one text into the other? (Levenshtein)
import { distance } from 'fastest-levenshtein'

/** Counts UTF-16 code units. @returns null when it is more than `most`. */
export function editDistance(a: string, b: string, most: number): number | null {
  if (Math.abs(a.length - b.length) > most) return null
  const count = distance(a, b)
  return count > most ? null : count
}
