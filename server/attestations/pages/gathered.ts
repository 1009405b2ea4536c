// SPDX-License-Identifier: AGPL-3.0-or-later
import type { GatheredRow } from '../../../db/queries/gathered.ts'
import type { Translator } from '../../text/i18n.ts'

type Given = {
  association: string
  here: readonly { year: string; minutes: number }[]
  gathered: readonly GatheredRow[]
}

/** « 2025 », or « 2024–2025 » for a period that goes over the end of a year: nobody says how much lies in each. */
function yearOf({ from_day, until_day }: Pick<GatheredRow, 'from_day' | 'until_day'>): string {
  const [from, until] = [from_day.slice(0, 4), until_day.slice(0, 4)]
  return from === until ? until : `${from}–${until}`
}

/** Of each association and year; what was withdrawn counts no more. */
function sumsOf({ association, here, gathered }: Given) {
  const sums = here.map(({ year, minutes }) => ({ association, year, minutes }))
  for (const one of gathered.filter(({ state }) => state === 'valid')) {
    const year = yearOf(one)
    const known = sums.find((sum) => sum.association === one.issuer_name && sum.year === year)
    if (known) known.minutes += one.minutes
    else sums.push({ association: one.issuer_name, year, minutes: one.minutes })
  }
  return sums.toSorted((a, b) => (a.year === b.year ? b.minutes - a.minutes : a.year < b.year ? 1 : -1))
}

export function gatheredPage(t: Translator, given: Given) {
  const sums = sumsOf(given)
  const cells = (...texts: string[]) => ({ cells: texts.map((text) => ({ text })) })
  return {
    gathered: given.gathered.map((one) => ({
      id: one.id,
      label: one.issuer_name,
      href: one.issuer_url,
      role: one.role,
      days: t('attestations.gathered.days', {
        from: t.date(one.from_day, 'short'),
        until: t.date(one.until_day, 'short'),
      }),
      hours: t.minutes(one.minutes),
      checked: t('attestations.gathered.checked_on', { day: t.date(one.checked_at, 'short') }),
      state: {
        kind: one.state === 'valid' ? 'ok' : 'stop',
        label: t(`attestations.gathered.state.${one.state}`),
      },
    })),
    table: sums.length > 0 && {
      caption: t('attestations.gathered.sums'),
      columns: [
        { label: t('attestations.gathered.association') },
        { label: t('attestations.gathered.year') },
        { label: t('hours.column.hours'), num: true },
      ],
      rows: sums.map((sum) => cells(sum.association, sum.year, t.minutes(sum.minutes))),
      foot: cells(t('attestations.gathered.total'), '', t.minutes(sums.reduce((all, { minutes }) => all + minutes, 0))),
    },
  }
}
