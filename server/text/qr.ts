// SPDX-License-Identifier: AGPL-3.0-or-later
import { createRequire } from 'node:module'
import { once } from '../base/once.ts'

type Library = typeof import('qrcode')

/** Loaded with the first code that is drawn: without what draws pictures of points, it takes a fifth of the memory. */
const load = once(() => createRequire(import.meta.url)('qrcode/lib/core/qrcode.js') as Pick<Library, 'create'>)

/** White around the code, in modules (ISO/IEC 18004 §5.3.8). */
const QUIET = 4

/** A QR code that a telephone reads from paper, as one SVG path in a square of `side` units. */
export function qrCode(text: string): { side: number; path: string } {
  const { modules } = load().create(text, { errorCorrectionLevel: 'M' })
  const { size, data } = modules
  let path = ''
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      if (!data[row * size + column]) continue
      const from = column
      while (column + 1 < size && data[row * size + column + 1]) column++
      path += `M${from + QUIET} ${row + QUIET}h${column + 1 - from}v1H${from + QUIET}z`
    }
  }
  return { side: size + 2 * QUIET, path }
}
