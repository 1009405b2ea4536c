// SPDX-License-Identifier: AGPL-3.0-or-later
// Which sizes, delays and lengths are fixed, and not settings? One named value a line, unit in its name.

/** What any one page, form or list may hold. */
export const limits = {
  /** A logo as it is sent to us, with its form; what we keep of it is far smaller. */
  imageBytes: 2 * 1024 * 1024,
  imagePixels: 25_000_000,
  pageLength: 20,
  /** Rows of a list are counted up to here: « plus de 10 000 » says enough. */
  mostCounted: 10_000,
} as const
