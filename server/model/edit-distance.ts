// SPDX-License-Identifier: AGPL-3.0-or-later
// How many characters must be typed, removed or replaced to turn one text into the other? (Levenshtein, bounded.)

/** @returns null as soon as it is more than `most`; the work grows with `most`, not with the square of the length. */
export function editDistance(a: string, b: string, most: number): number | null {
  let [from, to] = [[...a], [...b]]
  let start = 0
  while (start < from.length && start < to.length && from[start] === to[start]) start++
  let end = 0
  while (end < from.length - start && end < to.length - start && from.at(-1 - end) === to.at(-1 - end)) end++
  from = from.slice(start, from.length - end)
  to = to.slice(start, to.length - end)
  if (Math.abs(from.length - to.length) > most) return null

  const far = most + 1
  let row = to.map((_, at) => Math.min(at + 1, far))
  row.unshift(0)
  for (let i = 1; i <= from.length; i++) {
    const next = Array.from({ length: to.length + 1 }, () => far)
    if (i <= most) next[0] = i
    const [low, high] = [Math.max(1, i - most), Math.min(to.length, i + most)]
    for (let j = low; j <= high; j++) {
      const same = from[i - 1] === to[j - 1] ? 0 : 1
      next[j] = Math.min(row[j - 1]! + same, row[j]! + 1, next[j - 1]! + 1, far)
    }
    row = next
  }
  const result = row[to.length]!
  return result > most ? null : result
}
