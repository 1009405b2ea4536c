// SPDX-License-Identifier: AGPL-3.0-or-later
export const limits = {
  /** Of an uploaded logo with its form; the stored picture is far smaller. */
  imageBytes: 2 * 1024 * 1024,
  /** Of a photograph for an offer, with its form. */
  pictureBytes: 10 * 1024 * 1024,
  /** Of a PDF for an offer, with its form. */
  sheetBytes: 2 * 1024 * 1024,
  imagePixels: 25_000_000,
  /** Of a file of offers that comes in, with its form, and of its rows. */
  importBytes: 1024 * 1024,
  importRows: 500,
  /** Of a file of members or hours that comes in, with its form, and of its rows. */
  memberFileBytes: 24 * 1024 * 1024,
  memberFileRows: 120_000,
  /** Of one file for search engines: what their protocol allows. */
  sitemapEntries: 50_000,
  pageLength: 20,
  /** Rows of a list are counted up to here: « plus de 10 000 » says enough. */
  mostCounted: 10_000,
  /** Roles that an association makes. */
  mostRoles: 50,
  mostTeams: 200,
} as const
