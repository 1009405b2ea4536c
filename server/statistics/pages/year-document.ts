// SPDX-License-Identifier: AGPL-3.0-or-later
// The year as funders get it on paper or as a file: the same figures as the page, with each chart above the table of its
// numbers.
import type { Translator } from '../../text/i18n.ts'

/** Texts are data of the document, so that nothing in them is read as a command. */
export const YEAR_SOURCE = `
#let d = json(bytes(sys.inputs.document))
#set document(title: d.title + ", " + d.association, author: d.association, date: datetime(year: d.made.at(0), month: d.made.at(1), day: d.made.at(2)))
#set text(lang: d.lang, region: d.region, size: 10.5pt, font: "Libertinus Serif")
#set page(paper: "a4", flipped: d.isWide, margin: (x: 2cm, y: 2cm), numbering: "1")
#set par(leading: 0.7em, spacing: 1em)
#show heading.where(level: 1): set text(size: 20pt)
#show heading.where(level: 2): set text(size: 13pt)
#show heading.where(level: 3): set text(size: 11pt)
#text(weight: "bold")[#d.association]
= #d.title
#d.lead
#list(..d.figures.map(one => [#one.label: #strong(one.value)]))
#for chart in d.charts [
  == #chart.title
  #image(bytes(chart.svg), format: "svg", width: 100%, alt: chart.summary)
  #chart.summary
]
#for one in d.tables [
  == #one.caption
  #table(
    columns: (1fr, ..one.columns.slice(1).map(_ => auto)), inset: 5pt, stroke: (x, y) => (bottom: 0.5pt),
    align: (x, y) => if x == 0 { left } else { right },
    table.header(..one.columns.map(label => text(size: 8.5pt)[#strong(label)])),
    ..one.rows.flatten(),
    ..if one.foot.len() > 0 { (table.footer(..one.foot.map(cell => strong(cell))),) } else { () },
  )
]
#for line in d.notes [#par(line)]
#for line in d.signs [#v(0.4cm) #par(line) #v(1.6cm)]
`

type Text = string | { text: string }
type PageTable = {
  first: string
  columns: readonly string[]
  rows: readonly { name: Text; cells: readonly string[] }[]
  foot?: { name: Text; cells: readonly string[] } | undefined
}
type Chart = { title: string; summary: string; bars: readonly { height: number }[] }
export type YearModel = {
  figures: readonly { value: string; label: string }[]
  charts: readonly Chart[]
  tables: readonly { caption: string; table: PageTable }[]
  notes: readonly string[]
  /** Who signs, each above a place for it. */
  signs?: readonly string[]
}

/** More columns after the first one are too wide for an upright page. */
const MOST_UPRIGHT = 6

const said = (text: Text): string => (typeof text === 'string' ? text : text.text)
const lineOf = ({ name, cells }: { name: Text; cells: readonly string[] }): string[] => [said(name), ...cells]

/** Twelve bars, and a line on which they stand. */
function drawn({ bars }: Chart): string {
  const [wide, gap, tall] = [40, 10, 140]
  const rects = bars.map(
    ({ height }, at) =>
      `<rect x="${at * (wide + gap)}" y="${tall - height}" width="${wide}" height="${height}" fill="#24408e"/>`,
  )
  const across = bars.length * (wide + gap)
  const floor = `<path d="M0 ${tall}H${across}" stroke="#000" fill="none"/>`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${across} ${tall + 2}">${rects.join('')}${floor}</svg>`
}

/** @param about.made YYYY-MM-DD. `lead`: in place of « figures of that day ». */
export function yearDocument(
  t: Translator,
  { title, association, made, lead }: { title: string; association: string; made: string; lead?: string },
  { figures, charts, tables, notes, signs = [] }: YearModel,
) {
  const [lang = 'fr', region] = t.locale.split('-')
  return {
    title,
    association,
    lang,
    region: region ?? null,
    made: made.split('-').map(Number),
    lead: lead ?? t('statistics.yearly.made', { day: t.date(made, 'short') }),
    isWide: tables.some(({ table }) => table.columns.length > MOST_UPRIGHT),
    figures,
    charts: charts.map((chart) => ({ title: chart.title, summary: chart.summary, svg: drawn(chart) })),
    tables: tables
      .filter(({ table }) => table.rows.length > 0)
      .map(({ caption, table }) => ({
        caption,
        columns: [table.first, ...table.columns],
        rows: table.rows.map(lineOf),
        foot: table.foot ? lineOf(table.foot) : [],
      })),
    notes,
    signs,
  }
}
