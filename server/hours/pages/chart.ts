// SPDX-License-Identifier: AGPL-3.0-or-later
// Positions are in per cent across and in pixels up, so that the text keeps its size on every screen.
import { dateFormat } from '../../base/intl.ts'
import type { Translator } from '../../text/i18n.ts'

const BASE = 160
const TALLEST = 127
const STEP = 100 / 12

/** « 5h30 », as the table below has it, in the width of a bar. */
function shortDuration(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  if (hours >= 100) return `${Math.round(minutes / 60)}h`
  return rest === 0 ? `${hours}h` : `${hours}h${String(rest).padStart(2, '0')}`
}

/** @param done minutes per month, January first. @param waiting minutes not approved yet, stacked on top. */
export function monthChart(t: Translator, year: number, title: string, done: number[], waiting: number[] = []) {
  const total = (month: number) => Math.max(0, done[month]!) + (waiting[month] ?? 0)
  const top = Math.max(1, ...done.map((_, month) => total(month)))
  const pixels = (minutes: number) => Math.round((Math.max(0, minutes) / top) * TALLEST * 100) / 100
  const at = (value: number) => `${Math.round(value * 100) / 100}%`
  const highest = done.findIndex((_, month) => total(month) === top)
  const lowest = done.findIndex(
    (_, month) => total(month) === Math.min(...done.map((_x, m) => total(m)).filter((v) => v > 0)),
  )
  const bars = done.map((minutes, month) => {
    const [height, wait] = [pixels(minutes), pixels(waiting[month] ?? 0)]
    const iso = `${year}-${String(month + 1).padStart(2, '0')}`
    const name = dateFormat(t.locale, { month: 'short', timeZone: 'UTC' }).format(new Date(`${iso}-01`))
    return {
      x: at(1.5 + month * STEP),
      middle: at(1.5 + month * STEP + 2.67),
      y: BASE - height,
      height,
      waitY: BASE - height - wait,
      waitHeight: wait,
      labelY: BASE - height - wait - 6,
      hours: total(month) > 0 ? shortDuration(total(month)) : '',
      onPhone: month === highest || month === lowest,
      name: name.replace('.', ''),
      initial: name.charAt(0).toUpperCase(),
      month: iso,
      duration: t.minutes(total(month)),
    }
  })
  return {
    title,
    bars,
    hasWaiting: waiting.some((minutes) => minutes > 0),
    total: t.minutes(done.reduce((a, b) => a + b, 0)),
  }
}
