// SPDX-License-Identifier: AGPL-3.0-or-later
// Lists that do not fit on one page.

export type Page = { page: number; pages: number; limit: number; offset: number }

/** The page that was asked for, within those there are: never an empty page behind the last one. */
export function pageOf(asked: unknown, count: number, length: number): Page {
  const pages = Math.max(1, Math.ceil(count / length))
  const page = Math.min(pages, Math.max(1, Math.trunc(Number(asked)) || 1))
  return { page, pages, limit: length, offset: (page - 1) * length }
}

/** A list and what was asked of it; what is empty is left out. */
export function addressWith(path: string, asked: Record<string, string>): string {
  const given = Object.entries(asked).filter(([, value]) => value !== '')
  return given.length > 0 ? `${path}?${new URLSearchParams(given)}` : path
}

/** What the partial `pager` shows. */
export function pagerOf({ page, pages }: Pick<Page, 'page' | 'pages'>, href: (page: number) => string) {
  return { page, pages, previous: page > 1 ? href(page - 1) : null, next: page < pages ? href(page + 1) : null }
}
