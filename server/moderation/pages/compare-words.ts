// SPDX-License-Identifier: AGPL-3.0-or-later
import { createRequire } from 'node:module'
import { once } from '../../base/once.ts'

type Library = typeof import('diff')

/** Loaded with the first comparison: associations make none. */
const load = once(() => createRequire(import.meta.url)('diff') as Library)

export type Piece = { kind: 'same' | 'out' | 'in'; text: string }

/** With more changed words, a text is shown as replaced, because the comparison takes more than 20 ms. */
const MOST_CHANGES = 400

/** The pieces of both texts in reading order; `same` and `out` together are the old text, `same` and `in` the new. */
export function compareWords(before: string, after: string): Piece[] {
  const changes = load().diffArrays(split(before), split(after), { maxEditLength: MOST_CHANGES })
  if (!changes) return tidy([piece('out', before), piece('in', after)])
  return tidy(
    changes.flatMap(({ added, removed, value }) => {
      const kind = added ? 'in' : removed ? 'out' : 'same'
      return value.map((text) => piece(kind, text))
    }),
  )
}

const piece = (kind: Piece['kind'], text: string): Piece => ({ kind, text })

function split(text: string): string[] {
  return text.match(/[\p{L}\p{N}\p{M}]+|\s+|[^\p{L}\p{N}\p{M}\s]/gu) ?? []
}

type Run = { out: string; in: string; same: string }

/** At most one short word between two changes: « 15 h 30 à 16 h » is shown as one change, not as seven. */
const CRUMB = /^[\s'’-]*(?:[\p{L}\p{N}]{1,2}[\s'’-]*)?$/u

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
  runs.forEach((run, at) => {
    shareEnd(run)
    slide(run, runs[at - 1])
  })
  return runs.flatMap((run) =>
    (['out', 'in', 'same'] as const).flatMap((kind) => (run[kind] ? [{ kind, text: run[kind] }] : [])),
  )
}

/** A space at the end of both texts has not changed. */
function shareEnd(run: Run): void {
  while (/\s$/u.test(run.out) && run.out.at(-1) === run.in.at(-1)) {
    run.same = run.out.at(-1)! + run.same
    run.out = run.out.slice(0, -1)
    run.in = run.in.slice(0, -1)
  }
}

/** A sentence added after another is shown with its own full stop, not that of the sentence before. */
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
