// SPDX-License-Identifier: AGPL-3.0-or-later
// Texts are cut between characters as people see them: an accent, the parts of an emoji or of a syllable stay together.
import { segmenter } from './intl.ts'

/** UTF-16 units; no character that people see is longer, and the rule needs no more of what stands before. */
const LOOK_BACK = 100

/** @param most UTF-16 units, as `length` and columns count them. @returns the text, or what fits of it, well formed. */
export function cut(text: string, most: number): string {
  const whole = text.toWellFormed()
  if (whole.length <= most) return whole
  const from = Math.max(0, most - LOOK_BACK)
  // A pair of surrogates is not begun in its middle.
  const start = from > 0 && /[\uDC00-\uDFFF]/.test(whole[from]!) ? from - 1 : from
  let end = start
  for (const { index, segment } of segmenter('fr', { granularity: 'grapheme' }).segment(
    whole.slice(start, most + LOOK_BACK),
  )) {
    if (start + index + segment.length > most) break
    end = start + index + segment.length
  }
  return whole.slice(0, end)
}

/** As `cut`, between two words where that costs less than half, with « … » at its end. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text.toWellFormed()
  const kept = cut(text, most - 1)
  const space = kept.search(/\s\S*$/)
  return `${(space > most / 2 ? kept.slice(0, space) : kept).replace(/(?<![\s,;:–-])[\s,;:–-]+$/, '')}…`
}
