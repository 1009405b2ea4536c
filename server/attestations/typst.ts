// SPDX-License-Identifier: AGPL-3.0-or-later
// An attestation as a tagged PDF (PDF/UA-1). The typesetter refuses a document that would not conform. It runs in a
// process of its own that ends with the document: its memory is given back, and nobody waits for it.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { singleSlot } from './single-slot.ts'
import type { documentOf } from './pages/document.ts'

const CHILD = join(import.meta.dirname, 'typeset.mjs')
const PATIENCE_MS = 20_000
const MOST_BYTES = 5 * 1024 * 1024

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

const slot = singleSlot()

/** Why there is no PDF: a machine without the typesetter, or a text with a sign that its fonts do not have. */
export type NoPdf = 'no_pdf' | 'no_sign'

/**
 * @param issuedOn YYYY-MM-DD.
 * @throws when the document does not conform for another reason, or takes too long.
 */
export function typeset(document: PrintedDocument, issuedOn: string): Promise<Buffer | NoPdf> {
  const { code } = document
  const [lang = 'fr', region] = document.lang.split('-')
  const data = {
    ...document,
    lang,
    region: region ?? null,
    issued: issuedOn.split('-').map(Number),
    code: code && { ...code, svg: svgOf(code.qr) },
  }
  return slot(() => runChild(JSON.stringify({ source: SOURCE, inputs: { document: JSON.stringify(data) } })))
}

const svgOf = ({ side, path }: Whole['code']['qr']): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}"><path d="${path}"/></svg>`

/** By the status of the child. The package is not installed on machines for which there is none. */
const NO_PDF: Readonly<Record<number, NoPdf>> = { 3: 'no_pdf', 4: 'no_sign' }

function runChild(order: string): Promise<Buffer | NoPdf> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [CHILD], { stdio: ['pipe', 'pipe', 'pipe'], timeout: PATIENCE_MS, env: {} })
    const parts: Buffer[] = []
    let length = 0
    let fault = ''
    child.stdout.on('data', (part: Buffer) => {
      length += part.length
      if (length > MOST_BYTES) child.kill()
      else parts.push(part)
    })
    child.stderr.on('data', (part: Buffer) => (fault = (fault + part.toString()).slice(0, 2000)))
    child.on('error', fail)
    child.on('close', (status) => {
      if (status === 0) return done(Buffer.concat(parts))
      const reason = NO_PDF[status ?? -1]
      if (reason) return done(reason)
      fail(new Error(`the typesetter ended with ${status ?? 'a signal'}: ${fault}`))
    })
    child.stdin.on('error', () => {})
    child.stdin.end(order)
  })
}
