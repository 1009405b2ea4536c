// SPDX-License-Identifier: AGPL-3.0-or-later
// Tagged PDF (PDF/UA-1). The typesetter refuses a document that would not conform. It runs in a process of its own that
// ends with the document: its memory is given back, and nobody waits for it.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { singleSlot } from './single-slot.ts'

const CHILD = join(import.meta.dirname, 'typeset.mjs')
const PACKAGE = '@myriaddreamin/typst-ts-node-compiler'
const PATIENCE_MS = 20_000
const MOST_BYTES = 5 * 1024 * 1024

const slot = singleSlot()

/** Why there is no PDF: a machine without the typesetter, or a text with a sign that its fonts do not have. */
export type NoPdf = 'no_pdf' | 'no_sign'

/** False where the optional package is not installed: then no page leads to a PDF. */
export function canTypeset(resolve: (name: string) => unknown = createRequire(import.meta.url).resolve): boolean {
  try {
    resolve(PACKAGE)
    return true
  } catch {
    return false
  }
}

/**
 * @param source reads `sys.inputs.document`, so that nothing in a text is read as a command. @param document its JSON.
 * @throws when the document does not conform for another reason than a sign, or takes too long.
 */
export function typesetPdf(source: string, document: object): Promise<Buffer | NoPdf> {
  return slot(() => runChild(JSON.stringify({ source, inputs: { document: JSON.stringify(document) } })))
}

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
