// SPDX-License-Identifier: AGPL-3.0-or-later
// An attestation as a tagged PDF (PDF/UA-1).
import { typesetPdf, type NoPdf } from '../web/typst.ts'
import type { documentOf } from './pages/document.ts'

type Whole = ReturnType<typeof documentOf>
/** `code`: the QR code at its end; null for none. */
export type PrintedDocument = Omit<Whole, 'code' | 'withdrawn'> & { code: Whole['code'] | null }

/** Texts are data of the document, so that nothing in them is read as a command. */
const SOURCE = `
#let d = json(bytes(sys.inputs.document))
#set document(title: d.title + ", " + d.number, author: d.association, date: datetime(year: d.issued.at(0), month: d.issued.at(1), day: d.issued.at(2)))
#set text(lang: d.lang, region: d.region, size: 11.5pt, font: "Libertinus Serif")
#set page(paper: "a4", margin: (x: 2.4cm, y: 2.2cm))
#set par(leading: 0.75em, spacing: 1.1em)
#show heading.where(level: 1): set text(size: 21pt)
#show heading.where(level: 2): set text(size: 13pt)
#text(weight: "bold")[#d.association] #linebreak() #d.address
#v(1.2cm)
= #d.title
#d.number
#v(0.4cm)
#d.body
#for line in d.lines [#par(line)]
== #d.table.caption
#table(
  columns: (1fr, auto, auto), align: (left, left, right), inset: 6pt, stroke: (x, y) => (bottom: 0.5pt),
  table.header(..d.table.columns.map(one => strong(one.label))),
  ..d.table.rows.map(row => row.cells.map(cell => cell.text)).flatten(),
  table.footer(..d.table.foot.cells.map(cell => strong(cell.text))),
)
#if d.skills.len() > 0 [
  == #d.skillsTitle
  #list(..d.skills)
]
#for line in d.free [#par(line)]
#v(0.4cm)
#d.made
#v(0.2cm)
#d.signature
#v(2cm)
#if d.code != none [#grid(
  columns: (3cm, 1fr), gutter: 0.6cm, align: horizon,
  image(bytes(d.code.svg), format: "svg", width: 3cm, alt: d.code.alt),
  [#d.code.verify #linebreak() #link(d.code.url)[#d.code.url]],
)]
`

/**
 * @param issuedOn YYYY-MM-DD.
 * @throws as typesetPdf.
 */
export function typeset(document: PrintedDocument, issuedOn: string): Promise<Buffer | NoPdf> {
  const { code } = document
  const [lang = 'fr', region] = document.lang.split('-')
  return typesetPdf(SOURCE, {
    ...document,
    lang,
    region: region ?? null,
    issued: issuedOn.split('-').map(Number),
    code: code && { ...code, svg: svgOf(code.qr) },
  })
}

const svgOf = ({ side, path }: Whole['code']['qr']): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}"><path d="${path}"/></svg>`
