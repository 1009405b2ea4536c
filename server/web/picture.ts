// SPDX-License-Identifier: AGPL-3.0-or-later
// Draws a picture anew from what somebody sent: without its metadata, no larger than pages need, and never as it came.
import { limits } from '../../config/limits.ts'

export type Picture = { media_type: 'image/webp'; width: number; height: number; bytes: Buffer }
export type Drawn = { ok: true; picture: Picture } | { ok: false; reason: 'kind' | 'large' | 'broken' }
/** `sides`: longest side in pixels, tried until the file has at most `lightBytes`; the last one is taken as it is. */
export type Size = { sides: readonly number[]; lightBytes: number; quality: number }

/** No SVG, because it can hold scripts. */
export async function drawPicture(sent: Buffer, { sides, lightBytes, quality }: Size): Promise<Drawn> {
  const kind = sniff(sent)
  if (!kind) return { ok: false, reason: 'kind' }
  // Loaded at first use, because the library takes some 20 MB of memory.
  const { default: sharp } = await import('sharp')
  sharp.cache(false)
  sharp.concurrency(1)
  try {
    const picture = () => sharp(sent, { limitInputPixels: limits.imagePixels, failOn: 'error', pages: 1 })
    const { format, width = 0, height = 0 } = await picture().metadata()
    if (format !== kind) return { ok: false, reason: 'kind' }
    if (width * height > limits.imagePixels) return { ok: false, reason: 'large' }
    for (const side of sides) {
      const { data, info } = await picture()
        .autoOrient()
        .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
        .webp({ quality, alphaQuality: 90, effort: 5 })
        .toBuffer({ resolveWithObject: true })
      if (data.length > lightBytes && side !== sides.at(-1)) continue
      return { ok: true, picture: { media_type: 'image/webp', width: info.width, height: info.height, bytes: data } }
    }
  } catch (error) {
    return { ok: false, reason: /pixel limit/i.test(String(error)) ? 'large' : 'broken' }
  }
  return { ok: false, reason: 'broken' }
}

/** By the first bytes, because the name and the type of an upload may be wrong. */
function sniff(bytes: Buffer): 'png' | 'jpeg' | 'webp' | undefined {
  const starts = (...values: number[]) => values.every((value, at) => bytes[at] === value)
  if (starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'png'
  if (starts(0xff, 0xd8, 0xff)) return 'jpeg'
  return bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP' ? 'webp' : undefined
}
