// SPDX-License-Identifier: AGPL-3.0-or-later
import type { OwnCount } from '../../../db/queries/figures.ts'
import type { Translator } from '../../text/i18n.ts'
import { FUNNEL, type Funnel, type OfferHours } from '../../model/counts.ts'
import type { Cell, Column } from '../../web/csv.ts'
import { YEARLY } from './periods.ts'
import {
  answerCell,
  channelLine,
  hoursCell,
  hoursWords,
  ownLabels,
  stepLabels,
  type Names,
  type Reader,
} from '../../public-offer/channels.ts'

type Titles = Map<string, { fr?: string; en?: string }>

export function figuresOf(reader: Reader, total: Funnel & OfferHours) {
  const { t } = reader
  return [
    ...YEARLY.map((step) => ({ value: t.number(total[step]), label: t(`statistics.step.${step}`) })),
    { value: hoursWords(reader, total), label: t('hours.column.hours') },
  ]
}

const PER_PAGE = 20

/** The offers of one page, most seen first. */
export function offersShown(counts: OwnCount[], asked: number) {
  const byOffer = Map.groupBy(counts, ({ offer_id }) => offer_id)
  const weight = (of: OwnCount[]) => of.reduce((sum, one) => sum + one.viewed * 1000 + one.listed, 0)
  const offers = [...byOffer].map(([id, of]) => ({ id, of, weight: weight(of) })).sort((a, b) => b.weight - a.weight)
  const pages = Math.max(1, Math.ceil(offers.length / PER_PAGE))
  const page = Math.min(asked, pages)
  const shown = offers.slice((page - 1) * PER_PAGE, page * PER_PAGE)
  return { shown: new Map(shown.map(({ id, of }) => [id, of])), page, pages }
}

export function offersTable(reader: Reader, shown: Map<string, OwnCount[]>, names: Names, titles: Titles) {
  const { t } = reader
  return {
    first: t('offers.column.title'),
    columns: ownLabels(t),
    rows: [...shown].flatMap(([id, of]) =>
      of.map((count) => {
        const { name, note, cells } = channelLine(reader, names, count)
        const title = titles.get(id)
        return {
          name: title ? t.text(title) : t('statistics.erased'),
          href: title ? `/work/offers/${id}` : '',
          via: name,
          note,
          cells,
        }
      }),
    ),
  }
}

export const ownColumns = (t: Translator): Column[] => [
  { label: t('offers.column.title'), is: 'text' },
  { label: t('offers.column.channel'), is: 'text' },
  { label: t('statistics.column.source'), is: 'text' },
  ...stepLabels(t).map((label) => ({ label, is: 'number' }) as const),
  { label: t('hours.column.hours'), is: 'decimal' },
  { label: t('statistics.column.answer'), is: 'text' },
]

export function ownRow(reader: Reader, count: OwnCount, names: Names, titles: Titles): Cell[] {
  const { t } = reader
  const { name, note } = channelLine(reader, names, count)
  const title = titles.get(count.offer_id)
  const cells = FUNNEL.map((step) => (step === 'listed' && note && !count.reported ? null : count[step]))
  return [
    title ? t.text(title).text : t('statistics.erased'),
    name,
    note,
    ...cells,
    hoursCell(reader, count),
    answerCell(t, count),
  ]
}
