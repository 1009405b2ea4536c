// SPDX-License-Identifier: AGPL-3.0-or-later
import type { OwnCount } from '../../../db/queries/figures.ts'
import type { Translator } from '../../text/i18n.ts'
import { FUNNEL, type Funnel } from '../../model/counts.ts'
import { channelLine, stepLabels, type Names } from '../../public-offer/channels.ts'

type Titles = Map<string, { fr?: string; en?: string }>

export function figuresOf(t: Translator, total: Funnel) {
  const steps = ['listed', 'viewed', 'applied', 'accepted'] as const
  return steps.map((step) => ({ value: t.number(total[step]), label: t(`statistics.step.${step}`) }))
}

const PER_PAGE = 20

export function offersTable(t: Translator, counts: OwnCount[], names: Names, titles: Titles, page: number) {
  const byOffer = Map.groupBy(counts, ({ offer_id }) => offer_id)
  const weight = (of: OwnCount[]) => of.reduce((sum, one) => sum + one.viewed * 1000 + one.listed, 0)
  const offers = [...byOffer].sort(([, a], [, b]) => weight(b) - weight(a))
  const pages = Math.max(1, Math.ceil(offers.length / PER_PAGE))
  const at = Math.min(page, pages)
  return {
    table: {
      first: t('offers.column.title'),
      columns: stepLabels(t),
      rows: offers.slice((at - 1) * PER_PAGE, at * PER_PAGE).flatMap(([id, of]) =>
        of.map((count) => {
          const { name, note, cells } = channelLine(t, names, count)
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
    },
    page: at,
    pages,
  }
}

export function ownCsv(t: Translator, counts: OwnCount[], names: Names, titles: Titles) {
  return {
    columns: [t('offers.column.title'), t('offers.column.channel'), t('statistics.column.source'), ...stepLabels(t)],
    rows: counts.map((count) => {
      const { name, note } = channelLine(t, names, count)
      const title = titles.get(count.offer_id)
      const cells = FUNNEL.map((step) => (step === 'listed' && note && !count.reported ? '' : String(count[step])))
      return [title ? t.text(title).text : t('statistics.erased'), name, note, ...cells]
    }),
  }
}
