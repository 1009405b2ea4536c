// SPDX-License-Identifier: AGPL-3.0-or-later
import type { AttestationRow } from '../../../db/queries/attestations.ts'
import type { Translator } from '../../text/i18n.ts'
import { minutesOf } from './document.ts'

/** @param base path above the id of each. */
export const listOf = (t: Translator, rows: readonly AttestationRow[], base: string) =>
  rows.map((row) => ({
    href: `${base}/${row.id}`,
    id: row.id,
    isValid: row.revoked_at === null,
    label: t('attestations.list.line', {
      number: t.number(row.number),
      from: t.date(row.from_day, 'short'),
      until: t.date(row.until_day, 'short'),
      hours: t.minutes(minutesOf(row)),
    }),
    state: row.revoked_at
      ? { kind: 'stop', label: t('attestations.state.withdrawn') }
      : { kind: 'ok', label: t('attestations.state.valid') },
  }))
