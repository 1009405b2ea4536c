// SPDX-License-Identifier: AGPL-3.0-or-later
// Can everyone read every colour pair, in light, in dark and in each cloth? Text 7:1 (WCAG 1.4.6), shapes 3:1 (1.4.11).
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'

const ASSETS = join(import.meta.dirname, '../../views/assets')
const read = (file: string) => readFileSync(join(ASSETS, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '')
const styleSheets = readdirSync(ASSETS).filter((file) => file.endsWith('.css'))

type Tokens = Record<string, string>
type Scheme = 'light' | 'dark'

/** Colours by scheme, then by cloth (`bleu` is the default one). Print is black on white and left out. */
function declared(): Record<Scheme, Record<string, Tokens>> {
  const found: Record<Scheme, Record<string, Tokens>> = { light: {}, dark: {} }
  let scheme: Scheme = 'light'
  const rules =
    /(@media \(prefers-color-scheme: dark\) \{)|(?::root|\[data-cloth="(?<cloth>\w+)"\])\s*\{(?<body>[^}]*)\}|\}/g
  for (const match of (read('tokens.css').split('@media print')[0] ?? '').matchAll(rules)) {
    if (match[1]) scheme = 'dark'
    else if (match[0] === '}') scheme = 'light'
    else {
      const tokens = (found[scheme][match.groups?.['cloth'] ?? 'bleu'] ??= {})
      for (const [, name, colour] of (match.groups?.['body'] ?? '').matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g))
        if (name && colour) tokens[name] = colour
    }
  }
  return found
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function ratio(one: string, other: string): number {
  const [bright = 0, dim = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (bright + 0.05) / (dim + 0.05)
}

type Pair = readonly [string, string, Scheme?]
const grounds = ['paper', 'linen', 'raised', 'cloth-soft'] as const
const toRead: Pair[] = [
  ...[...grounds, 'wait-soft', 'ok-soft', 'stop-soft'].map((ground): Pair => ['ink', ground]),
  ...grounds.flatMap((ground): Pair[] => [
    ['soft', ground],
    ['cloth-text', ground],
  ]),
  ...['ok', 'wait', 'stop'].flatMap((state): Pair[] => [
    [state, `${state}-soft`],
    [state, 'paper'],
    [state, 'raised'],
    [state, 'linen'],
  ]),
  ...['cloth', 'cloth-deep'].flatMap((ground): Pair[] => [
    ['on-cloth', ground],
    ['on-cloth-soft', ground],
  ]),
  ...['ok-soft', 'wait-soft', 'stop-soft'].map((ground): Pair => ['cloth-text', ground]),
  ['ok', 'cloth-soft'],
  ['stop', 'cloth-soft'],
  ['paper', 'cloth-text'],
  ['on-thread', 'thread'],
  ['on-thread', 'thread-hover'],
]
const toSee: Pair[] = [
  ...grounds.flatMap((ground): Pair[] => [
    ['edge', ground],
    ['focus', ground],
  ]),
  ['thread', 'cloth'],
  ['thread', 'cloth-deep'],
  ['thread-edge', 'paper'],
  ['thread-edge', 'raised'],
  ['thread-edge', 'linen'],
  ['on-cloth', 'cloth'],
  ['thread-edge', 'thread', 'light'],
  ['focus', 'focus-gap'],
  ['ok', 'ok-soft'],
  ['wait', 'wait-soft'],
  ['stop', 'stop-soft'],
]

describe('the contrast of tokens.css', () => {
  const { light, dark } = declared()
  const cloths = Object.keys(light)
  const tokensOf = (scheme: Scheme, cloth: string): Tokens => ({
    ...light['bleu'],
    ...light[cloth],
    ...(scheme === 'dark' ? { ...dark['bleu'], ...dark[cloth] } : {}),
  })

  test('there are six cloths, each with its night', () => {
    expect(cloths).toHaveLength(6)
    expect(Object.keys(dark).sort()).toEqual([...cloths].sort())
  })

  test.each(cloths.flatMap((cloth) => [[cloth, 'light'] as const, [cloth, 'dark'] as const]))(
    'every pair of the cloth %s is readable in the %s scheme',
    (cloth, scheme) => {
      const tokens = tokensOf(scheme, cloth)
      const faults = [[toRead, 7] as const, [toSee, 3] as const].flatMap(([pairs, floor]) =>
        pairs.flatMap(([a, b, only]) => {
          if (only && only !== scheme) return []
          const [one, other] = [tokens[a], tokens[b]]
          if (!one || !other) return [`${a} or ${b} is not declared`]
          const measured = ratio(one, other)
          return measured < floor ? [`${a} on ${b}: ${measured.toFixed(2)} < ${floor}`] : []
        }),
      )
      expect(faults).toEqual([])
    },
  )
})

describe('the style sheets', () => {
  test.each(styleSheets.filter((file) => file !== 'tokens.css'))('%s names no colour of its own', (file) => {
    expect(read(file).match(/#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch|lab|color-mix)a?\(/gi) ?? []).toEqual([])
  })

  test('every token that is used is declared', () => {
    const all = styleSheets.map(read).join('\n')
    const known = new Set([...all.matchAll(/(--[\w-]+)\s*:/g)].map((match) => match[1]))
    const used = new Set([...all.matchAll(/var\((--[\w-]+)/g)].map((match) => match[1]))
    expect([...used].filter((name) => !known.has(name))).toEqual([])
  })

  test('order.json lists every style sheet once, colours first', () => {
    const order = JSON.parse(readFileSync(join(ASSETS, 'order.json'), 'utf8')) as string[]
    expect(order[0]).toBe('tokens.css')
    expect([...order].sort()).toEqual([...styleSheets].sort())
  })

  test('they ask for no other file and weigh little', () => {
    const all = styleSheets.map(read).join('\n')
    expect(all).not.toMatch(/@import|url\(|@font-face/)
    expect(Buffer.byteLength(all)).toBeLessThan(45_000)
  })
})
