// SPDX-License-Identifier: AGPL-3.0-or-later
import type { TrailLine } from '../../db/queries/audit.ts'
import { emptyForm, type Form } from '../web/forms.ts'
import type { Translator } from '../text/i18n.ts'
import { columnsOf } from '../web/csv.ts'
import { addressWith } from '../web/paging.ts'
import { pagerByRow, type Place, type RowsPage } from '../web/rows.ts'
import type { Search } from '../web/searches.ts'
import { KINDS, OPENED, type Kind } from './rules.ts'

const COLUMNS = ['at', 'who', 'what', 'whose'] as const
const FILE = { at: 'instant', who: 'text', what: 'text', whose: 'text' } as const
const LIST = '/operator/trail'
export type Asked = { kind: Kind | 'all'; search: Search; person: string }

export const trailAddress = (asked: { kind: Asked['kind']; search: string; person?: string } & Place, path = LIST) =>
  addressWith(path, { ...asked, kind: asked.kind === 'all' ? '' : asked.kind })

/**
 * @param about.people how many people the typed name stands for; undefined when none was typed.
 * @param form what was typed, when it is not valid; by default the search that is shown.
 */
export function trailPage(
  t: Translator,
  asked: Asked,
  page: RowsPage<TrailLine>,
  about: { name: string; people?: number | undefined },
  form: Form = emptyForm({ q: asked.search.words, kind: asked.kind }),
) {
  const { kind: shown, search, person } = asked
  const { rows } = page
  const here = { kind: shown, search: search.key, person }
  return {
    title: t('audit.trail.title'),
    form,
    search,
    kinds: (['all', ...Object.keys(KINDS)] as (Kind | 'all')[]).map((kind) => ({
      value: kind,
      label: t(`audit.kind.${kind}`),
    })),
    about: about.name ? t('audit.trail.about', { name: about.name }) : '',
    isNobody: about.people === 0,
    table: rows.length > 0 ? tableOf(t, t('audit.trail.title'), COLUMNS, rows) : null,
    csv: trailAddress(here, `${LIST}.csv`),
    pager: pagerByRow(page, (to) => trailAddress({ ...here, ...to })),
  }
}

export function openingsPage(t: Translator, page: RowsPage<TrailLine>) {
  const { rows } = page
  return {
    title: t('audit.openings.title'),
    robots: 'noindex',
    table: rows.length > 0 ? tableOf(t, t('audit.openings.title'), ['at', 'who', 'what'], rows) : null,
    pager: pagerByRow(page, (to) => addressWith('/my/openings', to)),
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

const lineOf = (t: Translator, row: TrailLine) => ({ at: t.date(row.at, 'datetime'), ...wordsOf(t, row) })

function wordsOf(t: Translator, row: TrailLine) {
  const what = row.type === OPENED ? `opened_${row.what}` : row.type.replace('.', '_')
  return {
    who: row.who || t('audit.somebody'),
    what: t.code('audit.what', what),
    whose: row.whose,
  }
}

/** @param isOwn true for one's own lines, which have no column for the name. */
export function fileOf(t: Translator, name: string, isOwn: boolean) {
  const columns = columnsOf(FILE, (column) => t(`audit.column.${column}`))
  return {
    name,
    columns: isOwn ? columns.slice(0, 3) : columns,
    cells: (row: TrailLine) => {
      const { who, what, whose } = wordsOf(t, row)
      return isOwn ? [row.at, who, what] : [row.at, who, what, whose]
    },
  }
}
