// SPDX-License-Identifier: AGPL-3.0-or-later
import type { ItemRow } from '../../../db/queries/moderation.ts'
import { REPORT_FILTERS, type ReportFilter, type ReportRow } from '../../../db/queries/reports.ts'
import { REASON_OF, type ReportReason } from '../../model/report.ts'
import { reasonsOf, stateOf as itemState } from '../../moderation/pages/list.ts'
import type { Wording } from '../../public-offer/words.ts'
import type { Translator } from '../../text/i18n.ts'
import type { PageModel } from '../../text/render.ts'
import { emptyForm, type Form } from '../../web/forms.ts'
import { addressWith } from '../../web/paging.ts'
import { countInWords, pagerByRow, type Place, type RowsPage } from '../../web/rows.ts'

export const LIST = '/reports'
type Show = ReportFilter['show']
const hrefOf = (show: Show, place: Place = {}) => addressWith(LIST, { show: show === 'open' ? '' : show, ...place })

const KINDS: Record<ReportRow['state'], string> = { open: 'new', suspended: 'stop', changed: 'ok', kept: '' }
const stateOf = (t: Translator, { state }: ReportRow) => ({ kind: KINDS[state], label: t(`reports.state.${state}`) })

export function listPage(t: Translator, show: Show, page: RowsPage<ReportRow>, count: number): PageModel {
  return {
    title: t('reports.title'),
    robots: 'noindex',
    form: emptyForm({ show }),
    shows: REPORT_FILTERS.map((value) => ({ value, label: t(`reports.filter.${value}`) })),
    count: countInWords(t, 'reports.list.count', count),
    columns: (['offer', 'association', 'reason', 'received', 'state'] as const).map((name) => ({
      label: t(`reports.column.${name}`),
    })),
    rows: page.rows.map((row) => ({
      cells: [
        { text: row.title, href: `${LIST}/${row.id}` },
        { text: row.association_name },
        { text: t.code('reports.reason', row.reason) },
        { text: t.date(row.created_at, 'short') },
        { state: stateOf(t, row) },
      ],
    })),
    empty: t(show === 'open' ? 'reports.list.nobody' : 'reports.list.none'),
    allHref: show === 'open' ? null : LIST,
    pager: pagerByRow(page, (place) => hrefOf(show, place)),
  }
}

type Shown = {
  report: ReportRow
  /** Of the offer, when it is a member's. */
  item: ItemRow | undefined
  /** Further open reports about the same offer. */
  others: ReportRow[]
  decider: string
  mayModerate: boolean
  mayWrite: boolean
}

export function showPage(
  wording: Wording,
  { report, item, others, decider, mayModerate, mayWrite }: Shown,
  form?: Form,
): PageModel {
  const { t } = wording
  const isOpen = report.state === 'open'
  const isOwn = report.origin === 'home'
  const isOnline = item?.accepted_offer !== undefined && item.accepted_offer !== null
  const mailboxes = new Set([report, ...others].map(({ email_key }) => email_key).filter((key) => key !== ''))
  return {
    title: t('reports.show.title', { offer: report.title }),
    robots: 'noindex',
    base: `${LIST}/${report.id}`,
    offer: report.title,
    name: report.association_name,
    state: stateOf(t, report),
    received: t('reports.show.received', { at: t.date(report.created_at, 'datetime') }),
    reason: t.code('reports.reason', report.reason),
    said: report.said,
    email: report.email,
    itemState: item ? itemState(t, { ...item, taker: '', decider: '', accepter: '' }) : null,
    publicHref: `/offers/${report.public_id}`,
    ownHref: isOwn
      ? mayWrite
        ? `/work/offers/${report.public_id}`
        : ''
      : item && mayModerate
        ? `/moderation/${item.id}`
        : '',
    ownLabel: t(isOwn ? 'reports.show.own_offer' : 'reports.show.item'),
    others: others.map((one) => ({
      id: one.id,
      when: t.date(one.created_at, 'short'),
      reason: t.code('reports.reason', one.reason),
      said: one.said,
    })),
    form: form ?? emptyForm(),
    decided: isOpen
      ? null
      : {
          text: t(decider ? 'reports.show.decided_by' : 'reports.show.decided', {
            name: decider,
            date: t.date(report.updated_at, 'short'),
          }),
          answer: report.answer,
        },
    decide: isOpen
      ? {
          maySuspend: isOnline && mayModerate,
          isRelayed: item?.is_direct === 0,
          version: item?.version ?? 0,
          reasons: reasonsOf(wording),
          reason: REASON_OF[report.reason as ReportReason] ?? 'other',
          answerHint: mailboxes.size > 0 ? t.n('reports.decide.answer_hint', mailboxes.size) : '',
          changedHint: t(report.origin === 'home' ? 'reports.decide.changed_home' : 'reports.decide.changed_member'),
        }
      : null,
  }
}
