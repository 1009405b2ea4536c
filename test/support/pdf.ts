// SPDX-License-Identifier: AGPL-3.0-or-later
/** With its table of objects where the end says, and what stands between. */
export function pdf(between = '', end?: string): Buffer {
  const head = `%PDF-1.4\n1 0 obj\n<< /Type /Catalog ${between} >>\nendobj\n`
  const table = `xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Root 1 0 R >>\n`
  return Buffer.from(head + table + (end ?? `startxref\n${head.length}\n%%EOF\n`), 'latin1')
}
