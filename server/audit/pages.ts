// SPDX-License-Identifier: AGPL-3.0-or-later
// The lines as people read them.
import type { TrailLine } from '../../db/queries/audit.ts'
import type { Translator } from '../web/i18n.ts'
import { pagerOf, type Page } from '../web/paging.ts'
import { KINDS, OPENED, type Kind } from './rules.ts'

const COLUMNS = ['at', 'who', 'what', 'whose'] as const
export type Asked = { kind: Kind | 'all'; q: string; person: string }

/** @param people how many the typed name means; undefined when none was typed. */
export function trailPage(
  t: Translator,
  asked: Asked,
  rows: TrailLine[],
  page: Page,
  about: { name: string; people?: number | undefined },
) {
  const address = (path: string, more: Record<string, string> = {}) => {
    const query = new URLSearchParams({
      ...(asked.kind !== 'all' && { kind: asked.kind }),
      ...(asked.q && { q: asked.q }),
      ...(asked.person && { person: asked.person }),
      ...more,
    })
    return query.size > 0 ? `${path}?${query}` : path
  }
  return {
    title: t('audit.trail.title'),
    form: { values: { q: asked.q, kind: asked.kind }, errors: {} },
    kinds: (['all', ...Object.keys(KINDS)] as (Kind | 'all')[]).map((kind) => ({
      value: kind,
      label: t(`audit.kind.${kind}`),
    })),
    about: about.name ? t('audit.trail.about', { name: about.name }) : '',
    isNobody: about.people === 0,
    table: rows.length > 0 ? tableOf(t, t('audit.trail.title'), COLUMNS, rows) : null,
    csv: address('/operator/trail.csv'),
    pager: pagerOf(page, (to) => address('/operator/trail', { page: String(to) })),
  }
}

/** One's own: whose it is goes without saying. */
export function openingsPage(t: Translator, rows: TrailLine[], page: Page) {
  return {
    title: t('audit.openings.title'),
    robots: 'noindex',
    table: rows.length > 0 ? tableOf(t, t('audit.openings.title'), ['at', 'who', 'what'], rows) : null,
    pager: pagerOf(page, (to) => `/my/openings?page=${to}`),
  }
}

function tableOf(t: Translator, caption: string, columns: readonly (typeof COLUMNS)[number][], rows: TrailLine[]) {
  return {
    caption,
    columns: columns.map((column) => ({ label: t(`audit.column.${column}`) })),
    rows: rows.map((row) => {
      const line = lineOf(t, row)
      return { cells: columns.map((column) => ({ text: line[column] })) }
    }),
  }
}

function lineOf(t: Translator, row: TrailLine) {
  const what = row.type === OPENED ? `opened_${String(row.details['what'])}` : row.type.replace('.', '_')
  return {
    at: t.date(row.at, 'datetime'),
    who: row.who || t('audit.somebody'),
    what: t.code('audit.what', what),
    whose: row.whose,
  }
}

/** @param columns as in the table; dates as written by machines. */
export function csvOf(t: Translator, rows: TrailLine[], isOwn: boolean) {
  const columns = isOwn ? (['at', 'who', 'what'] as const) : COLUMNS
  return {
    columns: columns.map((column) => t(`audit.column.${column}`)),
    rows: rows.map((row) => {
      const line = { ...lineOf(t, row), at: row.at }
      return columns.map((column) => line[column])
    }),
  }
}
