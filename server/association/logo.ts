// SPDX-License-Identifier: AGPL-3.0-or-later
import type { MessageKey } from '../text/message-keys.ts'
import { limits } from '../../config/limits.ts'

export type Logo = { media_type: 'image/webp'; width: number; height: number; bytes: Buffer }
export type ReadLogo = { ok: true; logo: Logo } | { ok: false; reason: MessageKey }

/** Longest side in pixels. The file must be small, because every page shows it. */
const SIDES = [600, 400, 300, 200]
const LIGHT_BYTES = 24_000

/** The original is not stored. No SVG, because it can hold scripts. */
export async function drawLogo(sent: Buffer): Promise<ReadLogo> {
  const kind = sniff(sent)
  if (!kind) return { ok: false, reason: 'association.error.logo_kind' }
  // Loaded at first use, because the library takes some 20 MB of memory.
  const { default: sharp } = await import('sharp')
  sharp.cache(false)
  sharp.concurrency(1)
  try {
    const picture = () => sharp(sent, { limitInputPixels: limits.imagePixels, failOn: 'error', pages: 1 })
    const { format, width = 0, height = 0 } = await picture().metadata()
    if (format !== kind) return { ok: false, reason: 'association.error.logo_kind' }
    if (width * height > limits.imagePixels) return { ok: false, reason: 'association.error.logo_large' }
    for (const side of SIDES) {
      const { data, info } = await picture()
        .autoOrient()
        .resize({ width: side, height: side, fit: 'inside', withoutEnlargement: true })
        .webp({ quality: 85, alphaQuality: 90, effort: 5 })
        .toBuffer({ resolveWithObject: true })
      if (data.length > LIGHT_BYTES && side !== SIDES.at(-1)) continue
      return { ok: true, logo: { media_type: 'image/webp', width: info.width, height: info.height, bytes: data } }
    }
  } catch (error) {
    const tooLarge = /pixel limit/i.test(String(error))
    return { ok: false, reason: tooLarge ? 'association.error.logo_large' : 'association.error.logo_broken' }
  }
  return { ok: false, reason: 'association.error.logo_broken' }
}

/** By the first bytes, because the name and the type of an upload may be wrong. */
function sniff(bytes: Buffer): 'png' | 'jpeg' | 'webp' | undefined {
  const starts = (...values: number[]) => values.every((value, at) => bytes[at] === value)
  if (starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'png'
  if (starts(0xff, 0xd8, 0xff)) return 'jpeg'
  return bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP' ? 'webp' : undefined
}
