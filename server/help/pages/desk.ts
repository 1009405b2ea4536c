// SPDX-License-Identifier: AGPL-3.0-or-later
import {
  HELP_FILTERS,
  type HelpAnswer,
  type HelpFilter,
  type HelpRow,
  type ListedHelp,
} from '../../../db/queries/help.ts'
import { cut } from '../../base/cut.ts'
import { telephoneLink } from '../../model/telephone.ts'
import type { Translator } from '../../text/i18n.ts'
import type { PageModel } from '../../text/render.ts'
import { emptyForm, type Form } from '../../web/forms.ts'
import { addressWith } from '../../web/paging.ts'
import { countInWords, pagerByRow, type Place, type RowsPage } from '../../web/rows.ts'

export const LIST = '/operator/help'
type Show = HelpFilter['show']
const hrefOf = (show: Show, place: Place = {}) => addressWith(LIST, { show: show === 'open' ? '' : show, ...place })
/** Characters of what somebody wrote, in the list. */
const SHOWN = 80

const stateOf = ({ state }: HelpRow, taker: string, t: Translator) =>
  state === 'done'
    ? { kind: 'ok', label: t('help.state.done') }
    : { kind: 'wait', label: taker ? t('help.state.taken', { who: taker }) : t('help.state.open') }

export function listPage(t: Translator, show: Show, page: RowsPage<ListedHelp>, count: number): PageModel {
  return {
    title: t('help.list.title'),
    robots: 'noindex',
    form: emptyForm({ show }),
    shows: HELP_FILTERS.map((value) => ({ value, label: t(`help.filter.${value}`) })),
    count: countInWords(t, 'help.list.count', count),
    columns: (['said', 'page', 'asked', 'state'] as const).map((name) => ({ label: t(`help.column.${name}`) })),
    rows: page.rows.map((row) => ({
      cells: [
        { text: cut(row.said.replaceAll(/\s+/g, ' '), SHOWN), href: `${LIST}/${row.id}` },
        { text: row.page },
        { text: t.date(row.created_at, 'short') },
        { state: stateOf(row, row.taker, t) },
      ],
    })),
    empty: t(show === 'open' ? 'help.list.nobody' : 'help.list.none'),
    allHref: show === 'open' ? null : LIST,
    pager: pagerByRow(page, (place) => hrefOf(show, place)),
  }
}

type Shown = {
  asked: HelpRow
  answers: HelpAnswer[]
  names: ReadonlyMap<string, string>
  viewerId: string | null
  formId: string
}

export function showPage(t: Translator, { asked, answers, names, viewerId, formId }: Shown, form?: Form): PageModel {
  const taker = asked.taken_by ? (names.get(asked.taken_by) ?? '') : ''
  const isDone = asked.state === 'done'
  return {
    title: t('help.show.title', { day: t.date(asked.created_at, 'day') }),
    robots: 'noindex',
    base: `${LIST}/${asked.id}`,
    state: stateOf(asked, taker, t),
    asked: t('help.show.asked', { at: t.date(asked.created_at, 'datetime') }),
    said: asked.said,
    // A masked address leads nowhere.
    page: asked.page && { text: asked.page, href: asked.page.includes('…') ? null : asked.page },
    reference: asked.reference,
    contact: contactOf(t, asked),
    hasMail: asked.email !== '',
    personHref: asked.person_id ? `/work/people/${asked.person_id}` : null,
    taker: taker ? t('help.show.taken', { who: taker }) : t('help.show.free'),
    takeLabel: t(asked.taken_by === viewerId ? 'help.show.leave' : 'help.show.take'),
    takeTo: asked.taken_by === viewerId ? 'nobody' : 'me',
    nextState: isDone ? 'open' : 'done',
    moveLabel: t(isDone ? 'help.show.reopen' : 'help.show.done'),
    form: form ?? emptyForm({ form_id: formId }),
    answers: answers.map(({ body, sent_at, sent_by }) => ({
      body,
      at: sent_at,
      who: sent_by ? (names.get(sent_by) ?? '') : '',
    })),
  }
}

function contactOf(t: Translator, { name, email, phone }: HelpRow) {
  return [
    ...(name ? [{ icon: 'person', label: t('help.label.name'), text: name }] : []),
    ...(email ? [{ icon: 'mail', label: t('help.label.email'), text: email, href: `mailto:${email}` }] : []),
    ...(phone ? [{ icon: 'phone', label: t('help.label.phone'), text: phone, href: telephoneLink(phone) }] : []),
  ]
}

export const removalPage = (t: Translator, { id }: HelpRow): PageModel => ({
  title: t('help.removal.title'),
  robots: 'noindex',
  question: t('help.removal.title'),
  text: t('help.removal.text'),
  action: `${LIST}/${id}/removal`,
  button: t('help.removal.button'),
  back: `${LIST}/${id}`,
})
