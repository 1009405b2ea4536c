// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Step } from '../../model/counts.ts'
import type { Translator } from '../../text/i18n.ts'
import { PERIODS, spanOf, type Period, type Span } from '../rules.ts'

/** The steps that are shown as large numbers. */
export const YEARLY = ['listed', 'viewed', 'applied', 'accepted', 'came'] as const satisfies Step[]

export function periodsOf(t: Translator, path: string, period: Period, today: string) {
  const span = spanOf(period, today)
  return {
    links: PERIODS.map((name) => ({
      label: t(`statistics.period.${name}`),
      href: name === 'days' ? path : `${path}?period=${name}`,
      current: name === period,
    })),
    words: t('statistics.period.words', { from: t.date(span.from, 'short'), until: t.date(span.until, 'short') }),
    csv: `${path}.csv?period=${period}`,
  }
}

/** Of the sums of a whole year, which stand over the tables. */
export const yearHeading = (t: Translator, year: 'year' | 'last_year', { from }: Span) =>
  t(`statistics.year.${year}`, { year: from.slice(0, 4) })
