// SPDX-License-Identifier: AGPL-3.0-or-later
import type { MailRow } from '../../../db/queries/mails.ts'
import type { Translator } from '../../text/i18n.ts'
import { addressWith } from '../../web/paging.ts'
import { columnsOf, type Cell } from '../../web/csv.ts'
import { pagerByRow, type RowsPage } from '../../web/rows.ts'

export const SHOWN = ['trouble', 'waiting', 'kept', 'sent'] as const
export type Shown = (typeof SHOWN)[number]

export const STATES: Record<Shown, MailRow['state'][]> = {
  trouble: ['failed'],
  waiting: ['queued', 'sending'],
  kept: ['kept'],
  sent: ['sent'],
}

export function usualShown(hasSmtp: boolean, counts: Record<string, number>): Shown {
  if (!hasSmtp) return 'kept'
  return (counts['failed'] ?? 0) > 0 ? 'trouble' : 'waiting'
}

type MailsPage = {
  page: RowsPage<MailRow>
  shown: Shown
  counts: Record<string, number>
  hasSmtp: boolean
}

export function mailsPage(t: Translator, { shown, page, counts, hasSmtp }: MailsPage) {
  const mails = page.rows
  const lines = mails.map((mail) => mailLine(t, mail, hasSmtp))
  return {
    title: t('operator.mails'),
    hasSmtp,
    shown: t(`operator.mails.show.${shown}`),
    choices: SHOWN.map((one) => ({
      href: `/operator/mails?show=${one}`,
      label: t(`operator.mails.show.${one}`),
      count: t.number(STATES[one].reduce((sum, state) => sum + (counts[state] ?? 0), 0)),
      isCurrent: one === shown,
    })),
    csv: `/operator/mails.csv?show=${shown}`,
    mayRetryAll: hasSmtp && (shown === 'trouble' || shown === 'kept') && mails.length > 0,
    hasTo: shown !== 'sent',
    hasMore: lines.some(({ reason, mayRetry }) => reason !== '' || mayRetry),
    mails: lines,
    pager: pagerByRow(page, (to) => addressWith('/operator/mails', { show: shown, ...to })),
  }
}

/** A sent mail shows only its subject and date. */
function mailLine(t: Translator, mail: MailRow, hasSmtp: boolean) {
  const isSent = mail.state === 'sent'
  return {
    id: mail.id,
    subject: mail.subject,
    at: t.date(mail.sent_at ?? mail.created_at, 'datetime'),
    to: isSent ? '' : [mail.to_name, mail.to_email].filter(Boolean).join(', '),
    href: mail.state === 'kept' ? `/operator/mails/${mail.id}` : '',
    reason: isSent ? '' : reasonOf(t, mail),
    mayRetry: hasSmtp && !isSent && mail.state !== 'sending',
  }
}

function reasonOf(t: Translator, mail: MailRow): string {
  if (mail.state === 'kept') return ''
  const next = mail.state === 'queued' ? t('operator.mails.next', { at: t.date(mail.not_before, 'datetime') }) : ''
  if (!mail.last_error) return next
  const tries = t.n('operator.mails.tries', mail.attempts)
  return [tries, t('operator.mails.said', { reason: mail.last_error }), next].filter(Boolean).join(' ')
}

export function mailPage(t: Translator, mail: MailRow, publicUrl: string) {
  return {
    title: mail.subject,
    at: t.date(mail.created_at, 'datetime'),
    to: [mail.to_name, mail.to_email].filter(Boolean).join(', '),
    lines: mail.body_text.split('\n').map((line) => {
      const link = /^\s*(https?:\/\/\S+)\s*$/.exec(line)?.[1]
      return link?.startsWith(`${publicUrl}/`) ? { link } : { text: line }
    }),
  }
}

const CSV_COLUMNS = {
  date: 'instant',
  to: 'text',
  subject: 'text',
  state: 'text',
  tries: 'number',
  reason: 'text',
} as const

export const mailColumns = (t: Translator) => columnsOf(CSV_COLUMNS, (name) => t(`operator.column.${name}`))

export function mailRow(t: Translator, mail: MailRow): Cell[] {
  const isSent = mail.state === 'sent'
  const to = isSent ? '' : mail.to_email
  return [
    mail.sent_at ?? mail.created_at,
    to,
    mail.subject,
    t(`operator.mails.state.${mail.state}`),
    mail.attempts,
    mail.last_error ?? '',
  ]
}
