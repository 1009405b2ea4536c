// SPDX-License-Identifier: AGPL-3.0-or-later
import { distance } from 'fastest-levenshtein'

/** Levenshtein distance in UTF-16 code units. @returns null when it is more than `most`. */
export function editDistance(a: string, b: string, most: number): number | null {
  if (Math.abs(a.length - b.length) > most) return null
  const count = distance(a, b)
  return count > most ? null : count
}
