// SPDX-License-Identifier: AGPL-3.0-or-later
import type { Translator } from '../../text/i18n.ts'
import { PERIODS, spanOf, type Period } from '../rules.ts'

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
