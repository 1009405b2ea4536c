// SPDX-License-Identifier: AGPL-3.0-or-later
// Which words were taken out of a text, and which were put in? The longest common sequence of words decides.

export type Piece = { kind: 'same' | 'out' | 'in'; text: string }

/** Above this many comparisons a text is shown as replaced: nobody reads such a diff, and it would hold up the site. */
const MOST_COMPARISONS = 4_000_000

/** The pieces of both texts in reading order; `same` and `out` together are the old text, `same` and `in` the new. */
export function compareWords(before: string, after: string): Piece[] {
  const [a, b] = [split(before), split(after)]
  let head = 0
  while (head < a.length && head < b.length && a[head] === b[head]) head++
  let tail = 0
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++
  const middle = align(a.slice(head, a.length - tail), b.slice(head, b.length - tail))
  const same = (words: string[]): Piece[] => words.map((text) => ({ kind: 'same', text }))
  return tidy([...same(a.slice(0, head)), ...middle, ...same(a.slice(a.length - tail))])
}

/** Words, spaces and signs, each on its own. */
function split(text: string): string[] {
  return text.match(/[\p{L}\p{N}\p{M}]+|\s+|[^\p{L}\p{N}\p{M}\s]/gu) ?? []
}

function align(a: string[], b: string[]): Piece[] {
  const gone = (words: string[]): Piece[] => words.map((text) => ({ kind: 'out', text }))
  const come = (words: string[]): Piece[] => words.map((text) => ({ kind: 'in', text }))
  if (a.length === 0 || b.length === 0 || a.length * b.length > MOST_COMPARISONS) return [...gone(a), ...come(b)]
  const width = b.length + 1
  // common[i * width + j]: length of the longest common sequence of a from i and b from j.
  const common = new Uint16Array((a.length + 1) * width)
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const at = i * width + j
      common[at] = a[i] === b[j] ? common[at + width + 1]! + 1 : Math.max(common[at + width]!, common[at + 1]!)
    }
  }
  const pieces: Piece[] = []
  let [i, j] = [0, 0]
  while (i < a.length && j < b.length) {
    const at = i * width + j
    if (a[i] === b[j]) {
      pieces.push({ kind: 'same', text: a[i]! })
      i++
      j++
    } else if (common[at + width]! >= common[at + 1]!) pieces.push({ kind: 'out', text: a[i++]! })
    else pieces.push({ kind: 'in', text: b[j++]! })
  }
  return [...pieces, ...gone(a.slice(i)), ...come(b.slice(j))]
}

type Run = { out: string; in: string; same: string }

/** At most one short word between two changes: « 15 h 30 à 16 h » is read as one change, not as seven. */
const CRUMB = /^[\s'’-]*(?:[\p{L}\p{N}]{1,2}[\s'’-]*)?$/u

/** Joins neighbours, so that a text does not fall to crumbs. */
function tidy(pieces: Piece[]): Piece[] {
  const runs: Run[] = []
  for (const { kind, text } of pieces) {
    let run = runs.at(-1)
    const joins = run && (run.out || run.in) && CRUMB.test(run.same)
    if (!run || (kind !== 'same' && run.same && !joins)) runs.push((run = { out: '', in: '', same: '' }))
    if (kind !== 'same' && run.same) {
      run.out += run.same
      run.in += run.same
      run.same = ''
    }
    run[kind] += text
  }
  runs.forEach((run, at) => slide(run, runs[at - 1]))
  return runs.flatMap((run) =>
    (['out', 'in', 'same'] as const).flatMap((kind) => (run[kind] ? [{ kind, text: run[kind] }] : [])),
  )
}

/** A sentence put in after another takes its own full stop, not that of the sentence before. */
function slide(run: Run, before: Run | undefined): void {
  const kind = run.out === '' ? 'in' : run.in === '' ? 'out' : undefined
  if (!kind || !before) return
  while (run[kind] && run.same && run[kind][0] === run.same[0] && /[^\p{L}\p{N}]/u.test(run.same[0]!)) {
    const sign = run.same[0]!
    before.same += sign
    run[kind] = run[kind].slice(1) + sign
    run.same = run.same.slice(1)
  }
}
