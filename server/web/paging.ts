// SPDX-License-Identifier: AGPL-3.0-or-later

export type Page = { page: number; pages: number; limit: number; offset: number }

/**
 * A whole number in an address, in plain figures.
 * @returns undefined for anything else: text, fractions, exponents, lists, and numbers outside the range.
 */
export function wholeNumber(asked: unknown, least: number, most: number): number | undefined {
  const number = typeof asked === 'string' && /^\d{1,400}$/.test(asked) ? Number(asked) : Number.NaN
  return number >= least && number <= most ? number : undefined
}

/** Within the pages there are: never an empty page after the last one. */
export function pageOf(asked: unknown, count: number, length: number): Page {
  const pages = Math.max(1, Math.ceil(count / length))
  const page = Math.min(pages, wholeNumber(asked, 1, Infinity) ?? 1)
  return { page, pages, limit: length, offset: (page - 1) * length }
}

export function addressWith(path: string, asked: Record<string, string>): string {
  const given = Object.entries(asked).filter(([, value]) => value !== '')
  return given.length > 0 ? `${path}?${new URLSearchParams(given)}` : path
}

export function pagerOf({ page, pages }: Pick<Page, 'page' | 'pages'>, href: (page: number) => string) {
  return { page, pages, previous: page > 1 ? href(page - 1) : null, next: page < pages ? href(page + 1) : null }
}
