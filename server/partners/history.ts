// SPDX-License-Identifier: AGPL-3.0-or-later
// What happened between this centre and a member: decisions, trust, notes, and who did it.
import type { Request } from 'express'
import { limits } from '../../config/limits.ts'
import { findAffiliation } from '../../db/queries/affiliations.ts'
import { historyList, type HistoryLine } from '../../db/queries/association-history.ts'
import type { Taxonomies } from '../../db/reference/taxonomies.ts'
import type { Deps } from '../deps.ts'
import type { EventType } from '../model/events.ts'
import type { Translator } from '../text/i18n.ts'
import { columnsOf } from '../web/csv.ts'
import { NotFound } from '../web/errors.ts'
import { emptyForm } from '../web/forms.ts'
import { param, query, type Handler } from '../web/handler.ts'
import { addressWith } from '../web/paging.ts'
import { pagerByRow, placeAsked, readPage, sendRows, type Place } from '../web/rows.ts'

const KINDS = {
  decisions: [
    'moderation.accepted',
    'moderation.read',
    'moderation.changes_requested',
    'moderation.refused',
    'moderation.suspended',
    'moderation.removed',
    'moderation.withdrawn',
    'moderation.compared',
  ],
  membership: [
    'affiliation.received',
    'affiliation.accepted',
    'affiliation.refused',
    'affiliation.paused',
    'affiliation.resumed',
    'affiliation.trust_changed',
    'affiliation.ended',
  ],
  notes: ['note.written', 'note.erased'],
} as const satisfies Record<string, readonly EventType[]>
type Kind = keyof typeof KINDS
const NAMES = Object.keys(KINDS) as Kind[]

const kindOf = (req: Request): Kind | '' => NAMES.find((one) => one === query(req, 'show')) ?? ''
const typesOf = (kind: Kind | ''): readonly string[] => (kind ? KINDS[kind] : Object.values(KINDS).flat())

async function load({ db }: Deps, req: Request) {
  const row = await findAffiliation(db, param(req, 'affiliation'))
  if (row?.partner_is !== 'member') throw new NotFound()
  return { row, of: { uri: row.partner_uri, affiliation: row.id } }
}

export const index =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { row, of } = await load(deps, req)
    const kind = kindOf(req)
    const base = `/partners/${row.id}/history`
    const to = (place: Place = {}, path = base) => addressWith(path, { show: kind, ...place })
    const page = await readPage(historyList(deps.db, of, typesOf(kind)), placeAsked(req), limits.pageLength)
    await res.page('partners/history', {
      title: req.t('partners.history.title', { name: row.partner_name }),
      name: row.partner_name,
      back: `/partners/${row.id}`,
      base,
      form: emptyForm({ show: kind }),
      kinds: NAMES.map((value) => ({ value, label: req.t(`partners.history.kind.${value}`) })),
      columns: (['when', 'what', 'offer', 'more', 'who'] as const).map((one) => ({
        label: req.t(`partners.history.column.${one}`),
      })),
      rows: page.rows.map((line) => ({
        cells: [
          { text: req.t.date(line.at, 'datetime') },
          { text: whatOf(req.t, line) },
          line.item ? { text: line.title, href: `/moderation/${line.item}` } : { text: '' },
          { text: moreOf(req.t, deps.taxonomies, line) },
          { text: line.who },
        ],
      })),
      allHref: kind ? base : null,
      csv: to({}, `${base}.csv`),
      pager: pagerByRow(page, to),
    })
  }

const COLUMNS = { when: 'instant', what: 'text', offer: 'text', more: 'text', who: 'text' } as const

export const exportAll =
  (deps: Deps): Handler =>
  async (req, res) => {
    const { row, of } = await load(deps, req)
    await sendRows(res, historyList(deps.db, of, typesOf(kindOf(req))), {
      name: req.t('partners.history.title', { name: row.partner_name }),
      columns: columnsOf(COLUMNS, (name) => req.t(`partners.history.column.${name}`)),
      cells: (line: HistoryLine) => [
        line.at,
        whatOf(req.t, line),
        line.title,
        moreOf(req.t, deps.taxonomies, line),
        line.who,
      ],
    })
  }

function whatOf(t: Translator, { type, details }: HistoryLine): string {
  const what = type.replace('.', '_')
  // Accepted because the member is trusted: nobody read it.
  return t.code('partners.history.what', details['automatic'] === true ? `${what}_automatic` : what)
}

function moreOf(t: Translator, taxonomies: Taxonomies, { details, note, type }: HistoryLine): string {
  const text = (name: string) => (typeof details[name] === 'string' ? details[name] : '')
  if (text('reason')) return taxonomies.label('refusal_reason', text('reason'), t.locale)
  if (text('trust')) return t.code('partners.trust', text('trust'))
  if (text('verdict')) return t.code('partners.history.verdict', text('verdict'))
  return type === 'note.written' ? note || t('partners.history.note_erased') : ''
}
