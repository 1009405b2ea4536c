// SPDX-License-Identifier: AGPL-3.0-or-later
import { ANSWERED, FUNNEL, usualAnswer, type Answers, type Funnel } from '../model/counts.ts'
import type { Translator } from '../text/i18n.ts'

export type Names = Map<string, string>
type Counted = Funnel & Partial<Answers> & { channel: string; reported: number }

const nobody = (): Funnel => ({ listed: 0, viewed: 0, begun: 0, applied: 0, accepted: 0, came: 0 })

type Sums = Funnel & Partial<Answers>

function add(sum: Sums, more: Sums): void {
  for (const step of FUNNEL) sum[step] += more[step]
  for (const name of ANSWERED) sum[name] = (sum[name] ?? 0) + (more[name] ?? 0)
}

/** « en 3 jours », of the answer in the middle; a dash without answers. */
export function answerWords(t: Translator, counts: Partial<Answers>): string {
  const usual = usualAnswer(counts)
  return usual ? t(`statistics.answer.${usual}`) : '—'
}

/** As above, of a file: without answers an empty cell, as every cell of a file that says nothing. */
export const answerCell = (t: Translator, counts: Partial<Answers>): string | null =>
  usualAnswer(counts) ? answerWords(t, counts) : null

function channelName(t: Translator, names: Names, channel: string): string {
  if (channel === 'own') return t('offers.channel.own')
  return names.get(channel) ?? (URL.canParse(channel) ? new URL(channel).host : channel)
}

/** How often a centre lists an offer is unknown until it reports it; the cell is then a dash. */
export function channelLine(t: Translator, names: Names, count: Counted) {
  const name = channelName(t, names, count.channel)
  const isUnknown = count.channel !== 'own' && !count.reported
  return {
    name,
    note: count.channel === 'own' ? '' : isUnknown ? t('statistics.untold') : t('statistics.according_to'),
    cells: stepCells(t, count).with(0, isUnknown ? '—' : t.number(count.listed)),
  }
}

export function channelTable(t: Translator, counts: Counted[], names: Names) {
  const byChannel = new Map<string, Counted>()
  for (const count of counts) {
    const sum = byChannel.get(count.channel) ?? { ...nobody(), channel: count.channel, reported: 0 }
    add(sum, count)
    byChannel.set(count.channel, { ...sum, reported: Math.max(sum.reported, count.reported) })
  }
  const total: Sums = nobody()
  for (const count of counts) add(total, count)
  const rows = [...byChannel.values()].sort((a, b) => Number(b.channel === 'own') - Number(a.channel === 'own'))
  return {
    first: t('offers.column.channel'),
    columns: tableLabels(t),
    rows: rows.map((count) => channelLine(t, names, count)),
    foot: rows.length > 1 ? { name: t('offers.column.total'), cells: stepCells(t, total) } : null,
    total,
  }
}

/** Of the tables: the steps, and how soon people are answered. */
export const tableLabels = (t: Translator): string[] => [...stepLabels(t), t('statistics.column.answer')]

/** Under these labels. */
export const stepCells = (t: Translator, sums: Sums): string[] => [
  ...FUNNEL.map((step) => t.number(sums[step])),
  answerWords(t, sums),
]

export function stepLabels(t: Translator): string[] {
  return FUNNEL.map((step) => t(`statistics.step.${step}`))
}
