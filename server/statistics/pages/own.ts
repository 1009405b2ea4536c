// SPDX-License-Identifier: AGPL-3.0-or-later
// Our own offers' figures: by the way people came, and offer by offer.
import type { OwnCount } from '../../../db/queries/figures.ts'
import type { Translator } from '../../text/i18n.ts'
import { FUNNEL, type Funnel } from '../rules.ts'
import { stepLabels } from './periods.ts'

type Names = Map<string, string>
type Titles = Map<string, { fr?: string; en?: string }>
type Counted = Funnel & { channel: string; reported: number }

const nobody = (): Funnel => ({ listed: 0, viewed: 0, begun: 0, applied: 0, accepted: 0 })

function add(sum: Funnel, more: Funnel): void {
  for (const step of FUNNEL) sum[step] += more[step]
}

/** The name of a way: our own site, or a centre as we know it. */
function channelName(t: Translator, names: Names, channel: string): string {
  if (channel === 'own') return t('offers.channel.own')
  return names.get(channel) ?? (URL.canParse(channel) ? new URL(channel).host : channel)
}

/** The figures of one way. How often a centre lists an offer is not ours to know: until it tells us, there is a dash. */
function line(t: Translator, names: Names, count: Counted) {
  const name = channelName(t, names, count.channel)
  const isUnknown = count.channel !== 'own' && !count.reported
  return {
    name,
    note: count.channel === 'own' ? '' : isUnknown ? t('statistics.untold') : t('statistics.according_to'),
    cells: FUNNEL.map((step) => (step === 'listed' && isUnknown ? '—' : t.number(count[step]))),
  }
}

/** The ways people came, ours first, with the sum. */
export function channelTable(t: Translator, counts: Counted[], names: Names) {
  const byChannel = new Map<string, Counted>()
  for (const count of counts) {
    const sum = byChannel.get(count.channel) ?? { ...nobody(), channel: count.channel, reported: 0 }
    add(sum, count)
    byChannel.set(count.channel, { ...sum, reported: Math.max(sum.reported, count.reported) })
  }
  const total = nobody()
  for (const count of counts) add(total, count)
  const rows = [...byChannel.values()].sort((a, b) => Number(b.channel === 'own') - Number(a.channel === 'own'))
  return {
    first: t('offers.column.channel'),
    columns: stepLabels(t),
    rows: rows.map((count) => line(t, names, count)),
    foot:
      rows.length > 1 ? { name: t('offers.column.total'), cells: FUNNEL.map((step) => t.number(total[step])) } : null,
    total,
  }
}

/** The way in four large figures. */
export function figuresOf(t: Translator, total: Funnel) {
  const steps = ['listed', 'viewed', 'applied', 'accepted'] as const
  return steps.map((step) => ({ value: t.number(total[step]), label: t(`statistics.step.${step}`) }))
}

const PER_PAGE = 20

/** One page of offers, the most read first, each with its ways. */
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
          const { name, note, cells } = line(t, names, count)
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
      const { name, note } = line(t, names, count)
      const title = titles.get(count.offer_id)
      const cells = FUNNEL.map((step) => (step === 'listed' && note && !count.reported ? '' : String(count[step])))
      return [title ? t.text(title).text : t('statistics.erased'), name, note, ...cells]
    }),
  }
}
