// SPDX-License-Identifier: AGPL-3.0-or-later
export const limits = {
  /** Of an uploaded logo with its form; the stored picture is far smaller. */
  imageBytes: 2 * 1024 * 1024,
  imagePixels: 25_000_000,
  pageLength: 20,
} as const
