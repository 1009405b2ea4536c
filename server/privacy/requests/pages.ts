// SPDX-License-Identifier: AGPL-3.0-or-later
import type { PersonRow } from '../../../db/queries/people.ts'
import type { RequestRow } from '../../../db/queries/requests.ts'
import { fullName } from '../../model/person.ts'
import type { Translator } from '../../text/i18n.ts'
import type { Form } from '../../web/forms.ts'
import { addressWith } from '../../web/paging.ts'
import { pagerByRow, type RowsPage } from '../../web/rows.ts'
import { KINDS } from './rules.ts'

export const LIST = '/operator/privacy/requests'

/** @param today YYYY-MM-DD of the site. */
export function listPage(t: Translator, page: RowsPage<RequestRow>, today: string) {
  const columns = ['who', 'kind', 'received_on', 'due_on', 'state'] as const
  return {
    title: t('privacy.requests.title'),
    table:
      page.rows.length > 0
        ? {
            caption: t('privacy.requests.title'),
            columns: columns.map((column) => ({ label: t(`privacy.requests.column.${column}`) })),
            rows: page.rows.map((row) => ({
              cells: [
                { text: fullName(row), href: `${LIST}/${row.id}` },
                { text: t(`privacy.requests.kind.${row.kind}`) },
                { text: t.date(row.received_on, 'short') },
                { text: t.date(row.due_on, 'short') },
                { state: stateOf(t, row, today) },
              ],
            })),
          }
        : null,
    pager: pagerByRow(page, (to) => addressWith(LIST, to)),
  }
}

function stateOf(t: Translator, { state, due_on }: RequestRow, today: string) {
  if (state === 'done') return { kind: 'ok', label: t('privacy.requests.state.done') }
  if (state === 'refused') return { kind: '', label: t('privacy.requests.state.refused') }
  return due_on < today
    ? { kind: 'stop', label: t('privacy.requests.state.late') }
    : { kind: 'wait', label: t('privacy.requests.state.open') }
}

/** @param person whose request it is. @param today YYYY-MM-DD of the site. */
export function requestPage(t: Translator, row: RequestRow, person: PersonRow, today: string, form: Form) {
  return {
    title: t(`privacy.requests.of.${row.kind}`, { name: fullName(row) }),
    id: row.id,
    state: stateOf(t, row, today),
    person: { href: `/work/people/${person.id}`, name: fullName(person) },
    said: row.said,
    facts: [
      { label: t('privacy.requests.column.received_on'), value: t.date(row.received_on, 'short') },
      { label: t('privacy.requests.column.source'), value: t(`privacy.requests.source.${row.source}`) },
      { label: t('privacy.requests.column.due_on'), value: t.date(row.due_on, 'short') },
      ...(row.decided_at
        ? [{ label: t('privacy.requests.column.decided_at'), value: t.date(row.decided_at, 'short') }]
        : []),
    ],
    answer: row.answer,
    form,
    isOpen: row.state === 'open',
    isRestriction: row.kind === 'restriction',
    hasMail: person.email !== '',
    decisions: (['done', 'refused'] as const).map((value) => ({
      value,
      label: t(`privacy.requests.decision.${value}`),
    })),
  }
}

/** @param person null for one's own. */
export function askPage(t: Translator, form: Form, person: PersonRow | null) {
  return {
    title: person ? t('privacy.ask.title_of', { name: fullName(person) }) : t('privacy.ask.title'),
    robots: 'noindex',
    form,
    isOwn: person === null,
    action: person ? `/work/people/${person.id}/request` : '/my/data/request',
    back: person ? `/work/people/${person.id}` : '/my/data',
    backLabel: person ? fullName(person) : t('people.data.title'),
    kinds: KINDS.map((value) => ({
      value,
      label: t(`privacy.requests.kind.${value}`),
      hint: t(`privacy.ask.hint.${value}`),
    })),
  }
}
