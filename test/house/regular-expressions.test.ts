// SPDX-License-Identifier: AGPL-3.0-or-later
// Every regular expression of the product takes a time that grows with its text, not with the square of it: texts come
// from outside, and nobody else is served meanwhile (web kind 2).
import { parse } from '@babel/parser'
import { describe, expect, it } from '@jest/globals'
import { linked } from '../../server/text/links.ts'
import { parseDuration, parseSpan } from '../../server/web/durations.ts'
import { readModules } from '../support/sources.ts'

type Found = { written: string; pattern: string; flags: string; files: Set<string> }

/** Made while the program runs, from texts of ours. */
const MADE: Record<string, string> = {
  'db/tags.ts': 'reads our own migrations',
  'db/tools/schema-files.ts': 'reads our own schema',
  'server/routes.ts': 'made of our own paths',
  'server/text/links.ts': 'looked at below',
  'server/web/durations.ts': 'looked at below',
}

const LENGTH = 6_000
/** For 6 000 signs a linear one needs far less than a tenth of this; a square one more. In ms of processor time. */
const MOST_MS = 10
const SIGNS = [...' a0-.<\né@,/"\'&A\t=:(_+#', '\u00a0', '😀']
const FRAMES = [
  ['', ''],
  ['', '\u0000x'],
  ['1', '\u0000x'],
  ['a', '\u0000x'],
  ['1', '1\u0000'],
  ['a', 'a'],
  ['a\n', 'a'],
  ['<a', '>'],
] as const

const { found, made } = readAll()

function readAll(): { found: Map<string, Found>; made: Set<string> } {
  const found = new Map<string, Found>()
  const made = new Set<string>()
  for (const { file, text } of readModules()) {
    if (file.startsWith('config/stubs/')) continue
    walk(parse(text, { sourceType: 'module', plugins: ['typescript'] }).program, (node) => {
      if (node['type'] === 'NewExpression' && (node['callee'] as Node)['name'] === 'RegExp') made.add(file)
      if (node['type'] !== 'RegExpLiteral') return
      const [pattern, flags] = [String(node['pattern']), String(node['flags'])]
      const written = `/${pattern}/${flags}`
      const one = found.get(written) ?? { written, pattern, flags, files: new Set() }
      found.set(written, one)
      one.files.add(file)
    })
  }
  return { found, made }
}

type Node = Record<string, unknown>

function walk(node: unknown, look: (node: Node) => void): void {
  if (Array.isArray(node)) for (const one of node) walk(one, look)
  if (typeof node !== 'object' || node === null || Array.isArray(node)) return
  look(node as Node)
  for (const [key, value] of Object.entries(node)) if (key !== 'loc') walk(value, look)
}

/** Texts of one sign, or of two in turns, with the signs of the pattern among them. */
function* textsFor(pattern: string): Generator<(length: number) => string> {
  const own = [...new Set(pattern.replaceAll(/\\[a-z]/gi, ''))].filter((sign) => !'\\[](){}|^$*+?'.includes(sign))
  const signs = [...new Set([...own.slice(0, 10), ...SIGNS])]
  for (const sign of signs) for (const [head, tail] of FRAMES) yield (length) => head + sign.repeat(length) + tail
  for (const one of signs.slice(0, 8))
    for (const two of signs.slice(0, 8))
      if (one !== two) for (const tail of ['', '\u0000x']) yield (length) => (one + two).repeat(length / 2) + tail
}

function timeOf(work: () => void): number {
  const from = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(from)
  return (user + system) / 1000
}

/** The shortest of several, because the first may be compiled and others may be in the middle of a collection. */
function isSlow(work: () => void): boolean {
  for (let time = 0; time < 4; time++) if (timeOf(work) <= MOST_MS) return false
  return true
}

function slowTextFor({ pattern, flags }: Found): string | undefined {
  const every = new RegExp(pattern, flags.includes('g') ? flags : `${flags}g`)
  for (const text of textsFor(pattern)) {
    // Shorter ones first: what grows faster than the square would not end.
    const lengths = [26, LENGTH / 6, LENGTH]
    if (lengths.some((length) => isSlow(() => void text(length).replace(every, '')))) return text(8)
  }
  return undefined
}

describe('web kind 2: a long text from outside', () => {
  it('takes no regular expression long', () => {
    expect(found.size).toBeGreaterThan(200)
    const slow = [...found.values()].flatMap((one) => {
      const text = slowTextFor(one)
      return text === undefined
        ? []
        : [`${[...one.files].join(', ')}: ${one.written} with ${JSON.stringify(text)} and longer`]
    })
    expect(slow).toEqual([])
  }, 120_000)

  it('sees one that is square', () => {
    expect(slowTextFor({ written: '', pattern: '\\s*\\n', flags: '', files: new Set() })).toBe('        ')
    expect(slowTextFor({ written: '', pattern: '[,;]+$', flags: '', files: new Set() })).toBeDefined()
  })

  it('meets none that is made while the program runs, but for those looked at here', () => {
    expect([...made].toSorted()).toEqual(Object.keys(MADE).toSorted())
    for (const text of textsFor('h:min-de')) {
      expect(isSlow(() => void parseDuration(text(LENGTH)))).toBe(false)
      expect(isSlow(() => void parseSpan(text(LENGTH)))).toBe(false)
    }
    for (const text of textsFor('w.@+()'))
      expect([text(8), isSlow(() => void linked(text(LENGTH)))]).toEqual([text(8), false])
  })
})
