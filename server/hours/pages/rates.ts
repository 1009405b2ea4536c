// SPDX-License-Identifier: AGPL-3.0-or-later
import type { RateRow } from '../../../db/queries/hours.ts'
import type { Translator } from '../../text/i18n.ts'
import type { RateChange } from '../commands/rates.ts'
import { rateOf, type Named } from './entries.ts'

/** What one reads before agreeing: the rates that end, and by year how many lines get another value. */
export function changeOf(
  t: Translator,
  { gone, years, seen }: Omit<RateChange, 'rates'>,
  named: readonly Named[],
  currency: string,
) {
  const worth = (cents: number | null) => (cents === null ? t('hours.statement.no_rate') : t.money(cents, currency))
  const columns = [
    { label: t('hours.change.year') },
    { label: t('hours.change.lines'), num: true },
    { label: t('hours.change.before'), num: true },
    { label: t('hours.change.after'), num: true },
  ]
  const rows = years.map(({ year, lines, from, to }) => ({
    cells: [String(year), t.n('hours.change.count', lines), worth(from), worth(to)].map((text) => ({ text })),
  }))
  return {
    seen,
    gone: gone.map((rate) => rateOf(t, rate, named)),
    table: rows.length > 0 ? { caption: t('hours.change.caption'), columns, rows } : null,
  }
}

/** A rate as one would type it in the form. */
export const typedAs = (rate: RateRow): Record<string, string> => ({
  category: rate.category_id ?? rate.level_id ?? '',
  method: rate.method,
  amount: typedNumber(rate.base_cents ?? rate.cents_per_hour),
  times: rate.times_percent === null ? '' : typedNumber(rate.times_percent),
  valid_from: rate.valid_from,
  source: rate.source,
  decision: rate.decision,
})

/** Of hundredths, as one types it. */
export const typedNumber = (hundredths: number): string => (hundredths / 100).toFixed(2).replace('.', ',')
