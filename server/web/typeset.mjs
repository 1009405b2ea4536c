// SPDX-License-Identifier: AGPL-3.0-or-later
// Reads a source and its data from its input, and writes the PDF to its output. Run by typst.ts, which reads its status.
import { readFileSync } from 'node:fs'

const { source, inputs } = JSON.parse(readFileSync(0, 'utf8'))
const { NodeCompiler } = await import('@myriaddreamin/typst-ts-node-compiler').catch(() => process.exit(3))
const compiler = NodeCompiler.create({ workspace: import.meta.dirname, inputs })
try {
  process.stdout.write(compiler.pdf({ mainFileContent: source }, { pdfStandard: 'ua-1' }))
} catch (error) {
  // A sign of the text that no embedded font has: PDF/UA allows no empty box in its place.
  if (String(error).includes('could not be displayed with font')) process.exit(4)
  throw error
}
