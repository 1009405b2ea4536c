// SPDX-License-Identifier: AGPL-3.0-or-later
// A list of flat objects, as Bénévalibre exports hours: one at a time, because a long file parsed at once would hold
// everybody else.
import { createYielding } from '../queue/event-loop.ts'
import { MOST_COLUMNS, type ReadTable, type TableRow } from '../web/table-file.ts'

/** @returns the rows under the headings that the objects have, in the order in which they first stand there. */
export async function readObjects(text: string, most: number): Promise<ReadTable> {
  const yieldLoop = createYielding()
  const headings = new Map<string, number>()
  const rows: TableRow[] = []
  try {
    for (const piece of objectsIn(text)) {
      if (rows.length >= most) return { ok: false, fault: { key: 'form.table.many', params: { most } } }
      const cells: string[] = []
      for (const [name, value] of Object.entries(JSON.parse(piece) as Record<string, unknown>)) {
        if (!headings.has(name)) headings.set(name, headings.size)
        cells[headings.get(name)!] = typeof value === 'string' || typeof value === 'number' ? String(value) : ''
      }
      if (headings.size > MOST_COLUMNS)
        return { ok: false, fault: { key: 'form.table.columns', params: { most: MOST_COLUMNS } } }
      rows.push({ line: rows.length + 1, cells: Array.from(cells, (cell) => cell ?? '') })
      await yieldLoop()
    }
  } catch {
    return { ok: false, fault: 'imports.error.json' }
  }
  if (rows.length === 0) return { ok: false, fault: 'imports.error.json' }
  return { ok: true, table: { headings: [...headings.keys()], rows } }
}

/** The texts of the objects that stand one in no other. */
function* objectsIn(text: string): Generator<string> {
  let depth = 0
  let start = 0
  let isQuoted = false
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at]
    if (isQuoted) {
      if (sign === '\\') at += 1
      else if (sign === '"') isQuoted = false
    } else if (sign === '"') isQuoted = true
    else if (sign === '{') {
      if (depth === 0) start = at
      depth += 1
    } else if (sign === '}') {
      depth -= 1
      if (depth === 0) yield text.slice(start, at + 1)
    }
  }
  if (depth !== 0 || isQuoted) throw new Error('the file ends in the middle')
}
