// SPDX-License-Identifier: AGPL-3.0-or-later
// XML as it comes. The parser knows the five entities of XML and numbers: it reads no declarations and no other file.
import { createRequire } from 'node:module'
import { once } from '../../base/once.ts'
import { createYielding } from '../../queue/event-loop.ts'
import { broken } from './fault.ts'

type Library = typeof import('htmlparser2')
/** Loaded with the first workbook. */
const load = once(() => createRequire(import.meta.url)('htmlparser2') as Library)

export type Attributes = Record<string, string>
export type Events = {
  open?: (name: string, attributes: Attributes) => void
  text?: (text: string) => void
  close?: (name: string) => void
  /** Whether nothing more is to be read. */
  isDone?: () => boolean
}

const MOST_DEPTH = 64
/** Bytes in which nothing begins and nothing ends: more is no workbook. */
const LONGEST_PIECE = 1024 * 1024

/** @throws WorkbookFault. */
export async function readXml(parts: AsyncIterable<Buffer>, { open, text, close, isDone }: Events): Promise<void> {
  const yieldLoop = createYielding()
  let depth = 0
  let silent = 0
  const parser = new (load().Parser)(
    {
      onopentag(name, attributes) {
        silent = 0
        depth += 1
        if (depth > MOST_DEPTH) throw broken()
        open?.(name, attributes)
      },
      ontext(piece) {
        silent = 0
        text?.(piece)
      },
      onclosetag(name) {
        silent = 0
        depth -= 1
        close?.(name)
      },
    },
    { xmlMode: true },
  )
  let decoder: TextDecoder | undefined
  for await (const part of parts) {
    decoder ??= decoderOf(part)
    silent += part.length
    parser.write(decoder.decode(part, { stream: true }))
    if (silent > LONGEST_PIECE) throw broken()
    if (isDone?.()) return
    await yieldLoop()
  }
  // Elements that the file left open would be closed here.
  if (depth > 0) throw broken()
  parser.end()
}

const decoderOf = ([first, second]: Buffer) =>
  new TextDecoder(
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8',
  )

/** Without the prefix of its namespace, which each program chooses. */
export const localName = (name: string): string => name.slice(name.indexOf(':') + 1)
