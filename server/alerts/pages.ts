// SPDX-License-Identifier: AGPL-3.0-or-later
import type { AlertRow, SubscriberRow } from '../../db/queries/alerts.ts'
import { RHYTHMS } from '../model/alerts.ts'
import type { Translator } from '../text/i18n.ts'
import type { Form } from '../web/forms.ts'
import { TRAP } from '../web/fields.ts'
import { pathOf } from './link.ts'

export const rhythmOptions = (t: Translator) => RHYTHMS.map((value) => ({ value, label: t(`alerts.rhythm.${value}`) }))

/** The form on the page of a search. @param search its query string. */
export function askForm(t: Translator, form: Form, search: string) {
  return { form, rhythms: rhythmOptions(t), query: search, trap: TRAP }
}

/** @param token of the link. */
export function ownPage(t: Translator, row: SubscriberRow, all: readonly AlertRow[], token: string, form: Form) {
  const base = pathOf(token)
  return {
    title: t('alerts.own.title'),
    robots: 'noindex',
    form,
    rhythms: rhythmOptions(t),
    base,
    data: `/alerts/${token}/data.json`,
    next: row.next_at,
    ends: row.ends_at,
    isAsked: row.asked_at !== null,
    email: row.email,
    since: row.created_at,
    alerts: all.map(({ id, label, query, created_at }) => ({ id, label, href: `/offers${query}`, since: created_at })),
  }
}

/** All that is kept of an address, for other programs; names as in the database. */
export function ownData(row: SubscriberRow, all: readonly AlertRow[]) {
  const { email, locale, rhythm, created_at, ends_at, asked_at, next_at } = row
  const searches = all.map(({ query, label, created_at: since }) => ({ query, label, created_at: since }))
  return { email, locale, rhythm, created_at, ends_at, asked_at, next_at, alerts: searches }
}
