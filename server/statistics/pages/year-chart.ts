// SPDX-License-Identifier: AGPL-3.0-or-later
// Positions are in per cent across and in pixels up, so that the text keeps its size on every screen.
import { dateFormat } from '../../base/intl.ts'
import type { Translator } from '../../text/i18n.ts'

const BASE = 160
const TALLEST = 127
const STEP = 100 / 12

type Series = { title: string; name: string; values: readonly number[] }

/** One bar a month, January first; the table of the same numbers stands below it on the page. */
export function yearChart(t: Translator, year: number, { title, name, values }: Series) {
  const top = Math.max(1, ...values)
  const highest = values.indexOf(top)
  const at = (value: number) => `${Math.round(value * 100) / 100}%`
  const label = (month: number) => t.date(`${year}-${String(month + 1).padStart(2, '0')}-01`, 'month')
  return {
    title,
    summary:
      highest < 0
        ? t('statistics.yearly.chart_none', { name })
        : t('statistics.yearly.chart_most', { name, month: label(highest), count: t.number(top) }),
    bars: values.map((value, month) => {
      const height = Math.round((Math.max(0, value) / top) * TALLEST * 100) / 100
      const short = dateFormat(t.locale, { month: 'short', timeZone: 'UTC' })
        .format(new Date(Date.UTC(year, month, 1)))
        .replace('.', '')
      return {
        x: at(1.5 + month * STEP),
        middle: at(1.5 + month * STEP + 2.67),
        y: BASE - height,
        height,
        labelY: BASE - height - 6,
        value: value > 0 ? t.number(value) : '',
        onPhone: month === highest,
        name: short,
        initial: short.charAt(0).toUpperCase(),
      }
    }),
  }
}
