// SPDX-License-Identifier: AGPL-3.0-or-later
import type { MessageKey } from '../text/message-keys.ts'
import { drawPicture, type Picture, type Size } from '../web/picture.ts'

export type Logo = Picture
export type ReadLogo = { ok: true; logo: Logo } | { ok: false; reason: MessageKey }

/** The file must be small, because every page shows it. */
export const LOGO: Size = { sides: [600, 400, 300, 200], lightBytes: 12_000, quality: 85 }
const WHY = {
  kind: 'association.error.logo_kind',
  large: 'association.error.logo_large',
  broken: 'association.error.logo_broken',
} as const

export async function drawLogo(sent: Buffer): Promise<ReadLogo> {
  const drawn = await drawPicture(sent, LOGO)
  return drawn.ok ? { ok: true, logo: drawn.picture } : { ok: false, reason: WHY[drawn.reason] }
}
